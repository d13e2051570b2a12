import { BrokerStack, database } from "../../../../support/service-instance";

describe("a new ServiceInstance", () => {
  let stack: BrokerStack;
  const start = async (options: Parameters<typeof BrokerStack.start>[0] = {}): Promise<void> => {
    stack = await BrokerStack.start(options);
  };
  afterEach(() => stack.stop());

  it("is provisioned by a broker that takes its time", async () => {
    await start();
    const { state, unfinished } = await stack.up(database);
    expect(unfinished).toBeUndefined();
    expect(state).toMatchObject({
      state: "succeeded",
      description: "The provision is done.",
      service: "postgres",
      plan: "small",
      ...stack.simulator.plan("postgres", "small"),
      metadata: { labels: { service: "postgres", plan: "small" } },
      broker: stack.running.url,
    });
    expect(state.dashboardUrl).toContain(state.instanceId);
    expect(stack.existing).toEqual([state.instanceId]);
  });

  it("is provisioned by a broker that answers at once", async () => {
    await start();
    const { state } = await stack.up({ service: "cache", plan: "basic" });
    expect(state.state).toBe("succeeded");
    expect(stack.sent("last-operation")).toHaveLength(0);
  });

  it("has the key of its intent for an id", async () => {
    await start();
    const { state } = await stack.up(database);
    expect(state.instanceId).toBe(stack.saved.intent?.state.key);
  });

  it("has the id that the program gives", async () => {
    await start();
    const { state } = await stack.up({ ...database, instanceId: "my-database" });
    expect([state.instanceId, stack.existing]).toEqual(["my-database", ["my-database"]]);
  });

  it("is found by the ids of the catalog as well as by its names", async () => {
    await start();
    const { serviceId, planId } = stack.simulator.plan("postgres", "large");
    await stack.up({ service: serviceId, plan: planId });
    expect(stack.simulator.instances[0]).toMatchObject({ serviceId, planId });
  });

  it("tells the broker stack and project where the program says nothing", async () => {
    await start();
    const { state } = await stack.up(database);
    const [instance] = stack.simulator.instances;
    expect(instance?.context).toEqual({ platform: "provisor", stack: "test", project: "demo" });
    expect(instance).toMatchObject({
      organizationGuid: state.organizationGuid,
      spaceGuid: state.spaceGuid,
    });
  });

  it("tells the broker what the program says, with a platform in the context", async () => {
    await start();
    await stack.up({ ...database, context: { team: "blue" }, organizationGuid: "o", spaceGuid: "s" });
    expect(stack.simulator.instances[0]).toMatchObject({
      context: { platform: "provisor", team: "blue" },
      organizationGuid: "o",
      spaceGuid: "s",
      parameters: { storageGb: 20 },
    });
  });

  it("asks for the newest maintenance version, with what the catalog says of it", async () => {
    await start();
    const { state } = await stack.up({ ...database, maintenanceInfo: "latest" });
    expect(state.maintenanceInfo).toEqual({ version: "1.0.0", description: "First release." });
    expect(stack.sent("provision")[0]?.bodyKeys).toContain("maintenance_info");
  });

  it("says on whose behalf it acts, as the platform of its context", async () => {
    await start({ env: { OSB_ORIGINATING_IDENTITY: '{"user_id":"u1"}' } });
    await stack.up({ ...database, context: { platform: "ours" } });
    const identities = [...stack.sent("provision"), ...stack.sent("last-operation")].map(
      ({ originatingIdentity }) => originatingIdentity,
    );
    expect(new Set(identities.map((identity) => JSON.stringify(identity)))).toEqual(
      new Set(['{"platform":"ours","value":{"user_id":"u1"}}']),
    );
  });

  it("shows what the broker says while it is being made", async () => {
    await start({ operationMs: 2_000 });
    const { host } = await stack.up(database);
    expect(host.recorded.progress.join("\n")).toMatch(/provisioning: The provision is in progress \(\d+%/);
  });

  it("is not asked for asynchronously where that is not accepted", async () => {
    await start();
    await expect(stack.up({ ...database, acceptsIncomplete: false })).rejects.toThrow(
      /AsyncRequired|asynchronous.*Leave acceptsIncomplete out.*Nothing was provisioned/s,
    );
  });

  it("leaves nothing behind when the broker refuses it", async () => {
    await start({ faults: [{ on: "provision", kind: { status: 400, body: { description: "No quota." } } }] });
    await expect(stack.up(database)).rejects.toThrow(
      /^db: .*No quota.*Nothing was provisioned by this run\.$/s,
    );
    expect(stack.sent("deprovision")).toHaveLength(0);
  });

  it("waits while the broker is busy", async () => {
    await start({ failures: [{ on: "provision", kind: "concurrency-error", times: 2 }] });
    const { state, host } = await stack.up(database);
    expect(state.state).toBe("succeeded");
    expect(host.recorded.progress.join("\n")).toContain("another operation is in progress at the broker");
  });

  it("is refused where another resource of the stack has its id", async () => {
    await start();
    const saved = { others: [{ type: "ServiceInstance", state: { instanceId: "taken" } }] };
    await expect(stack.up({ ...database, instanceId: "taken" }, { saved })).rejects.toThrow(
      /another resource of this stack has instance taken/,
    );
    expect(stack.sent("provision")).toHaveLength(0);
  });

  it("shows no change when it is looked at again", async () => {
    await start();
    await stack.up(database);
    expect(await stack.changes(database)).toEqual({ changes: false, replaces: [] });
  });
});
