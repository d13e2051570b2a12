import { serviceInstance } from "../../../../support/one-process";
import { errorOf } from "../../../../support/child-instance";
import { BrokerStack, type Inputs, database } from "../../../../support/service-instance";

/** Made by an action, whose answer is its result. */
const snapshot: Inputs = { service: "take-snapshot", plan: "of-database", parameters: { pdb_name: "SALES" } };
/** Made at once by a broker that keeps it. */
const cache: Inputs = { service: "cache", plan: "basic" };
const own = { connection: { host: "10.0.0.1", password: "hush-hush-7" } };

describe("what the broker's answer to a PUT holds beyond the specification", () => {
  let stack: BrokerStack;
  afterEach(() => stack.stop());

  const answering = (status: number, body: object): void => {
    stack.simulator.fault({ on: "provision", kind: { status, body }, effect: "after", times: 1 });
  };

  it("is the result of an action, which stays through a refresh and an up", async () => {
    stack = await BrokerStack.start({ kind: "actions", operationMs: 0 });
    const { state } = await stack.up(snapshot);
    expect(state.response).toMatchObject({
      action: "of-database",
      wallet: { password: expect.stringMatching(/^RESPONSE-CANARY-/) as string },
    });
    await stack.refresh();
    expect(await stack.up(snapshot)).toMatchObject({ what: "same", state: { response: state.response } });
    const policies = await stack.up({ ...snapshot, deletionPolicy: "abandon" });
    expect(policies).toMatchObject({ what: "updated", state: { response: state.response } });
  });

  it.each([201, 200])("is saved with an answer of %d, without what is specified", async (status) => {
    stack = await BrokerStack.start();
    answering(status, { dashboard_url: "https://d.example.com/1", ...own });
    const { state } = await stack.up(cache);
    expect(state).toMatchObject({ dashboardUrl: "https://d.example.com/1", response: own });
  });

  it("is saved with an answer of 202, and stays through the polls, a refresh and an update", async () => {
    stack = await BrokerStack.start({ operationMs: 400 });
    const made = stack.simulator.on((event) => {
      if (event.kind === "effect") made();
    });
    stack.simulator.fault({ on: "provision", kind: { status: 202, body: own }, effect: "after", times: 1 });
    const { state } = await stack.up(database);
    expect(state).toMatchObject({ state: "succeeded", response: own });
    await stack.refresh();
    expect(stack.saved.real?.state.response).toEqual(own);
    const { state: larger, what } = await stack.up({ ...database, plan: "large" });
    expect([what, larger.response]).toEqual(["updated", own]);
  });

  it("is not what belongs to an instance that failed, once another one was made", async () => {
    stack = await BrokerStack.start({ failures: [{ on: "provision", kind: "fails-after", times: 1 }] });
    answering(202, own);
    const failed = await stack.up(database);
    expect(failed.unfinished).toBeDefined();
    const { state } = await stack.up(database);
    expect(state.state).toBe("succeeded");
    expect(state).not.toHaveProperty("response");
  });

  it("is none of an instance that was adopted", async () => {
    stack = await BrokerStack.start();
    const { state } = await stack.up(database);
    const beside = BrokerStack.beside(stack);
    expect((await beside.up({ ...database, adopt: state.instanceId })).state).not.toHaveProperty("response");
  });

  it("shows no change for a state that was saved without it", async () => {
    stack = await BrokerStack.start({ kind: "actions", operationMs: 0 });
    const { state } = await stack.up(snapshot);
    delete state.response;
    await stack.refresh();
    expect(await stack.changes(snapshot)).toEqual({ changes: false, replaces: [] });
    expect(await stack.up(snapshot)).toMatchObject({ what: "same" });
  });

  it("is in no message, in the run that got it and in later ones, but for ids that it repeats", async () => {
    stack = await BrokerStack.start();
    const { instanceId } = (await stack.up(cache)).state;
    await stack.destroy();
    const repeated = { ...own, note: "a-note-of-some-length", id: instanceId, plan: "basic" };
    answering(201, repeated);
    const named: Inputs = { ...cache, instanceId };
    const { state } = await stack.up(named);
    stack.simulator.fault({
      on: "deprovision",
      kind: { status: 400, body: { description: `No: ${JSON.stringify(repeated)}` } },
      times: "always",
    });
    const host = stack.host();
    const { message } = await errorOf(serviceInstance.delete(host, instanceId, state));
    expect(message).toContain("a-note-of-some-length");
    const shown = host.session.redact(message);
    expect(shown).toContain(`instance ${instanceId} (service cache, plan basic)`);
    expect(shown).not.toMatch(/hush-hush-7|a-note-of/);
  });

  it("makes a secret of each output that repeats it", () => {
    const state = {
      ...{ broker: "https://b.example.com", instanceId: "i-1", service: "cache", plan: "basic" },
      ...{ serviceId: "s-1", planId: "p-1", response: own },
    } as unknown as Parameters<NonNullable<typeof serviceInstance.secretOutputs>>[0];
    expect(
      serviceInstance.secretOutputs?.({
        ...state,
        description: "made with hush-hush-7",
        dashboardUrl: "https://d.example.com/?key=hush-hush-7",
        metadata: { labels: { login: "hush-hush-7" } },
        operation: "task-1",
      }),
    ).toEqual(["dashboardUrl", "metadata", "description"]);
  });
});
