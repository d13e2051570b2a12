import { BrokerStack, type Inputs, database, narrowUpdates } from "../../../../support/service-instance";

describe("a change of a ServiceInstance", () => {
  let stack: BrokerStack;
  const start = async (options: Parameters<typeof BrokerStack.start>[0] = {}): Promise<void> => {
    stack = await BrokerStack.start(options);
  };
  afterEach(() => stack.stop());
  const impatient: Inputs = { timeouts: { update: "10s" } };

  it.each<[string, Inputs, string[]]>([
    ["plan", { plan: "large" }, ["plan_id"]],
    ["parameters", { parameters: { storageGb: 40 } }, ["parameters"]],
    ["context", { context: { team: "blue" } }, ["context"]],
    ["plan and parameters", { plan: "large", parameters: {} }, ["plan_id", "parameters"]],
  ])("is made in place, and sends only what changed: %s", async (_what, change, sent) => {
    await start();
    const { state: before } = await stack.up(database);
    const { what, state } = await stack.up({ ...database, ...change });
    expect([what, state.state, state.instanceId]).toEqual(["updated", "succeeded", before.instanceId]);
    expect(new Set(stack.sent("update")[0]?.bodyKeys)).toEqual(
      new Set([...sent, "service_id", "previous_values"]),
    );
    expect(await stack.changes({ ...database, ...change })).toEqual({ changes: false, replaces: [] });
  });

  describe("of a plan that lets few parameters be changed", () => {
    const before: Inputs = {
      ...database,
      parameters: { storageGb: 20, version: "16", password: "CANARY-1" },
    };
    const larger: Inputs = { ...before, parameters: { ...before.parameters, storageGb: 40 } };
    const standing = async (options?: Parameters<typeof start>[0]): Promise<void> => {
      await start(options);
      await stack.up(before);
      narrowUpdates(stack, { storageGb: { type: "integer" }, password: { type: "string" } });
    };

    it("sends those that changed, and saves all", async () => {
      await standing();
      const { state } = await stack.up(larger);
      expect(state).toMatchObject({ state: "succeeded", parameters: larger.parameters });
      expect(stack.simulator.instances[0]?.parameters).toEqual(larger.parameters);
      expect(await stack.changes(larger)).toEqual({ changes: false, replaces: [] });
    });

    it("sends what changed at the broker", async () => {
      await standing();
      stack.simulator.patchInstance(stack.existing[0] ?? "", { parameters: { storageGb: 7 } });
      await stack.refresh();
      await stack.up(before);
      expect(stack.simulator.instances[0]?.parameters).toEqual(before.parameters);
    });

    it("takes back what an update may have changed whose answer was lost", async () => {
      await standing({ faults: [{ on: "update", kind: { status: 500 }, effect: "after" }] });
      const change = { ...before, parameters: { ...before.parameters, password: "CANARY-2" } };
      expect((await stack.up(change)).state.state).toBe("failed");
      expect((await stack.up(before)).state.state).toBe("succeeded");
      expect(stack.simulator.instances[0]?.parameters).toEqual(before.parameters);
    });

    it("cannot be told that one is taken out, and says so before it is sent", async () => {
      await standing();
      await expect(stack.up({ ...larger, parameters: { storageGb: 40, version: "16" } })).rejects.toThrow(
        /parameters\.version: is no parameter of this plan/,
      );
      expect(stack.sent("update")).toHaveLength(0);
    });
  });

  it("brings the newest maintenance version", async () => {
    await start();
    const latest = { ...database, maintenanceInfo: "latest" };
    await stack.up(latest);
    expect(await stack.changes(latest)).toEqual({ changes: false, replaces: [] });
    stack.simulator.setMaintenanceVersion("postgres", "small", "1.1.0", "Faster.");
    const { state } = await stack.up(latest);
    expect(state.maintenanceInfo).toEqual({ version: "1.1.0", description: "Faster." });
    expect(stack.sent("update")[0]?.bodyKeys).toContain("maintenance_info");
  });

  it("needs no request where only a policy changes", async () => {
    await start();
    await stack.up(database);
    const { what, state } = await stack.up({ ...database, deletionPolicy: "abandon" });
    expect([what, state.deletionPolicy, stack.sent("update").length]).toEqual(["updated", "abandon", 0]);
  });

  it("is none where the same plan is named by its id, or a stack is renamed", async () => {
    await start();
    await stack.up(database);
    const { serviceId, planId } = stack.simulator.plan("postgres", "small");
    const renamed = { ...database, service: serviceId, plan: planId, origin: { stack: "x", project: "y" } };
    await stack.up(renamed);
    expect((await stack.up(renamed)).what).toBe("same");
    expect(stack.sent("update")).toEqual([]);
  });

  it("keeps the dashboard's address where the broker says nothing of it", async () => {
    await start();
    const { state } = await stack.up(database);
    expect((await stack.up({ ...database, plan: "large" })).state.dashboardUrl).toBe(state.dashboardUrl);
  });

  it("waits while another operation is in progress", async () => {
    await start({ failures: [{ on: "update", kind: "concurrency-error", times: 3 }] });
    await stack.up(database);
    expect((await stack.up({ ...database, plan: "large" })).state.plan).toBe("large");
  });

  it("that is refused changes nothing, and is tried again", async () => {
    await start({ faults: [{ on: "update", kind: { status: 422, body: { description: "Over quota." } } }] });
    await stack.up(database);
    const change = { ...database, plan: "large" };
    await expect(stack.up(change)).rejects.toThrow(/Over quota.*Nothing was changed.*stays as it was/s);
    expect((await stack.up(change)).state.plan).toBe("large");
  });

  it("that fails is not taken for done: the values of before are kept, and it is tried again", async () => {
    await start({ failures: [{ on: "update", kind: "fails-after", description: "No room." }] });
    await stack.up(database);
    const change = { ...database, plan: "large", parameters: { storageGb: 40 } };
    const { state, unfinished } = await stack.up(change);
    expect(state).toMatchObject({
      state: "failed",
      description: "No room.",
      plan: "small",
      parameters: { storageGb: 20 },
    });
    expect(unfinished?.[0]).toMatch(/the update failed: No room.*stays provisioned.*tries once more/);
    const next = await stack.up(change);
    expect(next.state).toMatchObject({ state: "succeeded", plan: "large", parameters: { storageGb: 40 } });
    expect(next.state).not.toHaveProperty("unfinished");
  });

  it("that fails half way is saved as the broker tells it", async () => {
    await start({ failures: [{ on: "update", kind: "fails-and-leaves" }] });
    await stack.up(database);
    const { state } = await stack.up({ ...database, parameters: { storageGb: 40 } });
    expect(state).toMatchObject({ state: "failed", parameters: { storageGb: 40 } });
  });

  it("that leaves the instance unusable says so, and may be repaired by taking it back", async () => {
    await start({ failures: [{ on: "update", kind: "unusable" }] });
    await stack.up(database);
    const { state, unfinished } = await stack.up({ ...database, parameters: { storageGb: 40 } });
    expect([state.state, state.usable]).toEqual(["failed", false]);
    expect(unfinished?.[0]).toContain("the instance is not usable any more (instance_usable: false)");
    const back = await stack.up(database);
    expect(back.state.state).toBe("succeeded");
    expect(back.state).not.toHaveProperty("usable");
    expect(stack.simulator.instances[0]?.rest).toBe("ready");
  });

  it("of which the broker says that it will fail again is not sent again, but another one is", async () => {
    await start({ failures: [{ on: "update", kind: "fails-after", updateRepeatable: false }] });
    await stack.up(database);
    const change = { ...database, parameters: { storageGb: 40 } };
    const { unfinished } = await stack.up(change);
    expect(unfinished?.[0]).toContain("update_repeatable: false");
    await expect(stack.up(change)).rejects.toThrow(/is not sent again.*Change the inputs/);
    expect(stack.sent("update")).toHaveLength(1);
    const { state } = await stack.up({ ...database, parameters: { storageGb: 30 } });
    expect(state.parameters).toEqual({ storageGb: 30 });
  });

  it("whose answer is lost for good is sent again, also when it is taken back", async () => {
    await start({ faults: [{ on: "update", kind: { status: 500 }, effect: "after" }] });
    await stack.up({ service: "cache", plan: "basic", parameters: { a: 1 } });
    const { state } = await stack.up({ service: "cache", plan: "basic", parameters: { a: 2 } });
    expect(state).toMatchObject({ state: "failed", parameters: { a: 1 } });
    expect(stack.simulator.instances[0]?.parameters).toEqual({ a: 2 });
    const back = await stack.up({ service: "cache", plan: "basic", parameters: { a: 1 } });
    expect(back.state.state).toBe("succeeded");
    expect(stack.simulator.instances[0]?.parameters).toEqual({ a: 1 });
  });

  it("of the plan whose answer is lost can be sent again or taken back", async () => {
    await start({ faults: [{ on: "update", kind: { status: 500 }, effect: "after" }] });
    await stack.up({ service: "cache", plan: "basic" });
    await stack.up({ service: "cache", plan: "plus" });
    const { state } = await stack.up({ service: "cache", plan: "basic" });
    expect(state).toMatchObject({ state: "succeeded", plan: "basic" });
    expect(stack.simulator.instances[0]).toMatchObject({ planId: state.planId });
  });

  it("of the plan whose answer is lost does not stand in the way of a delete", async () => {
    await start({ faults: [{ on: "update", kind: { status: 500 }, effect: "after" }] });
    await stack.up({ service: "cache", plan: "basic" });
    await stack.up({ service: "cache", plan: "plus" });
    await stack.destroy();
    expect(stack.existing).toEqual([]);
  });

  it("that the user's time-out ended is waited for by the next run, with the plan of before", async () => {
    await start({ failures: [{ on: "update", kind: "never-finishes" }] });
    await stack.up(database);
    const change = { ...database, plan: "large", parameters: { storageGb: 40 } };
    const { state, unfinished } = await stack.up({ ...change, ...impatient });
    expect(state).toMatchObject({ state: "in progress", plan: "small", parameters: { storageGb: 20 } });
    expect(unfinished?.[0]).toMatch(/not finished within its time-out of 10s.*goes on from here/);
    stack.simulator.finishOperation(state.instanceId);
    const next = await stack.up(change);
    expect(next.state).toMatchObject({ state: "succeeded", plan: "large", parameters: { storageGb: 40 } });
    expect(stack.sent("update")).toHaveLength(1);
  });

  it("that a crash cut short is met again by the repeated request", async () => {
    await start();
    await stack.up(database);
    const change = { ...database, plan: "large" };
    await stack.killedUp(change, "update", "effect");
    expect((await stack.up(change)).state).toMatchObject({ state: "succeeded", plan: "large" });
    expect(stack.simulator.ledger.effects("update")).toHaveLength(1);
  });

  it.each<[string, Inputs, Inputs, RegExp]>([
    ["can be fetched", database, { parameters: { storageGb: 40 } }, /`pulumi refresh` takes it out/],
    [
      "cannot be fetched",
      { service: "cache", plan: "basic" },
      { plan: "plus" },
      /`pulumi up --replace <URN>`.*`pulumi state delete` of it and its Intent/,
    ],
  ])("of one that the broker has lost says what helps, where it %s", async (_what, before, change, words) => {
    await start();
    const { state } = await stack.up(before);
    stack.simulator.forgetInstance(state.instanceId);
    await expect(stack.up({ ...before, ...change })).rejects.toThrow(words);
  });

  it("needs a broker that may take its time, and says so", async () => {
    await start();
    await stack.up(database);
    await expect(stack.up({ ...database, plan: "large", acceptsIncomplete: false })).rejects.toThrow(
      /Leave acceptsIncomplete out/,
    );
  });
});

describe("a change that cannot be made in place", () => {
  let stack: BrokerStack;
  beforeEach(async () => {
    stack = await BrokerStack.start();
  });
  afterEach(() => stack.stop());
  const fixed: Inputs = { service: "postgres", plan: "fixed" };

  it.each<[string, Inputs, Inputs]>([
    ["service", fixed, { service: "cache", plan: "basic" }],
    ["plan", fixed, { plan: "small" }],
    ["context", { service: "cache", plan: "basic" }, { context: { team: "blue" } }],
    ["organizationGuid", fixed, { organizationGuid: "other" }],
    ["spaceGuid", fixed, { spaceGuid: "other" }],
    ["instanceId", fixed, { instanceId: "other" }],
  ])("is forbidden unless the policy says otherwise: %s", async (path, before, change) => {
    await stack.up(before);
    await expect(stack.up({ ...before, ...change })).rejects.toThrow(
      new RegExp(`${path}:? cannot be changed in place.*Nothing was sent.*changePolicy: "replace"`, "s"),
    );
    expect(stack.existing).toHaveLength(1);
  });

  it.each<[string, Inputs, Inputs]>([
    ["service", fixed, { service: "cache", plan: "basic" }],
    ["plan", fixed, { plan: "small" }],
    ["organizationGuid", fixed, { organizationGuid: "other" }],
    ["instanceId", fixed, { instanceId: "other" }],
  ])(
    "makes another instance under the policy, and then deletes this one: %s",
    async (path, before, change) => {
      const replacing = { ...before, changePolicy: "replace" as const };
      const { state: old } = await stack.up(replacing);
      const { what, state } = await stack.up({ ...replacing, ...change });
      expect([what, stack.existing]).toEqual(["replaced", [state.instanceId]]);
      expect(state.instanceId).not.toBe(old.instanceId);
      expect(await stack.changes({ ...replacing, ...change })).toEqual({ changes: false, replaces: [] });
      expect(path).toBeDefined();
    },
  );

  it("is not made while the policy to abandon the present one is not saved yet", async () => {
    const replaceable = { ...fixed, changePolicy: "replace" as const };
    await stack.up(replaceable);
    const abandoning = { ...replaceable, deletionPolicy: "abandon" as const };
    await expect(stack.up({ ...abandoning, plan: "small" })).rejects.toThrow(
      /would delete the present instance with its data.*Nothing was sent/s,
    );
    await stack.up(abandoning);
    await stack.up({ ...abandoning, plan: "small" });
    expect([stack.existing.length, stack.sent("deprovision").length]).toEqual([2, 0]);
  });

  it("is not made where deletionPolicy prevents the delete", async () => {
    const prevented = { ...fixed, deletionPolicy: "prevent" as const, changePolicy: "replace" as const };
    await stack.up(prevented);
    await expect(stack.up({ ...prevented, plan: "small" })).rejects.toThrow(/deletionPolicy is "prevent"/);
  });

  it("is not made under the id that the present instance has", async () => {
    const named = { ...fixed, instanceId: "mine", changePolicy: "replace" as const };
    await stack.up(named);
    await expect(stack.up({ ...named, plan: "small" })).rejects.toThrow(
      /instanceId: a replacement needs another id, and mine is that of the present instance/,
    );
  });

  it("is found again after a crash, and leaves one instance", async () => {
    const replacing = { ...fixed, changePolicy: "replace" as const };
    await stack.up(replacing);
    await stack.killedUp({ ...replacing, plan: "small" }, "provision", "effect");
    expect(stack.existing).toHaveLength(2);
    const { state } = await stack.up({ ...replacing, plan: "small" });
    expect(stack.existing).toEqual([state.instanceId]);
  });

  it("is named and left by a destroy after a crash, which deletes the present one", async () => {
    const replacing = { ...fixed, changePolicy: "replace" as const };
    const { state } = await stack.up(replacing);
    await stack.killedUp({ ...replacing, plan: "small" }, "provision", "effect");
    const [successor] = stack.existing.filter((id) => id !== state.instanceId);
    stack.clock.skip(60_000);
    const { recorded } = await stack.destroy();
    expect(stack.existing).toEqual([successor]);
    expect(recorded.warnings.join()).toContain(`Service instance ${successor} is at the broker`);
  });

  it("is destroyed with one request when it has succeeded", async () => {
    const replacing = { ...fixed, changePolicy: "replace" as const };
    await stack.up(replacing);
    await stack.up({ ...replacing, plan: "small" });
    const before = stack.sent("deprovision").length;
    await stack.destroy();
    expect(stack.sent("deprovision").length - before).toBe(1);
  });
});
