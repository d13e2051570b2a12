import { usualServices } from "../../../../sdk/simulator";
import { BrokerCaller, LONG } from "../../../support/call-broker";

describe("provisioning", () => {
  test("takes its time where the service is asynchronous", async () => {
    const caller = new BrokerCaller({ operationMs: 1000 });
    const { status, body } = await caller.provision();
    const operation = String(body["operation"]);
    const states = [(await caller.lastOperation({ operation })).body["state"]];
    await caller.clock.advance(1000);
    states.push((await caller.lastOperation({ operation })).body["state"]);
    expect([status, ...states]).toEqual([202, "in progress", "succeeded"]);
  });

  test("is done at once where the service is synchronous", async () => {
    const caller = new BrokerCaller({}, "cache");
    expect(await caller.provision()).toMatchObject({
      status: 201,
      body: { dashboard_url: expect.any(String) },
    });
    expect(caller.simulator.instances).toMatchObject([{ id: "i1", state: "ready" }]);
  });

  test("wants a platform that can wait", async () => {
    expect(await new BrokerCaller().provision({}, { query: {} })).toMatchObject({
      status: 422,
      body: { error: "AsyncRequired" },
    });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["without a service", { service_id: undefined }, "service_id"],
    ["of an unknown service", { service_id: "x" }, "service_id x is not in the catalog"],
    ["of a plan of another service", { plan_id: "x" }, "plan_id x is no plan of the service postgres"],
    ["without an organization", { organization_guid: "" }, "organization_guid"],
    ["without a space", { space_guid: undefined }, "space_guid"],
    ["in a context that is no object", { context: "dev" }, "context"],
    ["in a context of no platform", { context: { platform: "" } }, "context.platform"],
    ["with parameters that are no object", { parameters: [] }, "parameters"],
    [
      "with parameters that break the schema",
      { parameters: { storageGb: 0 } },
      "parameters/storageGb must be >= 1",
    ],
    ["with parameters that the schema does not know", { parameters: { size: 1 } }, "additional properties"],
  ])("%s is refused with words that say so", async (_, fields, words) => {
    const caller = new BrokerCaller();
    const { status, body } = await caller.provision(fields);
    expect([status, body["description"], caller.simulator.instances]).toEqual([
      400,
      expect.stringContaining(words),
      [],
    ]);
  });

  test("checks parameters against a schema in a later draft too", async () => {
    const caller = new BrokerCaller({}, "postgres", "large");
    expect(await caller.provision({ parameters: { version: "9" } })).toMatchObject({ status: 400 });
  });

  test("of another maintenance version than the catalog's is refused", async () => {
    expect(await new BrokerCaller().provision({ maintenance_info: { version: "0.9.0" } })).toMatchObject({
      status: 422,
      body: { error: "MaintenanceInfoConflict" },
    });
  });

  test("takes a context that names no platform", async () => {
    expect(await new BrokerCaller().provision({ context: {} })).toMatchObject({ status: 202 });
  });

  test("ignores fields that it does not know", async () => {
    expect(await new BrokerCaller().provision({ "acme-extension": 1 })).toMatchObject({ status: 202 });
  });

  test("refuses a body of another content type", async () => {
    const caller = new BrokerCaller();
    expect(await caller.provision({}, { headers: { "content-type": "text/plain" } })).toMatchObject({
      status: 400,
    });
  });
});

describe("a repeated provisioning", () => {
  test("names the same operation while that is in progress", async () => {
    const caller = new BrokerCaller();
    const first = await caller.provision();
    expect(await caller.provision()).toMatchObject({
      status: 202,
      body: { operation: first.body["operation"] },
    });
  });

  test("is answered 200 once all is done, and makes nothing", async () => {
    const caller = await new BrokerCaller().provisioned();
    expect(await caller.provision()).toMatchObject({ status: 200 });
    expect(caller.simulator.account()).toMatchObject({ instancesCreated: 1, instancesAlive: 1 });
  });

  test.each([
    ["parameters", { parameters: { storageGb: 6 } }],
    ["a context", { context: { platform: "provisor", stack: "prod" } }],
    ["a space", { space_guid: "space-2" }],
  ])("with another %s is a conflict", async (_, fields) => {
    expect(await (await new BrokerCaller().provisioned()).provision(fields)).toMatchObject({ status: 409 });
  });

  test("of a maintenance version that the catalog has no more is refused", async () => {
    const body = { maintenance_info: { version: "1.0.0" } };
    const caller = await new BrokerCaller().provisioned(body);
    caller.simulator.setMaintenanceVersion("postgres", "small", "1.1.0");
    const answers = [await caller.provision(body), await caller.provision()];
    expect(answers).toMatchObject([
      { status: 422, body: { error: "MaintenanceInfoConflict" } },
      { status: 200 },
    ]);
  });

  test("of the catalog's new maintenance version is a conflict", async () => {
    const caller = await new BrokerCaller().provisioned();
    caller.simulator.setMaintenanceVersion("postgres", "small", "1.1.0");
    const body = { maintenance_info: { version: "1.1.0" } };
    expect(await caller.provision(body)).toMatchObject({ status: 409 });
  });

  test("is a conflict in a broker that means that as no operation", async () => {
    const caller = await new BrokerCaller({ conflictsAsNoOp: true }).provisioned();
    expect(await caller.provision()).toMatchObject({ status: 409 });
  });

  test.each<["allow" | "refuse", number]>([
    ["allow", 202],
    ["refuse", 400],
  ])("of an instance that is gone: %s", async (reuseIds, status) => {
    const caller = await new BrokerCaller({ reuseIds }).provisioned();
    await caller.deprovision();
    await caller.clock.advance(LONG);
    expect(await caller.provision()).toMatchObject({ status });
  });
});

describe("fetching an instance", () => {
  test("shows the broker's defaults, and no password", async () => {
    const caller = await new BrokerCaller().provisioned({
      parameters: { storageGb: 5, password: "abcdefgh" },
    });
    expect(await caller.fetch()).toMatchObject({
      status: 200,
      body: {
        ...caller.ids,
        parameters: { storageGb: 5, version: "17", backup: { retentionDays: 7, window: "night" } },
      },
    });
    expect(JSON.stringify(await caller.fetch())).not.toContain("abcdefgh");
  });

  test("finds none while it is provisioned", async () => {
    const caller = new BrokerCaller();
    await caller.provision();
    expect(await caller.fetch()).toMatchObject({ status: 404 });
  });

  test("has to wait while it is updated", async () => {
    const caller = await new BrokerCaller().provisioned();
    await caller.update({ parameters: { storageGb: 6 } });
    expect(await caller.fetch()).toMatchObject({ status: 422, body: { error: "ConcurrencyError" } });
  });

  test("is refused where the catalog does not offer it", async () => {
    const caller = await new BrokerCaller({}, "cache").provisioned();
    expect(await caller.fetch()).toMatchObject({ status: 400 });
  });

  test.each<[string, string, number]>([
    ["service_id", "", 400],
    ["service_id", "x", 400],
    ["plan_id", "x", 400],
    ["plan_id", usualServices()[0]?.plans[1]?.id ?? "", 200],
  ])("with %s %s is answered %d", async (name, id, status) => {
    const caller = await new BrokerCaller().provisioned();
    expect(await caller.fetch({ ...caller.ids, [name]: id })).toMatchObject({ status });
  });

  test("shows what somebody changed beside the platform", async () => {
    const caller = await new BrokerCaller().provisioned();
    caller.simulator.patchInstance("i1", { parameters: { storageGb: 9 }, planId: caller.planIdOf("large") });
    expect((await caller.fetch()).body).toMatchObject({
      plan_id: caller.planIdOf("large"),
      parameters: { storageGb: 9 },
    });
  });

  test.each(["removeInstance", "forgetInstance"] as const)("finds none after %s", async (act) => {
    const caller = await new BrokerCaller().provisioned();
    caller.simulator[act]("i1");
    expect(await caller.fetch()).toMatchObject({ status: 404 });
  });
});

describe("the last operation", () => {
  test("of no instance finds none", async () => {
    expect(await new BrokerCaller().lastOperation()).toMatchObject({ status: 404 });
  });

  test.each<[string, Record<string, string | undefined>]>([
    ["without the operation that was given out", { operation: undefined }],
    ["of another operation", { operation: "x" }],
    ["of another service", { service_id: "x" }],
    ["of another plan", { plan_id: "x" }],
    ["of an empty plan", { plan_id: "" }],
  ])("%s is refused", async (_, query) => {
    const caller = new BrokerCaller();
    const { body } = await caller.provision();
    const asked = { operation: String(body["operation"]), ...query };
    const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
    expect(await caller.lastOperation(Object.fromEntries(given))).toMatchObject({ status: 400 });
  });

  test("needs no name once it is over", async () => {
    const caller = await new BrokerCaller().provisioned();
    expect((await caller.lastOperation()).body).toMatchObject({ state: "succeeded" });
  });

  test("needs no name where the service gives none out", async () => {
    const caller = new BrokerCaller({}, "archive");
    const { body } = await caller.provision();
    expect([body["operation"], (await caller.lastOperation()).body["state"]]).toEqual([
      undefined,
      "in progress",
    ]);
  });

  test("says when to ask again", async () => {
    const caller = new BrokerCaller({ retryAfterS: 7 }, "archive");
    const answers = [await caller.provision(), await caller.lastOperation()];
    expect(answers.map(({ headers }) => headers["retry-after"])).toEqual(["7", "7"]);
  });

  test("says how far it is", async () => {
    const caller = new BrokerCaller({ operationMs: 1000 }, "archive");
    await caller.provision();
    await caller.clock.advance(250);
    expect((await caller.lastOperation()).body["description"]).toBe(
      "The provision is in progress (25% complete).",
    );
  });

  test("can be ended from outside", async () => {
    const caller = new BrokerCaller();
    await caller.provision();
    caller.simulator.finishOperation("i1");
    expect((await caller.lastOperation()).body).toMatchObject({ state: "succeeded" });
  });
});

describe("deprovisioning", () => {
  test.each<["gone" | "succeeded", number]>([
    ["gone", 410],
    ["succeeded", 200],
  ])("ends as %s", async (deletedAs, status) => {
    const caller = await new BrokerCaller({ deletedAs }).provisioned();
    const { body } = await caller.deprovision();
    await caller.clock.advance(LONG);
    const operation = String(body["operation"]);
    expect(await caller.lastOperation({ operation, ...caller.ids })).toMatchObject({ status });
    expect(caller.simulator.instances).toEqual([]);
  });

  test("is done at once where the service is synchronous", async () => {
    const caller = await new BrokerCaller({}, "cache").provisioned();
    expect([await caller.deprovision(), await caller.deprovision()]).toMatchObject([
      { status: 200 },
      { status: 410 },
    ]);
  });

  test("names the same operation when it is repeated", async () => {
    const caller = await new BrokerCaller().provisioned();
    const first = await caller.deprovision();
    expect(await caller.deprovision()).toMatchObject({ status: 202, body: first.body });
  });

  test("repeated has to wait where the service is synchronous", async () => {
    const caller = await new BrokerCaller({}, "cache").provisioned();
    caller.simulator.fail({ on: "deprovision", kind: "slow", afterMs: 5000 });
    const first = caller.deprovision();
    expect(await caller.deprovision()).toMatchObject({ status: 422, body: { error: "ConcurrencyError" } });
    await caller.clock.advance(5000);
    expect(await first).toMatchObject({ status: 200 });
  });

  test("halts a provisioning", async () => {
    const caller = new BrokerCaller();
    const provisioning = await caller.provision();
    const operation = String(provisioning.body["operation"]);
    expect(await caller.deprovision()).toMatchObject({ status: 202 });
    expect((await caller.lastOperation({ operation })).body).toMatchObject({ state: "failed" });
  });

  test("halts one that is synchronous, which then fails", async () => {
    const caller = new BrokerCaller({}, "cache");
    caller.simulator.fail({ on: "provision", kind: "slow", afterMs: 5000 });
    const provisioning = caller.provision();
    expect(await caller.deprovision()).toMatchObject({ status: 200 });
    await caller.clock.advance(5000);
    expect(await provisioning).toMatchObject({
      status: 500,
      body: { description: "Halted by the request to deprovision." },
    });
    expect(caller.simulator.instances).toEqual([]);
  });

  test("waits for an update", async () => {
    const caller = await new BrokerCaller().provisioned();
    await caller.update({ parameters: { storageGb: 6 } });
    expect(await caller.deprovision()).toMatchObject({ status: 422, body: { error: "ConcurrencyError" } });
  });

  test("wants the bindings to be deleted first", async () => {
    const caller = await (await new BrokerCaller().provisioned()).bound();
    expect(await caller.deprovision()).toMatchObject({ status: 400 });
  });

  test.each([
    ["no service", "service_id", ""],
    ["another plan", "plan_id", "x"],
  ])("with %s is refused", async (_, name, value) => {
    const caller = await new BrokerCaller().provisioned();
    expect(await caller.deprovision({ [name]: value })).toMatchObject({ status: 400 });
  });

  test("without its query is refused", async () => {
    const caller = await new BrokerCaller().provisioned();
    expect(await caller.send("DELETE", "/v2/service_instances/i1")).toMatchObject({ status: 400 });
  });
});
