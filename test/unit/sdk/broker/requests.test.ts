import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createBrokerClient,
  SettingsError,
  type BrokerClient,
  type PlanRef,
  type ProvisionRequest,
  type RequestEvent,
} from "../../../../sdk/broker";
import { json } from "../../../support/local-server";
import { brokers, calls, endOf, matching, plan, provisionRequest, type Verb } from "./broker";

const start = brokers();
const bodyOf = (received: { body: string } | undefined): unknown =>
  JSON.parse(received?.body ?? "") as unknown;

/** A broker that notes what it is asked for before anything decodes it. */
async function startRaw(): Promise<{ client: BrokerClient; targets: (string | undefined)[] }> {
  const targets: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    targets.push(request.url);
    response.end('{"state":"succeeded"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { client: createBrokerClient({ url: `http://127.0.0.1:${port}` }), targets };
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const routes: [Verb, string, string, string][] = [
  ["provision", "PUT", "/v2/service_instances/i-1", "accepts_incomplete=true"],
  ["update", "PATCH", "/v2/service_instances/i-1", "accepts_incomplete=true"],
  [
    "deprovision",
    "DELETE",
    "/v2/service_instances/i-1",
    "service_id=svc&plan_id=small&accepts_incomplete=true",
  ],
  ["bind", "PUT", "/v2/service_instances/i-1/service_bindings/b-1", "accepts_incomplete=true"],
  ["rotate", "PUT", "/v2/service_instances/i-1/service_bindings/b-2", "accepts_incomplete=true"],
  [
    "unbind",
    "DELETE",
    "/v2/service_instances/i-1/service_bindings/b-1",
    "service_id=svc&plan_id=small&accepts_incomplete=true",
  ],
  ["fetch instance", "GET", "/v2/service_instances/i-1", "service_id=svc&plan_id=small"],
  ["fetch binding", "GET", "/v2/service_instances/i-1/service_bindings/b-1", "service_id=svc&plan_id=small"],
  ["poll instance", "GET", "/v2/service_instances/i-1/last_operation", "service_id=svc&plan_id=small"],
  [
    "poll binding",
    "GET",
    "/v2/service_instances/i-1/service_bindings/b-1/last_operation",
    "service_id=svc&plan_id=small",
  ],
  ["catalog", "GET", "/v2/catalog", ""],
];

describe("A request", () => {
  it.each(routes)("to %s is %s %s?%s", async (verb, method, path, query) => {
    const { client, server } = await start(json(200, { state: "succeeded", services: [] }));
    await calls[verb](client, true);
    expect(server.received[0]).toMatchObject({ method, path });
    expect(server.received[0]?.query.toString()).toBe(query);
  });

  it.each(routes.filter(([, method]) => method !== "GET"))(
    "to %s does not ask for what the caller does not accept",
    async (verb) => {
      const { client, server } = await start(json(200, {}));
      await calls[verb](client, false);
      expect(server.received[0]?.query.has("accepts_incomplete")).toBe(false);
    },
  );

  it("goes to the broker's base path", async () => {
    const { server } = await start(json(200, {}));
    const { client } = await start(json(200, {}), { url: `${server.url}/openservicebroker/` });
    await calls.provision(client, true);
    expect(client.baseUrl).toBe(`${server.url}/openservicebroker`);
    expect(server.received[0]?.path).toBe("/openservicebroker/v2/service_instances/i-1");
  });

  it.each([
    ["../x", "..%2Fx"],
    ["a/b?c#d", "a%2Fb%3Fc%23d"],
    ["%2e%2e", "%252e%252e"],
    ["\\..\\", "%5C..%5C"],
    ["a b", "a%20b"],
    ["ü", "%C3%BC"],
  ])("keeps the hostile id %j in one segment of its path", async (id, encoded) => {
    const { client, server } = await start(json(200, {}));
    await client.deprovision(id, plan);
    await client.unbind("i-1", id, plan);
    expect(server.received.map(({ path }) => path)).toEqual([
      `/v2/service_instances/${encoded}`,
      `/v2/service_instances/i-1/service_bindings/${encoded}`,
    ]);
  });

  it.each(["", ".", "..", "\ud800"])("is not sent for the id %j", async (id) => {
    const { client, server } = await start(json(200, {}));
    expect(await endOf(client.deprovision(id, plan))).toBeInstanceOf(SettingsError);
    expect(await endOf(client.getBinding("i-1", id))).toBeInstanceOf(SettingsError);
    expect(server.received).toEqual([]);
  });

  const nothing = { serviceId: "", planId: "" };
  it.each<[string, (client: BrokerClient) => Promise<unknown>, RegExp]>([
    ["deprovision without ids", (client) => client.deprovision("i-1", nothing), /serviceId must be a text/],
    [
      "unbind without a plan",
      (client) => client.unbind("i-1", "b-1", { ...plan, planId: "" }),
      /planId must/,
    ],
    [
      "provision without a plan",
      (client) => client.provision("i-1", { ...provisionRequest, planId: "" }),
      /planId/,
    ],
    [
      "update without a service",
      (client) => client.updateInstance("i-1", { serviceId: "" }),
      /serviceId must/,
    ],
    ["bind without ids", (client) => client.bind("i-1", "b-1", nothing), /serviceId must/],
    [
      "rotate without a predecessor",
      (client) => client.rotateBinding("i-1", "b-2", { ...plan, predecessorBindingId: "" }),
      /predecessorBindingId must/,
    ],
    [
      "rotate a binding to itself",
      (client) => client.rotateBinding("i-1", "b-1", { ...plan, predecessorBindingId: "b-1" }),
      /its own predecessor/,
    ],
    [
      "provision without a space",
      (client) => client.provision("i-1", { ...plan, organizationGuid: "o", spaceGuid: "" }),
      /spaceGuid must/,
    ],
    [
      "provision for another platform than its user is of",
      (client) =>
        client.provision(
          "i-1",
          { ...plan, organizationGuid: "o", spaceGuid: "s", context: { platform: "kubernetes" } },
          { originatingIdentity: { platform: "cloudfoundry", value: {} } },
        ),
      /must be the same/,
    ],
    [
      "provision with nothing",
      (client) => client.provision("i-1", undefined as unknown as ProvisionRequest),
      /an object with serviceId and planId and organizationGuid and spaceGuid is missing/,
    ],
    [
      "deprovision with nothing",
      (client) => client.deprovision("i-1", null as unknown as PlanRef),
      /an object with serviceId and planId is missing/,
    ],
  ])("to %s is not sent", async (_what, call, message) => {
    const { client, server } = await start(json(200, {}));
    const error = await endOf(call(client));
    expect(error).toBeInstanceOf(SettingsError);
    expect(error).toMatchObject({ message: matching(message) });
    expect(server.received).toEqual([]);
  });

  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  it.each([
    ["a BigInt", { size: 10n }],
    ["an object that holds itself", circular],
  ])("with %s, which JSON does not know, is refused once", async (_what, parameters) => {
    const attempts: number[] = [];
    const onRequest = ({ attempt }: RequestEvent): number => attempts.push(attempt);
    const { client, server } = await start(json(200, {}), { onRequest });
    const error = await endOf(client.provision("i-1", { ...provisionRequest, parameters }));
    expect(error).toBeInstanceOf(SettingsError);
    expect(error).toMatchObject({ message: matching(/was not sent: .* cannot be written as JSON/) });
    expect([server.received, attempts]).toEqual([[], [1]]);
  });

  it("carries the operation percent-encoded, a space too", async () => {
    const { client, targets } = await startRaw();
    await client.getLastOperation("i-1", { operation: "a b&c=+/ü'" });
    expect(targets).toEqual([
      "/v2/service_instances/i-1/last_operation?operation=a%20b%26c%3D%2B%2F%C3%BC%27",
    ]);
  });

  it("leaves out what the caller does not know", async () => {
    const { client, server } = await start(json(200, { state: "succeeded" }));
    await client.getLastOperation("i-1");
    await client.getInstance("i-1");
    expect(server.received.map(({ query }) => query.toString())).toEqual(["", ""]);
  });
});

describe("The body of a request", () => {
  it("to provision holds all that was given", async () => {
    const { client, server } = await start(json(201, {}));
    const free = {
      context: { platform: "provisor", someField: 1 },
      parameters: { camelCase: { deepDown: [1, null] } },
    };
    await client.provision("i-1", {
      ...provisionRequest,
      ...free,
      maintenanceInfo: { version: "2.1.1+abcdef" },
    });
    expect(server.received[0]?.headers["content-type"]).toBe("application/json");
    expect(bodyOf(server.received[0])).toEqual({
      service_id: "svc",
      plan_id: "small",
      organization_guid: "org",
      space_guid: "space",
      ...free,
      maintenance_info: { version: "2.1.1+abcdef" },
    });
  });

  it.each([{}, { context: null, parameters: null, maintenanceInfo: null }])(
    "to provision holds nothing that was not given: %j",
    async (nothing) => {
      const { client, server } = await start(json(201, {}));
      await client.provision("i-1", { ...provisionRequest, ...(nothing as object) });
      expect(Object.keys(bodyOf(server.received[0]) as object)).toEqual([
        "service_id",
        "plan_id",
        "organization_guid",
        "space_guid",
      ]);
    },
  );

  it("to update holds what was given, and the values before", async () => {
    const { client, server } = await start(json(200, {}));
    await client.updateInstance("i-1", {
      serviceId: "svc",
      parameters: {},
      maintenanceInfo: { version: "2.0.0" },
      previousValues: {
        serviceId: "svc",
        planId: "small",
        organizationId: "org",
        spaceId: "space",
        maintenanceInfo: { version: "1.0.0" },
      },
    });
    expect(bodyOf(server.received[0])).toEqual({
      service_id: "svc",
      parameters: {},
      maintenance_info: { version: "2.0.0" },
      previous_values: {
        service_id: "svc",
        plan_id: "small",
        organization_id: "org",
        space_id: "space",
        maintenance_info: { version: "1.0.0" },
      },
    });
  });

  it("to bind holds bind_resource as given, with app_guid", async () => {
    const { client, server } = await start(json(201, {}));
    await client.bind("i-1", "b-1", {
      ...plan,
      context: { platform: "provisor" },
      appGuid: "app",
      bindResource: { appGuid: "app", route: "a.example.com", backup_agent: true },
      parameters: { readOnly: true },
    });
    expect(bodyOf(server.received[0])).toEqual({
      service_id: "svc",
      plan_id: "small",
      context: { platform: "provisor" },
      app_guid: "app",
      bind_resource: { app_guid: "app", route: "a.example.com", backup_agent: true },
      parameters: { readOnly: true },
    });
  });

  it("holds nothing of the platform where the broker knows no such fields", async () => {
    const { client, server } = await start(json(200, {}), { sendsPlatform: false });
    const context = { platform: "provisor" };
    await client.provision("i-1", { ...provisionRequest, context, parameters: { user: "u" } });
    await client.provision("i-1", plan);
    await client.updateInstance("i-1", {
      serviceId: "svc",
      context,
      previousValues: { planId: "small", organizationId: "org", spaceId: "space" },
    });
    await client.bind("i-1", "b-1", { ...plan, context });
    const ids = { service_id: "svc", plan_id: "small" };
    expect(server.received.map(bodyOf)).toEqual([
      { ...ids, parameters: { user: "u" } },
      ids,
      { service_id: "svc", previous_values: { plan_id: "small" } },
      ids,
    ]);
  });

  it("to rotate names the predecessor", async () => {
    const { client, server } = await start(json(201, {}));
    await calls.rotate(client, true);
    expect(bodyOf(server.received[0])).toEqual({
      service_id: "svc",
      plan_id: "small",
      predecessor_binding_id: "b-1",
    });
  });
});
