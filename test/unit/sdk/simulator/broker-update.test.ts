import { BrokerCaller, LONG } from "../../../support/call-broker";

const grown = { parameters: { storageGb: 6 } };

describe("an update", () => {
  test("changes parameters by their names", async () => {
    const caller = await new BrokerCaller().provisioned({ parameters: { storageGb: 5, version: "16" } });
    await caller.update(grown);
    await caller.clock.advance(LONG);
    expect(caller.simulator.instances[0]?.parameters).toEqual({ storageGb: 6, version: "16" });
  });

  test("changes nothing before it is done", async () => {
    const caller = await new BrokerCaller().provisioned();
    await caller.update(grown);
    expect(caller.simulator.instances).toMatchObject([{ state: "updating", parameters: { storageGb: 5 } }]);
  });

  test("of the plan is polled with the plan before it", async () => {
    const caller = await new BrokerCaller().provisioned();
    const { body } = await caller.update({ plan_id: caller.planIdOf("large") });
    const ask = (plan: string) =>
      caller.lastOperation({ operation: String(body["operation"]), plan_id: caller.planIdOf(plan) });
    await caller.clock.advance(LONG);
    expect([await ask("large"), await ask("small")]).toMatchObject([{ status: 400 }, { status: 200 }]);
  });

  test("is done at once where the service is synchronous", async () => {
    const caller = await new BrokerCaller({}, "cache").provisioned();
    expect(await caller.update({ plan_id: caller.planIdOf("plus") })).toMatchObject({
      status: 200,
      body: {},
    });
    expect(caller.simulator.instances[0]?.planId).toBe(caller.planIdOf("plus"));
  });

  test("that is repeated names the same operation, then is done", async () => {
    const caller = await new BrokerCaller().provisioned();
    const body = { ...grown, previous_values: { plan_id: caller.plan.planId } };
    const first = await caller.update(body);
    const second = await caller.update(body);
    await caller.clock.advance(LONG);
    expect([second, await caller.update(body)]).toMatchObject([
      { status: 202, body: first.body },
      { status: 200 },
    ]);
    expect(caller.simulator.ledger.effects("update")).toHaveLength(1);
  });

  test("that is repeated has to wait where the service is synchronous", async () => {
    const caller = await new BrokerCaller({}, "cache").provisioned();
    caller.simulator.fail({ on: "update", kind: "slow", afterMs: 5000 });
    const body = { plan_id: caller.planIdOf("plus") };
    const first = caller.update(body);
    expect(await caller.update(body)).toMatchObject({ status: 422, body: { error: "ConcurrencyError" } });
    await caller.clock.advance(5000);
    expect([await first, await caller.update(body)]).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  test("beside another one has to wait", async () => {
    const caller = await new BrokerCaller().provisioned();
    await caller.update(grown);
    expect(await caller.update({ parameters: { storageGb: 7 } })).toMatchObject({
      status: 422,
      body: { error: "ConcurrencyError" },
    });
  });

  test("need not wait in a broker that is free", async () => {
    const caller = await new BrokerCaller({ concurrency: "free" }).provisioned();
    await caller.update(grown);
    await caller.update({ parameters: { version: "17" } });
    await caller.clock.advance(LONG);
    expect(caller.simulator.instances[0]?.parameters).toEqual({ storageGb: 6, version: "17" });
  });

  test.each([
    ["plan_id", { plan_id: "x" }],
    ["organization_id", { organization_id: "x" }],
    ["space_id", { space_id: "x" }],
    ["maintenance_info.version", { maintenance_info: { version: "0.1.0" } }],
  ])("from another %s than the instance has is refused", async (name, previous_values) => {
    const caller = await new BrokerCaller().provisioned();
    const { status, body } = await caller.update({ ...grown, previous_values });
    expect([status, body["description"]]).toEqual([400, expect.stringContaining(`previous_values.${name}`)]);
  });

  test("of another service's instance is refused", async () => {
    const caller = await new BrokerCaller().provisioned();
    expect(
      await caller.update({ ...grown, service_id: caller.simulator.plan("cache").serviceId }),
    ).toMatchObject({ status: 400 });
  });

  test("of a plan that cannot be changed is refused for good", async () => {
    const caller = await new BrokerCaller({}, "postgres", "fixed").provisioned();
    expect(await caller.update({ plan_id: caller.planIdOf("small") })).toMatchObject({
      status: 422,
      body: { update_repeatable: false, instance_usable: true },
    });
  });

  test.each<[string, number]>([
    ["postgres", 202],
    ["cache", 422],
  ])("of the context alone is allowed as the catalog says: %s", async (service, status) => {
    const caller = await new BrokerCaller({}, service).provisioned();
    expect(await caller.update({ context: { platform: "provisor", stack: "x" } })).toMatchObject({ status });
  });

  test.each<[string, number]>([
    ["2.0.0", 202],
    ["1.0.0", 422],
  ])("to maintenance version %s is allowed when the catalog has it", async (version, status) => {
    const caller = await new BrokerCaller().provisioned();
    caller.simulator.setMaintenanceVersion("postgres", "small", "2.0.0");
    expect(await caller.update({ maintenance_info: { version } })).toMatchObject({ status });
  });

  test("with parameters that break the schema is refused", async () => {
    const caller = await new BrokerCaller().provisioned();
    expect(await caller.update({ parameters: { storageGb: "6" } })).toMatchObject({ status: 400 });
  });

  test("that changes nothing is done at once", async () => {
    const caller = await new BrokerCaller().provisioned();
    expect(await caller.update({ parameters: { storageGb: 5 } })).toMatchObject({ status: 200 });
  });

  test("undoes what somebody changed since the same update", async () => {
    const caller = await new BrokerCaller().provisioned();
    await caller.update(grown);
    await caller.clock.advance(LONG);
    caller.simulator.patchInstance("i1", { parameters: { storageGb: 9 } });
    expect(await caller.update(grown)).toMatchObject({ status: 202 });
  });

  test("of no instance finds none", async () => {
    expect(await new BrokerCaller().update(grown)).toMatchObject({ status: 404 });
  });

  test("wants a platform that can wait", async () => {
    const caller = await new BrokerCaller().provisioned();
    expect(await caller.update(grown, {})).toMatchObject({ status: 422, body: { error: "AsyncRequired" } });
  });
});
