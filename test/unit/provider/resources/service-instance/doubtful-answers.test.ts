import { BrokerStack, database } from "../../../../support/service-instance";

describe("a ServiceInstance whose broker answers so that nobody can be sure", () => {
  let stack: BrokerStack;
  const start = async (options: Parameters<typeof BrokerStack.start>[0] = {}): Promise<void> => {
    stack = await BrokerStack.start(options);
  };
  afterEach(() => stack.stop());
  const impatient = { timeouts: { create: "10s", update: "10s" } };

  it("is asked for again by the next run where the broker did not know it when the time was up", async () => {
    await start({ failures: [{ on: "provision", kind: "forgets", afterMs: 300 }] });
    const { unfinished } = await stack.up({ ...database, ...impatient });
    expect(unfinished?.[0]).toMatch(/It is not known whether instance .* exists/);
    const next = await stack.up({ ...database, ...impatient });
    expect([next.state.state, stack.sent("provision").length]).toEqual(["succeeded", 2]);
  });

  it("is not taken for lost where an update could not be seen for a moment when the time was up", async () => {
    await start();
    const { state } = await stack.up(database);
    stack.simulator.fault({ on: "last-operation", kind: { status: 404 }, times: "always" });
    const larger = { ...database, plan: "large", ...impatient };
    const { unfinished } = await stack.up(larger);
    expect(unfinished?.[0]).toMatch(/then did not know/);
    stack.simulator.faults.clear();
    const next = await stack.up(larger);
    expect(next.state).toMatchObject({ state: "succeeded", plan: "large", instanceId: state.instanceId });
  });

  it("is saved where its first PUT got no answer and the broker is busy until the time is up", async () => {
    await start({
      failures: [{ on: "provision", kind: "slow", afterMs: 12_000 }],
      env: { OSB_REQUEST_TIMEOUT: "100ms" },
    });
    const { state, unfinished } = await stack.up({ service: "cache", plan: "basic", ...impatient });
    expect(state.instanceId).toBe(stack.existing[0]);
    expect(unfinished?.[0]).toMatch(/has not answered the first request.*It is not known whether/);
  });

  it("is not deleted where a killed run made it and the next one's PUT is refused", async () => {
    await start();
    await stack.killedUp(database, "provision", "effect");
    stack.simulator.finishOperation(stack.existing[0] ?? "");
    stack.simulator.fault({ on: "provision", kind: { status: 400 } });
    await expect(stack.up(database)).rejects.toThrow(/was answered 400/);
    const { state } = await stack.up(database);
    expect([stack.existing, stack.sent("deprovision")]).toEqual([[state.instanceId], []]);
  });

  it("is not taken for deleted after one poll that does not know it", async () => {
    await start();
    await stack.up(database);
    stack.simulator.fail({ on: "deprovision", kind: "fails-after" });
    stack.simulator.fault({ on: "last-operation", kind: { status: 404 } });
    await stack.destroy();
    expect(stack.existing).toEqual([]);
  });
});
