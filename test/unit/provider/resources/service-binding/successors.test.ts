import { followingId } from "../../../../../provider/resources/broker/ids";
import { serviceBinding } from "../../../../support/one-process";
import { errorOf } from "../../../../support/child-instance";
import { BoundBroker, type Inputs, KEY, type Saved } from "../../../../support/service-binding";

const HOUR_MS = 3_600_000;
const NEXT = followingId(KEY, KEY);

let broker: BoundBroker;

afterEach(() => broker.stop());

/** Names at the top of the bodies of the bind requests. */
const bodies = (): (string[] | undefined)[] =>
  broker.simulator.ledger.of("request", "bind").map(({ bodyKeys }) => bodyKeys);

/** A binding that an earlier run made, `hours` ago. */
async function made(inputs: Inputs, hours = 0): Promise<Saved> {
  const saved = await broker.up(inputs);
  broker.clock.skip(hours * HOUR_MS);
  return saved;
}

describe("a rotation", () => {
  test("makes the successor first, derived from its predecessor, and then unbinds that one", async () => {
    broker = await BoundBroker.start();
    const inputs = { rotateAfter: "720h", parameters: { role: "reader" } };
    const saved = await made(inputs, 720);
    const next = await broker.up(inputs, saved);
    expect(next).toMatchObject({ what: "replaced", replaces: ["rotateAfter"], leftover: undefined });
    expect(next.state.bindingId).toBe(NEXT);
    expect(next.state.credentials).not.toEqual(saved.state.credentials);
    expect(bodies()[1]).toContain("predecessor_binding_id");
    expect(broker.bound).toEqual([NEXT]);
    const order = broker.simulator.ledger.effects().map(({ request }) => request);
    expect(order.slice(-2)).toEqual(["bind", "unbind"]);
  });

  test("says in the update too why it is made, once", async () => {
    broker = await BoundBroker.start();
    const inputs: Inputs = { rotateAfter: "720h" };
    const next = await broker.up({ ...inputs, rotationTrigger: 1 }, await made(inputs, 720));
    expect(next.host.recorded.infos).toEqual([
      expect.stringMatching(
        new RegExp(
          `^creds: rotation of service binding ${KEY} is due since rotationTrigger changed; since .*rotateAfter 720h`,
        ),
      ),
    ]);
  });

  test("is not due a moment earlier", async () => {
    broker = await BoundBroker.start();
    const saved = await made({ rotateAfter: "720h" }, 719);
    expect(await broker.up({ rotateAfter: "720h" }, saved)).toMatchObject({ what: "same" });
  });

  test("makes a binding of its own where the plan does not rotate", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    const next = await broker.up({ rotationTrigger: 2 }, await made({ rotationTrigger: 1 }));
    expect(next.replaces).toEqual(["rotationTrigger"]);
    expect(bodies()[1]).not.toContain("predecessor_binding_id");
    expect(broker.bound).toEqual([NEXT]);
  });

  test("makes a binding of its own where the predecessor has expired", async () => {
    broker = await BoundBroker.start({ bindingLifetimeS: 3600 });
    const next = await broker.up({ rotateBefore: "10m" }, await made({ rotateBefore: "10m" }, 2));
    expect(next.replaces).toEqual(["rotateBefore"]);
    expect(bodies()[1]).not.toContain("predecessor_binding_id");
  });

  test("makes a binding of its own where other inputs changed too", async () => {
    broker = await BoundBroker.start();
    const saved = await made({ rotationTrigger: 1, parameters: { role: "reader" } });
    const next = await broker.up({ rotationTrigger: 2, parameters: { role: "writer" } }, saved);
    expect(next.replaces).toEqual(["parameters", "rotationTrigger"]);
    expect(broker.simulator.bindings[0]?.parameters).toEqual({ role: "writer" });
  });

  test("makes a binding of its own, with a warning, where the broker refuses to rotate", async () => {
    broker = await BoundBroker.start();
    const saved = await made({ rotationTrigger: 1 });
    broker.simulator.fault({
      on: "bind",
      bodyContains: "predecessor_binding_id",
      kind: { status: 422, body: { description: "Cannot rotate." } },
    });
    const next = await broker.up({ rotationTrigger: 2 }, saved);
    expect(next.host.recorded.warnings.join()).toMatch(/Cannot rotate.*A binding of its own.*is tried/);
    expect(broker.bound).toEqual([NEXT]);
  });

  test("leads to the same successor after a run that died before it was saved", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    const saved = await made({ rotationTrigger: 1 });
    broker.simulator.fault({ on: "unbind", kind: { status: 400 } });
    const lost = await broker.up({ rotationTrigger: 2 }, saved);
    const next = await broker.up({ rotationTrigger: 2 }, saved);
    expect(next.state.credentials).toEqual(lost.state.credentials);
    expect(broker.bound).toEqual([NEXT]);
  });

  test("that fails leaves the present binding as it is", async () => {
    broker = await BoundBroker.start();
    const saved = await made({ rotationTrigger: 1 });
    broker.simulator.fail({ on: "bind", kind: "fails-and-leaves", description: "No more." });
    const error = await errorOf(broker.up({ rotationTrigger: 2 }, saved));
    expect(error.message).toMatch(new RegExp(`No more.*The present binding, ${KEY}, stays as it is`));
    expect(broker.bound).toEqual([KEY]);
  });

  test("ends its predecessor under deletionPolicy prevent too", async () => {
    broker = await BoundBroker.start();
    const saved = await made({ rotationTrigger: 1, deletionPolicy: "prevent" });
    await broker.up({ rotationTrigger: 2, deletionPolicy: "prevent" }, saved);
    expect(broker.bound).toEqual([NEXT]);
  });

  test("that is due does not undo deletionPolicy prevent where there is no successor", async () => {
    broker = await BoundBroker.start();
    const inputs: Inputs = { rotateAfter: "720h", deletionPolicy: "prevent" };
    const saved = await made(inputs, 720);
    broker.nextRun();
    const host = broker.host();
    // A refresh that a destroy begins with.
    expect(serviceBinding.diff(host, saved.state, saved.inputs).replaces).toEqual(["rotateAfter"]);
    const error = await errorOf(serviceBinding.delete(host, saved.id, saved.state));
    expect(error.message).toContain('deletionPolicy is "prevent"');
    expect(broker.bound).toEqual([KEY]);
  });

  test("ends its predecessor in the next run where the run that made the successor died before", async () => {
    broker = await BoundBroker.start();
    const inputs: Inputs = { deletionPolicy: "prevent" };
    const saved = await made({ ...inputs, rotationTrigger: 1 });
    broker.simulator.fault({ on: "unbind", kind: { status: 400 }, times: 1 });
    const next = await broker.up({ ...inputs, rotationTrigger: 2 }, saved);
    expect(next.leftover).toBeDefined();
    const later = await broker.upWithLeftover({ ...inputs, rotationTrigger: 2 }, next, saved);
    expect(later.leftover).toBeUndefined();
    expect(broker.bound).toEqual([NEXT]);
  });

  test("goes on from each successor to the next", async () => {
    broker = await BoundBroker.start();
    let saved = await made({ rotationTrigger: 0 });
    const seen = [saved.state.bindingId];
    for (const rotationTrigger of [1, 2, 3]) {
      saved = await broker.up({ rotationTrigger }, saved);
      seen.push(saved.state.bindingId);
    }
    expect(new Set(seen).size).toBe(4);
    expect(broker.bound).toEqual([seen[3]]);
  });
});

describe("rotationOverlap", () => {
  const inputs = { rotateAfter: "720h", rotationOverlap: "48h" };

  test("keeps the predecessor bound and holds it in the successor's state", async () => {
    broker = await BoundBroker.start();
    const next = await broker.up(inputs, await made(inputs, 720));
    expect(next.leftover).toBeUndefined();
    expect(broker.bound).toEqual([KEY, NEXT]);
    const { predecessors, createdAt = "" } = next.state;
    expect(predecessors).toMatchObject([{ bindingId: KEY }]);
    const overlapMs = Date.parse(predecessors?.[0]?.unbindAfter ?? "") - Date.parse(createdAt);
    expect(Math.round(overlapMs / HOUR_MS)).toBe(48);
    expect(await broker.up(inputs, next)).toMatchObject({ what: "same" });
  });

  test("keeps the predecessor bound where the run that made the successor died before it was done", async () => {
    broker = await BoundBroker.start();
    const saved = await made(inputs, 720);
    const next = await broker.up(inputs, saved);
    await broker.upWithLeftover(inputs, next, saved);
    expect(broker.bound).toEqual([KEY, NEXT]);
  });

  test("holds for no binding of an instance that is replaced, since that one leaves in the same run", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up(inputs, await made(inputs, 720));
    await broker.provision("other");
    const instance = { ...saved.inputs.instance, instanceId: "other" };
    const next = await broker.up({ ...inputs, instance }, saved);
    expect(next).toMatchObject({ replaces: ["instance"], leftover: undefined });
    expect(next.state.predecessors).toBeUndefined();
    expect(broker.bound).toEqual([next.state.bindingId]);
  });

  test("holds where the program gives an id for the second time", async () => {
    broker = await BoundBroker.start();
    const overlap = { rotationOverlap: "48h" };
    const green = await broker.up({ ...overlap, bindingId: "green" }, await made({ bindingId: "blue" }));
    broker.clock.skip(49 * HOUR_MS);
    const alone = await broker.up({ ...overlap, bindingId: "green" }, green);
    await broker.up({ ...overlap, bindingId: "blue" }, alone);
    expect(broker.bound.sort()).toEqual(["blue", "green"]);
  });

  test("rules out the id of a predecessor for the next successor", async () => {
    broker = await BoundBroker.start();
    const overlap = { rotationOverlap: "48h" };
    const saved = await broker.up({ ...overlap, bindingId: "green" }, await made({ bindingId: "blue" }));
    const { problems } = await broker.check({ ...overlap, bindingId: "blue" }, saved);
    expect(problems).toMatchObject([
      {
        path: "bindingId",
        message: expect.stringMatching(
          /id of a predecessor.*an up with the present bindingId makes it free/,
        ) as string,
      },
    ]);
  });

  test("ends with the first up after it", async () => {
    broker = await BoundBroker.start();
    const next = await broker.up(inputs, await made(inputs, 720));
    broker.clock.skip(49 * HOUR_MS);
    const later = await broker.up(inputs, next);
    expect(later).toMatchObject({ what: "updated", unfinished: undefined });
    expect(later.state.predecessors).toBeUndefined();
    expect(later.state.credentials).toEqual(next.state.credentials);
    expect(broker.bound).toEqual([NEXT]);
    expect(await broker.up(inputs, later)).toMatchObject({ what: "same" });
  });

  test("keeps a predecessor that could not be unbound, for the next up", async () => {
    broker = await BoundBroker.start();
    const next = await broker.up(inputs, await made(inputs, 720));
    broker.clock.skip(49 * HOUR_MS);
    broker.simulator.fault({ on: "unbind", kind: { status: 400 }, times: 1 });
    const refused = await broker.up(inputs, next);
    expect(refused.unfinished).toBeUndefined();
    expect(refused.host.recorded.warnings.join()).toMatch(new RegExp(`${KEY}.*could not be unbound`));
    expect(refused.state.predecessors).toHaveLength(1);
    await broker.up(inputs, refused);
    expect(broker.bound).toEqual([NEXT]);
  });

  test("holds all predecessors where it is longer than the time between rotations", async () => {
    broker = await BoundBroker.start();
    const often = { rotateAfter: "1h", rotationOverlap: "48h" };
    let saved: Saved = await made(often, 1);
    saved = await broker.up(often, saved);
    broker.clock.skip(HOUR_MS);
    saved = await broker.up(often, saved);
    expect(saved.state.predecessors?.map(({ bindingId }) => bindingId)).toEqual([KEY, NEXT]);
    expect(broker.bound).toHaveLength(3);
  });

  test("ends with the first up after it where that one rotates too", async () => {
    broker = await BoundBroker.start();
    const monthly = { rotateAfter: "720h", rotationOverlap: "48h" };
    let saved: Saved = await made(monthly, 720);
    for (let month = 0; month < 3; month += 1) {
      const before = saved.state.bindingId;
      const next = await broker.up(monthly, saved);
      expect(next.leftover).toBeUndefined();
      expect(broker.bound).toEqual([before, next.state.bindingId]);
      broker.clock.skip(720 * HOUR_MS);
      saved = next;
    }
  });

  test("ends with the successor itself", async () => {
    broker = await BoundBroker.start();
    await broker.destroy(await broker.up(inputs, await made(inputs, 720)));
    expect(broker.bound).toEqual([]);
  });

  test("ends with the successor too where the run began with a refresh, whose diff says that it stays", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up(inputs, await made(inputs, 720));
    broker.nextRun();
    const host = broker.host();
    expect(serviceBinding.diff(host, saved.state, saved.inputs).replaces).toEqual([]);
    await serviceBinding.delete(host, saved.id, saved.state);
    expect(broker.bound).toEqual([]);
  });

  test("that is taken away ends at once", async () => {
    broker = await BoundBroker.start();
    const next = await broker.up(inputs, await made(inputs, 720));
    await broker.up({ rotateAfter: "720h" }, next);
    expect(broker.bound).toEqual([NEXT]);
  });
});

describe("a change", () => {
  test.each<[string, Inputs]>([
    ["parameters", { parameters: { role: "writer" } }],
    ["bindResource", { bindResource: { appGuid: "other" } }],
    ["context", { context: { platform: "kubernetes" } }],
    ["bindingId", { bindingId: "mine" }],
  ])("of %s makes a successor", async (name, change) => {
    broker = await BoundBroker.start();
    const before: Inputs = { parameters: { role: "reader" }, bindResource: { appGuid: "app" } };
    const next = await broker.up({ ...before, ...change }, await made(before));
    expect(next.replaces).toEqual([name]);
    expect(broker.bound).toEqual([next.state.bindingId]);
  });

  test("of the instance's plan is taken over without a request", async () => {
    broker = await BoundBroker.start();
    const saved = await made({});
    const sent = broker.simulator.ledger.of("request").length;
    const next = await broker.up({ instance: { ...saved.inputs.instance, plan: "large" } }, saved);
    expect(next.what).toBe("updated");
    expect(next.state.planId).toBe(broker.simulator.plan("postgres", "large").planId);
    expect(next.state.credentials).toEqual(saved.state.credentials);
    const since = broker.simulator.ledger.of("request").slice(sent);
    expect(since.map(({ request }) => request)).toEqual(["catalog"]);
  });

  test("of policies is taken over without a request", async () => {
    broker = await BoundBroker.start();
    const next = await broker.up({ deletionPolicy: "abandon" }, await made({}));
    expect(next).toMatchObject({ what: "updated", state: { deletionPolicy: "abandon" } });
    expect(broker.sent("bind")).toBe(1);
  });

  test("of context by leaving it out changes nothing: it is frozen", async () => {
    broker = await BoundBroker.start();
    const next = await broker.up({ origin: { stack: "renamed", project: "p" } }, await made({}));
    expect(next.what).toBe("same");
  });
});

test("a replacement that only the engine wants unbinds the old one and what it held", async () => {
  broker = await BoundBroker.start();
  const overlap = { rotationOverlap: "48h" };
  const first = await made({ ...overlap, rotationTrigger: 1 });
  const saved = await broker.up({ ...overlap, rotationTrigger: 2 }, first);
  broker.nextRun();
  const inputs = { rotationTrigger: 2 };
  const { host, inputs: checked } = await broker.check(inputs, saved);
  serviceBinding.diff(host, saved.state, checked);
  const { state } = await serviceBinding.create(host, checked);
  await serviceBinding.delete(host, saved.id, saved.state);
  expect(broker.bound).toEqual([state.bindingId]);
});

test("a successor holds nothing that was unbound before it was made", async () => {
  broker = await BoundBroker.start();
  const overlap = { rotationOverlap: "48h" };
  const first = await made({ ...overlap, rotationTrigger: 1 });
  const saved = await broker.up({ ...overlap, rotationTrigger: 2 }, first);
  broker.nextRun();
  const inputs = { ...overlap, rotationTrigger: 3 };
  const { host, inputs: checked } = await broker.check(inputs, saved);
  serviceBinding.diff(host, saved.state, checked);
  await serviceBinding.delete(host, saved.id, saved.state);
  const { state } = await serviceBinding.create(host, checked);
  expect(state.predecessors).toBeUndefined();
  expect(broker.bound).toEqual([state.bindingId]);
});

test("a delete does not remove an id that the same run has made", async () => {
  broker = await BoundBroker.start();
  const saved = await made({ bindingId: "mine" });
  await broker.destroy(saved);
  const anew = await broker.up({ bindingId: "mine" });
  await serviceBinding.delete(anew.host, saved.id, saved.state);
  expect(broker.bound).toEqual(["mine"]);
});
