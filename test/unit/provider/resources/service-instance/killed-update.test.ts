import { BrokerStack, type Inputs, database } from "../../../../support/service-instance";

const cache = { service: "cache", plan: "basic", parameters: { maxmemory: 1 } };

describe("an update of a run that was killed", () => {
  let stack: BrokerStack;
  beforeEach(async () => {
    stack = await BrokerStack.start({ operationMs: 2_000 });
  });
  afterEach(() => stack.stop());

  const atBroker = (): { plan: string | undefined; parameters: unknown } => {
    const [{ planId, parameters } = { planId: "", parameters: {} }] = stack.simulator.instances;
    const plans = stack.simulator.services.flatMap((service) => service.plans);
    return { plan: plans.find(({ id }) => id === planId)?.name, parameters };
  };
  /** The broker has done what the killed run asked for; it does not take the request for the same one. */
  const afterKill = async (before: Inputs, asked: Inputs): Promise<void> => {
    await stack.up(before);
    await stack.killedUp(asked, "update", "effect");
  };

  describe.each<[string, Inputs & { plan: string }, Inputs]>([
    [
      "can be fetched",
      { ...database, plan: "small" },
      { ...database, plan: "large", parameters: { storageGb: 40 } },
    ],
    ["cannot be fetched", cache, { ...cache, plan: "plus", parameters: { maxmemory: 2 } }],
  ])("of an instance that %s", (_how, before, asked) => {
    it("is taken up by the same command", async () => {
      await afterKill(before, asked);
      const { state, unfinished } = await stack.up(asked);
      expect([unfinished, state.plan, state.parameters]).toEqual([undefined, asked.plan, asked.parameters]);
      expect(atBroker()).toMatchObject({ plan: asked.plan, parameters: asked.parameters });
      expect(await stack.changes(asked)).toEqual({ changes: false, replaces: [] });
    });

    it("is undone where the program takes it back", async () => {
      await afterKill(before, asked);
      const { state, unfinished } = await stack.up(before);
      expect([unfinished, state.plan]).toEqual([undefined, before.plan]);
      expect(atBroker()).toMatchObject({ plan: before.plan, parameters: before.parameters });
      expect(await stack.changes(before)).toEqual({ changes: false, replaces: [] });
    });

    it("leaves an instance that can be deleted, whichever plan it has by now", async () => {
      await afterKill(before, asked);
      await stack.destroy();
      expect(stack.existing).toEqual([]);
    });

    it("is no doubt for the run after the next", async () => {
      await afterKill(before, asked);
      await stack.up(asked);
      const { state } = await stack.up({ ...asked, plan: before.plan });
      expect(state.plan).toBe(before.plan);
      expect(atBroker().plan).toBe(before.plan);
    });
  });

  it("is not said to have changed nothing where the broker refuses what comes after it", async () => {
    await afterKill(cache, { ...cache, parameters: { maxmemory: 2 } });
    stack.simulator.fault({ on: "update", kind: { status: 400, body: { description: "no" } } });
    await expect(stack.up({ ...cache, parameters: { maxmemory: 2 } })).rejects.toThrow(
      /It is not known whether an update of an earlier one took place/,
    );
  });
});
