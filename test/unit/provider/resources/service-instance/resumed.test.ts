import { BrokerStack, database } from "../../../../support/service-instance";

describe("a ServiceInstance whose create did not come to its end", () => {
  let stack: BrokerStack;
  const start = async (options: Parameters<typeof BrokerStack.start>[0] = {}): Promise<void> => {
    stack = await BrokerStack.start(options);
  };
  afterEach(() => stack.stop());
  const impatient = { ...database, timeouts: { create: "10s", update: "10s" } };

  it("keeps id and operation when the user's time-out ended the wait", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    const { state, unfinished } = await stack.up(impatient);
    expect(state).toMatchObject({ state: "in progress", instanceId: stack.saved.intent?.state.key });
    expect(state.operation).toMatch(/^provision\+/);
    expect(unfinished?.[0]).toMatch(/not finished within its time-out of 10s.*Run the same command again/);
    expect(stack.sent("deprovision")).toHaveLength(0);
  });

  it("is waited for by the next run, without a second request", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    await stack.up(impatient);
    stack.simulator.finishOperation(stack.existing[0] ?? "");
    const { what, state } = await stack.up(database);
    expect([what, state.state, stack.sent("provision").length]).toEqual(["updated", "succeeded", 1]);
    expect(await stack.changes(database)).toEqual({ changes: false, replaces: [] });
  });

  it("is asked for again, under the same id, when the broker has forgotten it meanwhile", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    const { state } = await stack.up(impatient);
    stack.simulator.forgetInstance(state.instanceId);
    const next = await stack.up(database);
    expect(next.state).toMatchObject({ state: "succeeded", instanceId: state.instanceId });
  });

  it("is asked for again, under the same id, where the broker knows the instance and not the operation", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    await stack.up(impatient);
    stack.simulator.finishOperation(stack.existing[0] ?? "");
    stack.simulator.fault({ on: "last-operation", kind: { status: 400, body: {} }, times: "always" });
    const { unfinished } = await stack.up(impatient);
    expect(unfinished?.[0]).toMatch(/The last look failed: .*400.*It is not known whether instance/s);
    const { state } = await stack.up(impatient);
    expect([state.state, stack.existing]).toEqual(["succeeded", [state.instanceId]]);
  });

  it("is waited for as long as a create may take", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    const timeouts = { create: "3s", update: "9m" };
    await stack.up({ ...database, timeouts });
    const { unfinished } = await stack.up({ ...database, timeouts });
    expect(unfinished?.[0]).toMatch(/time-out of 3s/);
  });

  it("is asked for again by the same run when the broker forgets it at once", async () => {
    await start({ failures: [{ on: "provision", kind: "forgets" }] });
    const { state } = await stack.up(database);
    expect([state.state, stack.sent("provision").length]).toEqual(["succeeded", 2]);
  });

  it("is asked for again where the broker answers with 410 for it", async () => {
    await start();
    const gone = stack.simulator.fault({ on: "last-operation", kind: { status: 410, body: {} }, times: 1e6 });
    stack.simulator.on(({ kind, request }) => {
      if (kind === "request" && request === "provision" && gone.hits > 0) gone.cancel();
    });
    const { state } = await stack.up(database);
    expect([state.state, stack.sent("provision").length]).toEqual(["succeeded", 2]);
  });

  it("gets what the program has changed in the meantime", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    await stack.up(impatient);
    stack.simulator.finishOperation(stack.existing[0] ?? "");
    const { state } = await stack.up({ ...database, parameters: { storageGb: 40 }, plan: "large" });
    expect(state).toMatchObject({ state: "succeeded", plan: "large", parameters: { storageGb: 40 } });
    expect(stack.simulator.instances[0]).toMatchObject({ parameters: { storageGb: 40 } });
  });

  it.each(["effect", "answer"] as const)(
    "is met again by the repeated request of the next run after a crash (%s)",
    async (at) => {
      await start();
      await stack.killedUp(database, "provision", at);
      expect(stack.saved.real).toBeUndefined();
      const { what, state } = await stack.up(database);
      expect([what, state.state, stack.existing]).toEqual(["created", "succeeded", [state.instanceId]]);
    },
  );

  it("is met again when it has been finished meanwhile", async () => {
    await start();
    await stack.killedUp(database, "provision", "answer");
    stack.simulator.finishOperation(stack.existing[0] ?? "");
    const { state } = await stack.up(database);
    expect([state.state, stack.existing]).toEqual(["succeeded", [state.instanceId]]);
  });

  it("is left, and named, by a destroy after a crash", async () => {
    await start();
    await stack.killedUp(database, "provision", "effect");
    const [left = ""] = stack.existing;
    const { recorded } = await stack.destroy();
    expect(stack.existing).toEqual([left]);
    expect(recorded.warnings.join()).toContain(left);
  });

  it("can be deleted while it is in progress", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    await stack.up(impatient);
    await stack.destroy();
    expect(stack.existing).toEqual([]);
  });

  it("is provisioned once though the connection breaks after the request", async () => {
    await start({ faults: [{ on: "provision", kind: "reset-after" }] });
    const { state } = await stack.up(database);
    expect([state.state, stack.simulator.account().instancesCreated]).toEqual(["succeeded", 1]);
  });

  it("is not judged by a refresh meanwhile", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    const { state } = await stack.up(impatient);
    await stack.refresh();
    expect(stack.saved.real?.state).toEqual(state);
  });

  it("sends nothing once the engine is gone", async () => {
    await start();
    await stack.up(database).then(() => stack.destroy());
    const session = stack.sessionOf(() => Promise.reject(new Error("no engine")));
    await expect(stack.up(database, { session })).rejects.toThrow("no engine");
    expect(stack.existing).toEqual([]);
  });
});
