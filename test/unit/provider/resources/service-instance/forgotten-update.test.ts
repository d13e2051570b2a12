import { BrokerStack, type Inputs, database } from "../../../../support/service-instance";

describe("a change of a ServiceInstance", () => {
  let stack: BrokerStack;
  const start = async (options: Parameters<typeof BrokerStack.start>[0] = {}): Promise<void> => {
    stack = await BrokerStack.start(options);
  };
  afterEach(() => stack.stop());
  const impatient: Inputs = { timeouts: { update: "10s" } };

  it.each([404, 410])(
    "whose operation the broker forgets (%d) is done where a fetch says so",
    async (status) => {
      await start({ speed: 60 });
      await stack.up(database);
      stack.simulator.fault({ on: "last-operation", kind: { status, body: {} }, times: 1e6 });
      const { state } = await stack.up({ ...database, plan: "large" });
      expect([state.state, state.plan, stack.sent("update").length]).toEqual(["succeeded", "large", 1]);
    },
  );

  it("whose operation the broker forgets fails where a fetch says otherwise, and is tried again", async () => {
    await start({ speed: 60, failures: [{ on: "update", kind: "fails-after" }] });
    await stack.up(database);
    const forgets = stack.simulator.fault({ on: "last-operation", kind: { status: 404 }, times: 1e6 });
    const { state, unfinished } = await stack.up({ ...database, plan: "large" });
    expect([state.state, state.plan]).toEqual(["failed", "small"]);
    expect(unfinished?.[0]).toMatch(/took the update, and then did not know of it/);
    forgets.cancel();
    expect((await stack.up({ ...database, plan: "large" })).state.plan).toBe("large");
  });

  describe("whose operation the broker forgets, and that nothing can be fetched of", () => {
    const before: Inputs = { service: "archive", plan: "cold", parameters: { days: 1 } };
    const change: Inputs = { ...before, parameters: { days: 2 } };
    const forgetful = async (speed = 60): Promise<void> => {
      await start({ speed });
      await stack.up(before);
      stack.simulator.fault({ on: "last-operation", kind: { status: 404, body: {} }, times: 1e6 });
    };

    const accepts = (): void => {
      stack.simulator.fault({ on: "update", kind: { status: 202, body: {} }, effect: "after", times: 9 });
    };

    it("is done where its repetition is", async () => {
      await forgetful();
      const { state } = await stack.up(change);
      expect(state).toMatchObject({ state: "succeeded", parameters: { days: 2 } });
      expect(stack.sent("update")).toHaveLength(2);
    });

    it("is sent once more, and taken as done with a warning where that is forgotten too", async () => {
      await forgetful();
      accepts();
      const { state, host } = await stack.up(change);
      expect(state).toMatchObject({ state: "succeeded", parameters: { days: 2 } });
      expect(state).not.toHaveProperty("unfinished");
      expect(stack.sent("update")).toHaveLength(2);
      expect(host.recorded.warnings.join()).toMatch(/taken as done, which could not be verified/);
      expect((await stack.up(change)).what).toBe("same");
    });

    it("is taken as done by the second run where each has little time", async () => {
      await forgetful(20);
      accepts();
      const first = await stack.up({ ...change, ...impatient });
      expect(first.state).toMatchObject({ state: "failed", parameters: { days: 1 } });
      const { state } = await stack.up({ ...change, ...impatient });
      expect(state).toMatchObject({ state: "succeeded", parameters: { days: 2 } });
    });

    it("is sent anew where the program wants something else by then", async () => {
      await forgetful(20);
      accepts();
      await stack.up({ ...change, ...impatient });
      const { state } = await stack.up({ ...before, parameters: { days: 3 }, ...impatient });
      expect(state).toMatchObject({ state: "failed", parameters: { days: 1 } });
      expect(stack.simulator.instances[0]?.parameters).toEqual({ days: 3 });
    });

    it("may have taken place though its repetition is refused", async () => {
      await forgetful();
      stack.simulator.fault({ on: "update", kind: { status: 422, body: { description: "No." } }, skip: 1 });
      const { state, unfinished } = await stack.up(change);
      expect(state).toMatchObject({ state: "failed", unfinished: { unsure: true } });
      expect(unfinished?.[0]).toContain("No.");
    });

    it("is refused where the broker does not know the instance, which is said", async () => {
      await forgetful();
      stack.simulator.fail({ on: "update", kind: "forgets" });
      await expect(stack.up(change)).rejects.toThrow(/404/);
      expect(stack.saved.real?.state).toMatchObject({ parameters: { days: 1 } });
    });
  });
});
