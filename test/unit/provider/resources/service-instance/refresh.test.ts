import { BrokerStack, database } from "../../../../support/service-instance";

describe("a refresh of a ServiceInstance", () => {
  let stack: BrokerStack;
  let id: string;
  beforeEach(async () => {
    stack = await BrokerStack.start();
    id = (await stack.up(database)).state.instanceId;
  });
  afterEach(() => stack.stop());

  const refreshed = async (): Promise<string> => {
    const host = await stack.refresh();
    return [...host.recorded.infos, ...host.recorded.warnings].join("\n");
  };

  it("finds no change in defaults that the broker adds, nor in what it does not tell", async () => {
    const more = { ...database, parameters: { password: "hunter2-hunter2", backup: { retentionDays: 7 } } };
    await stack.up(more);
    stack.simulator.patchInstance(id, {
      parameters: { backup: { retentionDays: 7, window: "noon" }, storageGb: 99 },
    });
    expect(await refreshed()).toBe("");
    expect(await stack.changes(more)).toEqual({ changes: false, replaces: [] });
  });

  it("names parameters that were changed beside it, without their values, and the next up brings them back", async () => {
    stack.simulator.patchInstance(id, { parameters: { storageGb: 77 } });
    expect(await refreshed()).toBe("db: has changed at the broker: parameters.storageGb.");
    expect(stack.saved.real?.state.parameters).toEqual({ storageGb: 77 });
    await stack.up(database);
    expect(stack.simulator.instances[0]?.parameters).toMatchObject({ storageGb: 20 });
  });

  it("sees another plan, and the next up brings the wanted one back", async () => {
    stack.simulator.patchInstance(id, stack.simulator.plan("postgres", "large"));
    expect(await refreshed()).toBe("db: has changed at the broker: plan.");
    expect(stack.saved.real?.state.plan).toBe("large");
    expect((await stack.up(database)).state.plan).toBe("small");
  });

  it("sees another plan at a broker that wants to be told the right one or none", async () => {
    stack.simulator.patchInstance(id, stack.simulator.plan("postgres", "large"));
    const { planId } = stack.simulator.plan("postgres", "small");
    const refused = stack.simulator.fault({ on: "fetch", kind: { status: 400, body: {} } });
    expect(await refreshed()).toBe("db: has changed at the broker: plan.");
    expect(refused.hits).toBe(1);
    expect(stack.sent("fetch").map((event) => event.planId)).toEqual([planId, undefined]);
  });

  it("sees another plan where the present one cannot be changed, and the next up says what to write", async () => {
    const fixed = { ...database, plan: "fixed" };
    const other = BrokerStack.beside(stack);
    const { state } = await other.up(fixed);
    stack.simulator.patchInstance(state.instanceId, stack.simulator.plan("postgres", "small"));
    stack.simulator.setCatalog(
      stack.simulator.services.map((service) => ({ ...service, plan_updateable: false })),
    );
    await other.refresh();
    expect(other.saved.real?.state.plan).toBe("small");
    await expect(other.up(fixed)).rejects.toThrow(
      /plan: cannot be changed in place, from small to fixed.*Write plan: "small", which the instance has/s,
    );
    expect(await other.up({ ...fixed, plan: "small" })).toMatchObject({ unfinished: undefined });
  });

  it("takes over another dashboard, and says so", async () => {
    stack.simulator.patchInstance(id, { dashboardUrl: "https://example.com/new" });
    expect(await refreshed()).toBe("db: has changed at the broker: dashboardUrl.");
    expect(stack.saved.real?.state.dashboardUrl).toBe("https://example.com/new");
  });

  it("takes an instance for gone that neither fetch nor operation knows", async () => {
    stack.simulator.removeInstance(id);
    expect(await refreshed()).toMatch(/the broker no longer has instance .* it is out of the state/);
    expect(stack.saved.real).toBeUndefined();
  });

  it("takes an instance for gone that the broker answers with 410 for throughout", async () => {
    for (const on of ["fetch", "last-operation"] as const)
      stack.simulator.fault({ on, kind: { status: 410, body: {} }, times: 9 });
    expect(await refreshed()).toMatch(/the broker no longer has instance/);
    expect(stack.saved.real).toBeUndefined();
  });

  it("does not take it for gone while the broker says that its operation succeeded", async () => {
    stack.simulator.fault({ on: "fetch", kind: { status: 404 }, times: 2 });
    expect(await refreshed()).toMatch(/does not find .* not taken for gone/);
    expect(stack.saved.real?.state.instanceId).toBe(id);
  });

  it("looks twice before it takes an instance for gone", async () => {
    stack.simulator.fault({ on: "fetch", kind: { status: 404 } });
    expect(await refreshed()).toBe("");
    expect(stack.sent("fetch")).toHaveLength(2);
  });

  it("keeps the state while the instance is being changed", async () => {
    stack.simulator.fault({
      on: "fetch",
      kind: { status: 422, body: { error: "ConcurrencyError" } },
      times: 10,
    });
    expect(await refreshed()).toMatch(/is being changed at the broker/);
    expect(stack.saved.real?.state.instanceId).toBe(id);
  });

  it("fails, and keeps the state, where the broker cannot be asked", async () => {
    await expect(stack.refresh({ OSB_PASSWORD: "wrong" })).rejects.toThrow(
      /could not be refreshed, and its state is as it was.*--run-program/s,
    );
    expect(stack.saved.real?.state.instanceId).toBe(id);
  });

  it("judges nothing gone by another broker", async () => {
    const other = await BrokerStack.start();
    const host = await stack.refresh({ OSB_URL: other.running.url });
    await other.stop();
    expect(host.recorded.warnings.join()).toMatch(/is not the one that made/);
    expect(stack.saved.real?.state.instanceId).toBe(id);
  });

  it("keeps what cannot be fetched as it is", async () => {
    const cache = BrokerStack.beside(stack);
    const { state } = await cache.up({ service: "cache", plan: "basic" });
    await cache.refresh();
    expect([cache.saved.real?.state, cache.sent("fetch").length]).toEqual([state, 0]);
  });

  it("learns of maintenance without showing a change", async () => {
    expect(await refreshed()).toBe("");
    expect(stack.saved.real?.state.maintenanceInfo).toEqual({ version: "1.0.0" });
    expect(await stack.changes(database)).toEqual({ changes: false, replaces: [] });
  });
});
