import type { BrokerSimulatorOptions } from "../../../../sdk/simulator";
import { BrokerCaller, LONG } from "../../../support/call-broker";

const ready = (options: BrokerSimulatorOptions = {}, service?: string): Promise<BrokerCaller> =>
  new BrokerCaller(options, service).provisioned();

const rotate = (caller: BrokerCaller, predecessor: string, id = "b2") =>
  caller.bind({ predecessor_binding_id: predecessor }, id);

describe("binding", () => {
  test("gives credentials at once where the service is synchronous", async () => {
    const caller = await ready({}, "cache");
    expect(await caller.bind()).toMatchObject({
      status: 201,
      body: { credentials: { password: expect.stringMatching(/^CREDENTIAL-CANARY-/) } },
    });
  });

  test("gives credentials to who fetches them where it is asynchronous", async () => {
    const caller = await ready();
    const { status, body } = await caller.bind();
    expect([status, Object.keys(body)]).toEqual([202, ["operation"]]);
    expect(await caller.fetchBinding()).toMatchObject({ status: 404 });
    await caller.clock.advance(LONG);
    expect(await caller.lastBindingOperation()).toMatchObject({ body: { state: "succeeded" } });
    expect(await caller.fetchBinding()).toMatchObject({
      status: 200,
      body: { credentials: expect.anything() },
    });
  });

  test("gives every binding credentials of its own", async () => {
    const caller = await ready({}, "cache");
    const [one, two] = [await caller.bind(), await caller.bind({}, "b2")];
    expect(one.body["credentials"]).not.toEqual(two.body["credentials"]);
  });

  test("shows credentials only once where it is told so", async () => {
    const caller = await ready({ credentialsOnce: true }, "cache");
    const answers = [await caller.bind(), await caller.bind()];
    expect(answers.map(({ status, body }) => [status, "credentials" in body])).toEqual([
      [201, true],
      [200, false],
    ]);
  });

  test("repeated while in progress names the same operation", async () => {
    const caller = await ready();
    const first = await caller.bind();
    expect(await caller.bind()).toMatchObject({ status: 202, body: first.body });
  });

  test("repeated gives the same credentials", async () => {
    const caller = await ready({}, "cache");
    const first = await caller.bind();
    expect(await caller.bind()).toMatchObject({ status: 200, body: first.body });
  });

  test("repeated with other parameters is a conflict", async () => {
    const caller = await ready({}, "cache");
    await caller.bind();
    expect(await caller.bind({ parameters: { a: 1 } })).toMatchObject({ status: 409 });
  });

  test("under the id of another instance's binding is a conflict", async () => {
    const caller = await ready({}, "cache");
    await caller.bind();
    await caller.provision({}, { id: "i2" });
    const answer = await caller.send("PUT", "/v2/service_instances/i2/service_bindings/b1", {
      body: caller.ids,
    });
    expect(answer.status).toBe(409);
  });

  test("an instance that is not there is refused", async () => {
    expect(await new BrokerCaller().bind()).toMatchObject({ status: 404 });
  });

  test("an instance that is still provisioned has to wait", async () => {
    const caller = new BrokerCaller();
    await caller.provision();
    expect(await caller.bind()).toMatchObject({ status: 422, body: { error: "ConcurrencyError" } });
  });

  test("beside another binding has to wait, unless the broker is free", async () => {
    const statuses: number[] = [];
    for (const concurrency of ["instance", "free"] as const) {
      const caller = await ready({ concurrency });
      await caller.bind();
      statuses.push((await caller.bind({}, "b2")).status);
    }
    expect(statuses).toEqual([422, 202]);
  });

  test("an instance that cannot be bound is refused", async () => {
    expect(await (await ready({}, "archive")).bind()).toMatchObject({ status: 400 });
  });

  test("an instance with another plan than it has is refused", async () => {
    const caller = await ready();
    expect(await caller.bind({ plan_id: caller.planIdOf("large") })).toMatchObject({ status: 400 });
  });

  test("without an application is refused where the broker wants one", async () => {
    const caller = await ready({ requiresApp: true }, "cache");
    const answers = [await caller.bind(), await caller.bind({ bind_resource: { app_guid: "app-1" } })];
    expect(answers).toMatchObject([{ status: 422, body: { error: "RequiresApp" } }, { status: 201 }]);
  });

  test("with parameters that break the schema is refused", async () => {
    expect(await (await ready()).bind({ parameters: { role: "king" } })).toMatchObject({ status: 400 });
  });

  test("tells when the binding expires", async () => {
    const caller = await ready({ bindingLifetimeS: 100 }, "cache");
    const { body } = await caller.bind();
    const { expires_at, renew_before } = body["metadata"] as Record<string, string>;
    const now = caller.clock.now();
    expect([expires_at, renew_before].map((text) => Date.parse(String(text)) - now)).toEqual([
      100_000, 90_000,
    ]);
  });

  test.each<["syslog_drain" | "route_forwarding" | "volume_mount", string]>([
    ["syslog_drain", "syslog_drain_url"],
    ["route_forwarding", "route_service_url"],
    ["volume_mount", "volume_mounts"],
  ])("gives what a service that requires %s has to give", async (permission, field) => {
    const caller = await ready({}, "cache");
    const { services } = caller.simulator;
    caller.simulator.setCatalog(services.map((service) => ({ ...service, requires: [permission] })));
    expect((await caller.bind({ bind_resource: { route: "app.example.com" } })).body).toHaveProperty(field);
  });
});

describe("rotating a binding", () => {
  test("makes a second one as the first was made, and both are valid", async () => {
    const caller = await (await ready()).bound({ parameters: { role: "reader" } });
    expect(await rotate(caller, "b1")).toMatchObject({ status: 202 });
    await caller.clock.advance(LONG);
    expect(caller.simulator.bindings).toMatchObject([
      { id: "b1", state: "ready" },
      { id: "b2", state: "ready", predecessor: "b1", parameters: { role: "reader" } },
    ]);
  });

  test("needs no service and no plan", async () => {
    const caller = await (await ready()).bound();
    const answer = await caller.send("PUT", "/v2/service_instances/i1/service_bindings/b2", {
      query: { accepts_incomplete: "true" },
      body: { predecessor_binding_id: "b1" },
    });
    expect(answer.status).toBe(202);
  });

  test("of no binding is refused", async () => {
    expect(await rotate(await ready(), "b9")).toMatchObject({ status: 400 });
  });

  test("of a plan that does not offer it is refused", async () => {
    const caller = await (await ready({}, "cache")).bound();
    expect(await rotate(caller, "b1")).toMatchObject({ status: 400 });
  });

  test("of a binding that has expired is refused", async () => {
    const caller = await (await ready({ bindingLifetimeS: 5 })).bound();
    expect((await rotate(caller, "b1")).body["description"]).toContain("has expired");
  });
});

describe("fetching a binding", () => {
  test.each(["service_id", "plan_id"])(
    "with a %s that its service does not have is refused",
    async (name) => {
      const caller = await (await ready()).bound();
      const answers = [
        await caller.fetchBinding("b1", caller.ids),
        await caller.fetchBinding("b1", { ...caller.ids, [name]: "x" }),
      ];
      expect(answers).toMatchObject([{ status: 200 }, { status: 400 }]);
    },
  );
});

describe("unbinding", () => {
  test("ends as gone", async () => {
    const caller = await (await ready()).bound();
    const first = await caller.unbind();
    expect(await caller.unbind()).toMatchObject({ status: 202, body: first.body });
    await caller.clock.advance(LONG);
    expect([await caller.lastBindingOperation(), await caller.unbind()]).toMatchObject([
      { status: 410 },
      { status: 410 },
    ]);
  });

  test("repeated has to wait where the service is synchronous", async () => {
    const caller = await (await ready({}, "cache")).bound();
    caller.simulator.fail({ on: "unbind", kind: "slow", afterMs: 5000 });
    const first = caller.unbind();
    expect(await caller.unbind()).toMatchObject({ status: 422, body: { error: "ConcurrencyError" } });
    await caller.clock.advance(5000);
    expect(await first).toMatchObject({ status: 200 });
  });

  test("halts the making of it", async () => {
    const caller = await ready();
    const { body } = await caller.bind();
    await caller.unbind();
    const operation = String(body["operation"]);
    expect((await caller.lastBindingOperation({ operation })).body).toMatchObject({ state: "failed" });
  });

  test("takes the plan that the instance has now", async () => {
    const caller = await (await ready()).bound();
    await caller.update({ plan_id: caller.planIdOf("large") });
    await caller.clock.advance(LONG);
    expect(await caller.unbind("b1", { plan_id: caller.planIdOf("large") })).toMatchObject({ status: 202 });
  });

  test("without its query is refused", async () => {
    const caller = await (await ready()).bound();
    const answer = await caller.send("DELETE", "/v2/service_instances/i1/service_bindings/b1");
    expect(answer.status).toBe(400);
  });

  test("during an update has to wait", async () => {
    const caller = await (await ready()).bound();
    await caller.update({ parameters: { storageGb: 6 } });
    expect(await caller.unbind()).toMatchObject({ status: 422, body: { error: "ConcurrencyError" } });
  });
});
