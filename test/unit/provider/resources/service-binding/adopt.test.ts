import { errorOf } from "../../../../support/child-instance";
import { BoundBroker, INSTANCE_ID, KEY, type Inputs } from "../../../../support/service-binding";

let broker: BoundBroker;

afterEach(() => broker.stop());

/** Somebody binds beside the program. */
const theirs = async (parameters: Record<string, unknown>): Promise<void> => {
  const ids = broker.simulator.plan(broker.service, broker.plan);
  await broker.client().bind(INSTANCE_ID, "theirs", { ...ids, parameters });
  broker.simulator.finishOperation("theirs");
};

describe("adopt", () => {
  test("takes over a binding and its credentials without changing anything", async () => {
    broker = await BoundBroker.start();
    await theirs({ role: "owner" });
    const { state } = await broker.up({ adopt: "theirs", parameters: { role: "owner" } });
    expect(state.credentials).toEqual(broker.simulator.bindings[0]?.credentials);
    expect(broker.sent("bind")).toBe(1);
  });

  test("names the parameters that are others at the broker", async () => {
    broker = await BoundBroker.start();
    await theirs({ role: "owner" });
    const error = await errorOf(broker.up({ adopt: "theirs", parameters: { role: "reader" } }));
    expect(error.message).toMatch(/parameters\.role.*Nothing was changed/);
  });

  test("of a binding that the broker does not know is an error", async () => {
    broker = await BoundBroker.start();
    const error = await errorOf(broker.up({ adopt: "nobodys" }));
    expect(error.message).toMatch(/does not know binding nobodys.*\(404\)/);
  });

  test("warns where nothing could be compared", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    await theirs({});
    const { host, state } = await broker.up({ adopt: true, bindingId: "theirs" });
    expect(host.recorded.warnings.join()).toContain("credentials are not known");
    expect(state.bindingId).toBe("theirs");
  });
});

describe("adopt where there is a binding already", () => {
  const other = { role: "owner" };

  test.each<[string, Inputs, string]>([
    ["true with another bindingId", { bindingId: "theirs", adopt: true }, "bindingId"],
    ["another id", { adopt: "theirs" }, "adopt"],
  ])("of %s takes that one over, and the present one ends after it", async (_, inputs, path) => {
    broker = await BoundBroker.start();
    const saved = await broker.up({ parameters: other });
    await theirs(other);
    const sent = broker.sent("bind");
    const next = await broker.up({ ...inputs, parameters: other }, saved);
    expect(next).toMatchObject({ replaces: [path], leftover: undefined, state: { bindingId: "theirs" } });
    expect(next.state.credentials).toEqual(broker.simulator.bindings[0]?.credentials);
    expect([broker.sent("bind"), broker.bound]).toEqual([sent, ["theirs"]]);
    expect(await broker.up({ ...inputs, parameters: other }, next)).toMatchObject({ what: "same" });
  });

  test("does what the refusal of an id that is taken advises", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up({ bindingId: "mine" });
    await theirs(other);
    const error = await errorOf(broker.up({ bindingId: "theirs" }, saved));
    expect(error.message).toContain("adopt: true");
    const next = await broker.up({ bindingId: "theirs", adopt: true }, saved);
    expect(next.state.bindingId).toBe("theirs");
  });

  test("keeps the present one beside it for the overlap", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up();
    await theirs({});
    const next = await broker.up({ adopt: "theirs", rotationOverlap: "48h" }, saved);
    expect(next.state.predecessors).toMatchObject([{ bindingId: KEY }]);
    expect(broker.bound.sort()).toEqual([KEY, "theirs"].sort());
  });

  test("of the present one changes nothing", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up();
    const next = await broker.up({ adopt: KEY }, saved);
    expect(next).toMatchObject({ what: "updated", state: { bindingId: KEY } });
    const given = await broker.up({ adopt: true, bindingId: KEY }, next);
    expect(given).toMatchObject({ what: "updated", state: { bindingId: KEY } });
  });

  test("that stays in the program does not take the predecessor over again when that one is rotated", async () => {
    broker = await BoundBroker.start();
    await theirs({});
    let saved = await broker.up({ adopt: "theirs", rotationTrigger: 1 });
    for (const rotationTrigger of [2, 3]) {
      saved = await broker.up({ adopt: "theirs", rotationTrigger }, saved);
      expect(saved).toMatchObject({ what: "replaced", replaces: ["rotationTrigger"] });
    }
    expect(broker.bound).toEqual([saved.state.bindingId]);
  });

  test("takes over in place of one that failed", async () => {
    broker = await BoundBroker.start();
    broker.simulator.fail({ on: "bind", kind: "fails-and-leaves" });
    const failed = await broker.up({ bindingId: "mine" });
    await theirs({});
    const next = await broker.up({ bindingId: "theirs", adopt: true }, failed);
    expect(next).toMatchObject({ what: "updated", unfinished: undefined, state: { bindingId: "theirs" } });
    expect(broker.bound).toEqual(["theirs"]);
  });

  test("of a predecessor that is still held is a problem", async () => {
    broker = await BoundBroker.start();
    const overlap = { rotationOverlap: "48h" };
    const saved = await broker.up(
      { ...overlap, rotationTrigger: 2 },
      await broker.up({ rotationTrigger: 1 }),
    );
    const { problems } = await broker.check({ ...overlap, rotationTrigger: 2, adopt: KEY }, saved);
    expect(problems).toMatchObject([{ path: "adopt" }]);
  });
});
