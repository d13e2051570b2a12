import { followingId } from "../../../../../provider/resources/broker/ids";
import type { BrokerFault } from "../../../../../sdk/simulator";
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

  it.each([404, 410, 501])(
    "is our own as it was asked for, though the broker tells nothing of it (%d)",
    async (status) => {
      await start({ conflictsAsNoOp: true });
      for (const on of ["last-operation", "update"] as const)
        stack.simulator.fault({ on, kind: { status, body: {} }, times: 99 });
      const wanted = { service: "cache", plan: "basic", parameters: { a: 1 } };
      await stack.killedUp(wanted, "provision", "effect");
      const { state } = await stack.up(wanted);
      expect(state).toMatchObject({ state: "succeeded", parameters: { a: 1 } });
      expect([stack.existing, stack.sent("update").length]).toEqual([[state.instanceId], 0]);
    },
  );

  it.each<[number, string, object]>([
    [404, "archive/cold", {}],
    [404, "archive/cold", { instanceId: "mine" }],
    [410, "archive/cold", {}],
    [404, "postgres/small", {}],
  ])(
    "is our own for a broker that forgets an operation when it ends (%d, %s, %j)",
    async (status, name, given) => {
      await start({ conflictsAsNoOp: true });
      stack.simulator.fault({ on: "last-operation", kind: { status, body: {} }, times: 1e6 });
      const [service = "", plan = ""] = name.split("/");
      const { state } = await stack.up({ service, plan, ...given });
      expect([state.state, stack.existing]).toEqual(["succeeded", [state.instanceId]]);
      expect([stack.sent("provision").length, stack.sent("update").length]).toEqual([2, 0]);
    },
  );

  it("is our own for such a broker where the time was up before that showed", async () => {
    await start({ conflictsAsNoOp: true });
    stack.simulator.fault({ on: "last-operation", kind: { status: 404, body: {} }, times: 1e6 });
    const named = { service: "archive", plan: "cold", instanceId: "mine" };
    const first = await stack.up({ ...named, timeouts: { create: "10s" } });
    expect(first.state.state).toBe("in progress");
    const { state } = await stack.up(named);
    expect([state.state, stack.existing]).toEqual(["succeeded", ["mine"]]);
  });

  it("is our own though the broker forgets the operation that it was found in", async () => {
    await start({ conflictsAsNoOp: true, operationMs: 20_000 });
    const archive = { service: "archive", plan: "cold" };
    await stack.killedUp(archive, "provision", "answer");
    stack.simulator.fault({ on: "provision", kind: { status: 409, body: {} } });
    const forgets = { status: 404, body: {} };
    stack.simulator.fault({ on: "last-operation", kind: forgets, skip: 1, times: 1e6 });
    const { state } = await stack.up(archive);
    expect([state.state, stack.existing]).toEqual(["succeeded", [state.instanceId]]);
  });

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
    "is left where it is %s, since another stack may have it, and taken up where the change is taken back",
    async (_what, before, change) => {
      await start();
      await stack.killedUp(before, "provision", "effect");
      await expect(stack.up({ ...before, ...change })).rejects.toThrow(
        /was not cleaned up\. An earlier run may have made it.*take back what the program has changed/,
      );
      const { state } = await stack.up(before);
      expect([stack.existing, stack.sent("deprovision")]).toEqual([[state.instanceId], []]);
    },
  );

  it("is left where its earlier request has failed", async () => {
    await start({ failures: [{ on: "provision", kind: "fails-and-leaves" }] });
    await stack.killedUp(database, "provision", "answer");
    const [left = ""] = stack.existing;
    stack.simulator.finishOperation(left);
    await expect(stack.up(database)).rejects.toThrow(
      new RegExp(`an earlier request for it failed.*was not cleaned up.*DELETE http.*/${left}\\?`),
    );
    expect(stack.existing).toEqual([left]);
  });

  it("is left where the broker does not change what it has", async () => {
    await start({ faults: [{ on: "update", kind: { status: 422, body: { description: "Fixed." } } }] });
    await stack.killedUp(database, "provision", "effect");
    await expect(stack.up({ ...database, parameters: { storageGb: 40 } })).rejects.toThrow(
      /an earlier request made it with other values.*was not cleaned up/,
    );
    expect(stack.sent("deprovision")).toEqual([]);
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

  const refused: BrokerFault = {
    on: "provision",
    kind: { status: 400, body: { description: "No quota." } },
    times: 9,
  };
  it.each<[string, BrokerFault["kind"]]>([
    ["that are gone", { status: 410, body: {} }],
    ["whose last operation succeeded", { status: 200, body: { state: "succeeded" } }],
  ])("is not left for a refusal by a broker that speaks of all ids as of ones %s", async (_what, kind) => {
    await start({ faults: [refused, { on: "last-operation", kind, times: 99 }] });
    await expect(stack.up(database)).rejects.toThrow(/No quota.*Nothing was provisioned/);
    expect(stack.sent("provision")).toHaveLength(1);
  });

  it("is left once at most, for a broker that remembers what it refused", async () => {
    await start({ faults: [refused] });
    const kind = { status: 200, body: { state: "failed" } };
    const remember = (pathContains = ""): void => {
      stack.simulator.fault({ on: "last-operation", kind, times: 9, pathContains });
    };
    stack.simulator.on((event) => {
      if (event.kind === "request" && event.request === "provision") remember(event.instanceId);
    });
    await expect(stack.up(database)).rejects.toThrow(/No quota/);
    expect(stack.sent("provision")).toHaveLength(2);
  });

  it.each([404, 410])("is cleaned up where the broker knows nothing of it (%d)", async (status) => {
    await start({ faults: [{ on: "provision", kind: { status: 409, body: {} } }] });
    for (const on of ["fetch", "last-operation", "update"] as const)
      stack.simulator.fault({ on, kind: { status, body: {} }, times: 99 });
    const { state } = await stack.up(database);
    expect([state.state, state.mitigated, stack.sent("last-operation").length]).toEqual(["failed", true, 1]);
  });
});
