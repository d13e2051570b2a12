import { followingId } from "../../../../../provider/resources/broker/ids";
import { BrokerStack, database } from "../../../../support/service-instance";

describe("an id that the broker says is taken", () => {
  let stack: BrokerStack;
  const start = async (options: Parameters<typeof BrokerStack.start>[0] = {}): Promise<void> => {
    stack = await BrokerStack.start(options);
  };
  afterEach(() => stack.stop());

  it("is an error where the program gave it, which tells how to take it over", async () => {
    await start();
    await stack.up({ ...database, instanceId: "theirs" });
    const other = BrokerStack.beside(stack);
    await expect(
      other.up({ ...database, instanceId: "theirs", parameters: { storageGb: 1 } }),
    ).rejects.toThrow(/the id theirs is taken.*Nothing was changed.*adopt: "theirs"/);
    expect(stack.simulator.instances[0]?.parameters).toEqual({ storageGb: 20 });
  });

  it.each(["postgres/small", "cache/basic", "archive/cold"])(
    "is our own after a crash, for a broker that answers a repeated request so (%s)",
    async (name) => {
      await start({ conflictsAsNoOp: true });
      const [service = "", plan = ""] = name.split("/");
      await stack.killedUp({ service, plan }, "provision", "effect");
      const { state } = await stack.up({ service, plan });
      expect([state.state, stack.existing]).toEqual(["succeeded", [state.instanceId]]);
      expect(stack.simulator.instances[0]?.state).toBe("ready");
    },
  );

  it("is brought to what the program wants by now", async () => {
    await start();
    await stack.killedUp(database, "provision", "effect");
    const { state } = await stack.up({ ...database, parameters: { storageGb: 40 } });
    expect(state).toMatchObject({ state: "succeeded", parameters: { storageGb: 40 } });
    expect(stack.simulator.instances).toMatchObject([
      { id: state.instanceId, parameters: { storageGb: 40 } },
    ]);
  });

  it("is brought to another plan where the catalog allows that", async () => {
    await start();
    await stack.killedUp(database, "provision", "effect");
    const { state } = await stack.up({ ...database, plan: "large" });
    expect(state).toMatchObject({ state: "succeeded", plan: "large" });
    expect(stack.simulator.instances).toMatchObject(
      [stack.simulator.plan("postgres", "large")].map(({ planId }) => ({ planId })),
    );
  });

  it.each([
    ["a service that nothing can be fetched of", { service: "cache", plan: "basic" }, { plan: "plus" }],
    ["its parameters", { service: "cache", plan: "basic", parameters: { a: 1 } }, { parameters: { a: 2 } }],
  ])("is brought to the wanted values, for %s", async (_what, before, change) => {
    await start();
    await stack.killedUp(before, "provision", "effect");
    const { state } = await stack.up({ ...before, ...change });
    expect(state).toMatchObject({ state: "succeeded", ...change });
    expect(stack.existing).toEqual([state.instanceId]);
  });

  it.each([
    ["of another service", { ...database }, { service: "cache", plan: "basic", parameters: {} }],
    ["of a plan that stays", { ...database, plan: "fixed" }, { plan: "large" }],
  ])(
    "is cleaned up where it is %s, and the next run goes on under another id",
    async (_what, before, change) => {
      await start();
      await stack.killedUp(before, "provision", "effect");
      const { state } = await stack.up({ ...before, ...change });
      expect(state).toMatchObject({ state: "failed", mitigated: true });
      const next = await stack.up({ ...before, ...change });
      expect(next.state).toMatchObject({
        state: "succeeded",
        instanceId: followingId(state.intentKey ?? "", state.instanceId),
      });
      expect(stack.existing).toEqual([next.state.instanceId]);
    },
  );

  it("is cleaned up where its earlier request has failed", async () => {
    await start({ failures: [{ on: "provision", kind: "fails-and-leaves" }] });
    await stack.killedUp(database, "provision", "answer");
    stack.simulator.finishOperation(stack.existing[0] ?? "");
    expect((await stack.up(database)).state).toMatchObject({ state: "failed", mitigated: true });
    expect((await stack.up(database)).state.state).toBe("succeeded");
  });

  it("is cleaned up where the broker does not change what it has", async () => {
    await start({ faults: [{ on: "update", kind: { status: 422, body: { description: "Fixed." } } }] });
    await stack.killedUp(database, "provision", "effect");
    const changed = { ...database, parameters: { storageGb: 40 } };
    const { unfinished } = await stack.up(changed);
    expect(unfinished?.[0]).toMatch(/an earlier request made it with other values.*was cleaned up/);
    expect((await stack.up(changed)).state.state).toBe("succeeded");
  });

  it("is left for the one that follows where a broker takes no id twice", async () => {
    await start({ reuseIds: "refuse" });
    const { state } = await stack.up(database);
    const other = BrokerStack.beside(stack);
    await other.up({ ...database, adopt: state.instanceId });
    await other.destroy();
    await stack.refresh();
    const next = await stack.up(database);
    expect(next.state).toMatchObject({
      state: "succeeded",
      instanceId: followingId(state.instanceId, state.instanceId),
    });
    expect(stack.existing).toEqual([next.state.instanceId]);
  });

  it("is left for the one that follows when a replacement was cleaned up under it", async () => {
    await start({ reuseIds: "refuse" });
    await stack.up({ ...database, changePolicy: "replace" });
    stack.simulator.fail({ on: "provision", kind: "fails-and-leaves" });
    const change = { ...database, spaceGuid: "other", changePolicy: "replace" as const };
    await expect(stack.up(change)).rejects.toThrow(/The present instance stays/);
    const { state } = await stack.up(change);
    expect([state.state, stack.existing]).toEqual(["succeeded", [state.instanceId]]);
  });

  it("is not left where the broker only finds fault with the request", async () => {
    await start({ reuseIds: "refuse" });
    stack.simulator.fault({ on: "provision", kind: { status: 400, body: { description: "No quota." } } });
    await expect(stack.up(database)).rejects.toThrow(/No quota/);
    expect(stack.sent("provision")).toHaveLength(1);
  });
});
