import { followingId } from "../../../../../provider/resources/broker/ids";
import { BoundBroker, INSTANCE_ID, KEY, type Saved, type Up } from "../../../../support/service-binding";

const SECOND = followingId(KEY, KEY);
const THIRD = followingId(KEY, SECOND);

const RETRIEVABLE = { service: "postgres", plan: "small" };
const GIVEN_AT_ONCE = { service: "cache", plan: "basic" };

let broker: BoundBroker;

afterEach(() => broker.stop());

/** From now on the broker answers so to a request to bind under one of these ids. */
function refuses(ids: readonly string[], status = 409): void {
  for (const id of ids)
    broker.simulator.fault({
      on: "bind",
      pathContains: id,
      kind: { status, body: { description: "This id was used before." } },
      times: 1000,
    });
}

/** Somebody unbinds it at the broker. */
async function lose(bindingId: string): Promise<void> {
  const { service, plan } = broker;
  await broker.client().unbind(INSTANCE_ID, bindingId, broker.simulator.plan(service, plan));
  broker.simulator.finishOperation(bindingId);
}

/** A rotation that fails, whereupon the broker takes the id of the successor no more. */
async function failedRotation(status?: number): Promise<Saved> {
  const saved = await broker.up({ rotationTrigger: 1 });
  broker.simulator.fail({ on: "bind", kind: "fails-and-leaves" });
  await expect(broker.up({ rotationTrigger: 2 }, saved)).rejects.toThrow("stays as it is");
  refuses([SECOND], status);
  return saved;
}

const boundUnder = (up: Up, id: string): void => {
  expect(up).toMatchObject({ unfinished: undefined, leftover: undefined, state: { bindingId: id } });
  expect(up.state.credentials).toBeDefined();
  expect(broker.bound).toEqual([id]);
};

describe.each([
  ["can be fetched", RETRIEVABLE],
  ["cannot be fetched", GIVEN_AT_ONCE],
])("where the broker answers 409 to an id that it has seen, and bindings %s", (_, options) => {
  beforeEach(async () => {
    broker = await BoundBroker.start(options);
  });

  test("a binding that was lost is bound anew under the id that follows", async () => {
    await broker.up();
    await lose(KEY);
    refuses([KEY]);
    boundUnder(await broker.up(), SECOND);
  });

  test("a rotation that failed is made under the id after that", async () => {
    const saved = await failedRotation();
    boundUnder(await broker.up({ rotationTrigger: 2 }, saved), THIRD);
  });

  test("a binding that failed is bound anew under the first id that it takes", async () => {
    broker.simulator.fail({ on: "bind", kind: "fails-and-leaves" });
    const failed = await broker.up();
    refuses([SECOND]);
    boundUnder(await broker.up({}, failed), THIRD);
  });

  test("each up gets on to ids that none before has tried", async () => {
    const ids = [KEY];
    for (let count = 1; count < 12; count += 1) ids.push(followingId(KEY, ids.at(-1) ?? ""));
    const saved = await broker.up({ rotationTrigger: 1 });
    refuses(ids.slice(1, 8));
    const open = await broker.up({ rotationTrigger: 2 }, saved);
    expect(open.unfinished?.join()).toContain("nothing is bound");
    const done = await broker.up({ rotationTrigger: 2 }, open);
    expect(done).toMatchObject({ unfinished: undefined, state: { bindingId: ids[8] } });
  });
});

test("an id that the program gave is the only one that is tried", async () => {
  broker = await BoundBroker.start(RETRIEVABLE);
  const inputs = { bindingId: "the-apps" };
  broker.simulator.fail({ on: "bind", kind: "fails-and-leaves" });
  const failed = await broker.up(inputs);
  refuses(["the-apps"]);
  const again = await broker.up(inputs, failed);
  expect(again.state).toMatchObject({ bindingId: "the-apps", state: "failed" });
  expect(again.unfinished?.join()).toContain("Give another bindingId");
  expect(broker.bound).toEqual([]);
});

test("an id that the program gave is not cleaned up after a failure that does not say whose it is", async () => {
  broker = await BoundBroker.start(GIVEN_AT_ONCE);
  broker.simulator.fail({ on: "bind", kind: "fails-and-leaves" });
  await expect(broker.up({ bindingId: "the-apps" })).rejects.toThrow(
    /was not cleaned up\. Its id is the program's, and it may be someone else's.*DELETE http/,
  );
  expect([broker.bound, broker.sent("unbind")]).toEqual([["the-apps"], 0]);
});

test("an id that the broker refuses otherwise, and knows of something, gives way to the next one", async () => {
  broker = await BoundBroker.start({ ...RETRIEVABLE, reuseIds: "refuse" });
  await broker.up();
  await lose(KEY);
  boundUnder(await broker.up(), SECOND);
});

test("credentials that were given to a run that died are given anew under another id, and what that made is named", async () => {
  broker = await BoundBroker.start({ ...GIVEN_AT_ONCE, credentialsOnce: true, reuseIds: "refuse" });
  await broker.up();
  const { state, host } = await broker.up();
  expect([state.bindingId, broker.bound, broker.sent("unbind")]).toEqual([SECOND, [KEY, SECOND], 0]);
  expect(host.recorded.warnings.join()).toContain(
    `Service binding ${KEY} of instance ${INSTANCE_ID} may be at`,
  );
});

describe("where the broker answers 409 to whatever it is asked to bind", () => {
  const refuseAll = (description?: string): unknown =>
    broker.simulator.fault({ on: "bind", kind: { status: 409, body: { description } }, times: 1000 });

  test.each([
    ["can be fetched", RETRIEVABLE],
    ["cannot be fetched", GIVEN_AT_ONCE],
  ])(
    "and bindings %s, it is said that it is not about the id, and that nothing was there",
    async (_, options) => {
      broker = await BoundBroker.start(options);
      refuseAll("The quota is used up.");
      const { unfinished, host } = await broker.up();
      expect(unfinished?.join()).toMatch(
        /^creds: the broker refused 5 new ids in the same way, so it is not about the id: The quota is used up\. Nothing of service binding .* is at the broker; nothing is bound\. Change the inputs/,
      );
      expect([unfinished, host.recorded.infos].join()).not.toMatch(/was removed|was unbound|again, and/);
      expect(broker.sent("bind")).toBe(5);
    },
  );

  test("a rotation says that the present binding stays", async () => {
    broker = await BoundBroker.start(GIVEN_AT_ONCE);
    const saved = await broker.up({ rotationTrigger: 1 });
    refuseAll("The quota is used up.");
    const { unfinished } = await broker.up({ rotationTrigger: 2 }, saved);
    expect(unfinished?.join()).toMatch(new RegExp(`The present binding, ${KEY}, stays as it is\\.$`));
    expect(broker.bound).toEqual([KEY]);
  });
});

describe("a predecessor that the broker has lost", () => {
  test.each([409, 410])("is answered with %d, and a binding of its own is made", async (status) => {
    broker = await BoundBroker.start(RETRIEVABLE);
    const saved = await broker.up({ rotationTrigger: 1 });
    await lose(KEY);
    broker.simulator.fault({
      on: "bind",
      bodyContains: "predecessor_binding_id",
      kind: { status, body: { description: "There is no predecessor." } },
      times: 1000,
    });
    const next = await broker.up({ rotationTrigger: 2 }, saved);
    boundUnder(next, SECOND);
    expect(next.host.recorded.warnings.join()).toMatch(/no predecessor.*A binding of its own/);
  });
});
