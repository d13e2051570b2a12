import { ResponseFormatError } from "../../../../sdk/broker";
import { inTurn, json, raw } from "../../../support/local-server";
import { brokers, calls, endOf, matching, plan, provisionRequest } from "./broker";

const start = brokers();
const metadata = { labels: { key1: "value1" }, attributes: { "broker.generated.attr1": "value1" } };

describe("The answer to provisioning", () => {
  it("has the dashboard, the metadata and what is beyond the specification, whatever the status", async () => {
    const body = { dashboard_url: "https://d.example.com/9", operation: "task_10", metadata, extension: [1] };
    const { client } = await start(inTurn(json(201, body), json(200, body), json(202, body)));
    const shown = { dashboardUrl: "https://d.example.com/9", metadata, response: { extension: [1] } };
    const results = [];
    for (let i = 0; i < 3; i++) results.push(await client.provision("i-1", provisionRequest));
    expect(results).toEqual([
      { outcome: "created", ...shown },
      { outcome: "exists", ...shown },
      { outcome: "accepted", operation: "task_10", ...shown },
    ]);
  });

  it.each([[[]], [{ labels: "x", attributes: [] }], ["x"], [7]])(
    "is none the worse for the metadata %j, which decide nothing",
    async (odd) => {
      const { client } = await start(json(201, { dashboard_url: "https://d.example.com", metadata: odd }));
      await expect(client.provision("i-1", provisionRequest)).resolves.toMatchObject({
        outcome: "created",
        dashboardUrl: "https://d.example.com",
      });
    },
  );

  it("takes null for absent", async () => {
    const { client } = await start(json(202, { dashboard_url: null, operation: null, metadata: null }));
    await expect(client.provision("i-1", provisionRequest)).resolves.toEqual({ outcome: "accepted" });
  });

  it("holds nothing beyond the specification where there are specified fields alone", async () => {
    const specified = { dashboard_url: "https://d.example.com", metadata, operation: "task_10" };
    const { client } = await start(inTurn(json(201, specified), json(200, {}), json(202, { operation: 7 })));
    for (let i = 0; i < 3; i++)
      expect(await client.provision("i-1", provisionRequest)).not.toHaveProperty("response");
  });

  it("hides what is secret in it from whatever is said later", async () => {
    const result = { database: "SALES_DEVELOPMENT", admin: { password: "hush-hush" } };
    const refusal = { description: "SALES_DEVELOPMENT with hush-hush exists" };
    const { client } = await start(inTurn(json(201, result), json(400, refusal)));
    await client.provision("i-1", provisionRequest);
    const error = await endOf(client.provision("i-1", provisionRequest));
    expect((error as Error).message).toMatch(/SALES_DEVELOPMENT with \S*redacted\S* exists/i);
  });

  it.each([
    [{ pdb_name: "DEV", status: "OPEN" }, { response: { pdb_name: "DEV", status: "OPEN" } }],
    [
      { operation: "clone", metadata: { created: 1 }, dashboard_url: 7 },
      { metadata: {}, response: { operation: "clone", metadata: { created: 1 }, dashboard_url: 7 } },
    ],
    [
      { dashboard_url: "https://d.example.com", metadata, name: "DEV" },
      { dashboardUrl: "https://d.example.com", metadata, response: { name: "DEV" } },
    ],
    [{}, {}],
  ])("of an action is an object of any kind: %j", async (body, told) => {
    const { client } = await start(json(201, body), { keepsInstances: false });
    await expect(client.provision("i-1", provisionRequest)).resolves.toEqual({ outcome: "created", ...told });
  });

  it("may have an operation of 10 000 characters", async () => {
    const operation = "ü".repeat(10_000);
    const { client } = await start(json(202, { operation }));
    await expect(client.provision("i-1", provisionRequest)).resolves.toEqual({
      outcome: "accepted",
      operation,
    });
  });

  it.each([
    [{ dashboard_url: 7 }, /dashboard_url: Invalid input: expected string/],
    ["text", /the body: Invalid input: expected object/],
  ])("%j is malformed, and says where", async (body, message) => {
    const { client } = await start(json(201, body));
    const error = await endOf(client.provision("i-1", provisionRequest));
    expect(error).toBeInstanceOf(ResponseFormatError);
    expect(error).toMatchObject({ status: 201, message: matching(message) });
  });
});

describe("An answer of 202", () => {
  it.each(["provision", "update", "deprovision", "bind", "rotate", "unbind"] as const)(
    "to %s says when it may first be asked for",
    async (verb) => {
      const { client } = await start(json(202, { operation: "task_10" }, { "Retry-After": "9" }));
      await expect(calls[verb](client, true)).resolves.toMatchObject({
        outcome: "accepted",
        operation: "task_10",
        retryAfterMs: 9_000,
      });
    },
  );
});

describe("The answer to an update", () => {
  it("has the new dashboard", async () => {
    const { client } = await start(json(200, { dashboard_url: "https://d.example.com", metadata }));
    await expect(calls.update(client, true)).resolves.toEqual({
      outcome: "updated",
      dashboardUrl: "https://d.example.com",
      metadata,
    });
  });
});

/** The binding of the specification, with all fields. */
const wireBinding = {
  credentials: { uri: "mysql://u:p@h:3306/db", port: 3306, nested: { a: [null] } },
  syslog_drain_url: "syslog://drain",
  route_service_url: "https://route",
  volume_mounts: [
    {
      driver: "cephdriver",
      container_dir: "/data",
      mode: "r",
      device_type: "shared",
      device: { volume_id: "v-1", mount_config: { key: "value" } },
    },
  ],
  endpoints: [
    { host: "mysqlhost", ports: ["3306", "9000-9010"] },
    { host: "h", ports: [53], protocol: "udp" },
  ],
  metadata: { expires_at: "2019-12-31T23:59:59.0Z", renew_before: "2019-12-30T23:59:59.0Z" },
  extension: true,
};
const binding = {
  credentials: wireBinding.credentials,
  syslogDrainUrl: "syslog://drain",
  routeServiceUrl: "https://route",
  volumeMounts: [
    {
      driver: "cephdriver",
      containerDir: "/data",
      mode: "r",
      deviceType: "shared",
      device: { volumeId: "v-1", mountConfig: { key: "value" } },
    },
  ],
  endpoints: [
    { host: "mysqlhost", ports: ["3306", "9000-9010"], protocol: "tcp" },
    { host: "h", ports: ["53"], protocol: "udp" },
  ],
  metadata: { expiresAt: "2019-12-31T23:59:59.0Z", renewBefore: "2019-12-30T23:59:59.0Z" },
};

describe("A binding", () => {
  it.each([
    [201, "created"],
    [200, "exists"],
  ])("made with %d is read whole", async (status, outcome) => {
    const { client } = await start(json(status, wireBinding));
    await expect(client.bind("i-1", "b-1", plan)).resolves.toEqual({ outcome, binding });
  });

  it("that was fetched has its parameters too", async () => {
    const { client } = await start(json(200, { ...wireBinding, parameters: { a: 1 } }));
    await expect(client.getBinding("i-1", "b-1")).resolves.toEqual({ ...binding, parameters: { a: 1 } });
  });

  it("takes null and empty texts for absent", async () => {
    const fields = {
      credentials: null,
      syslog_drain_url: "",
      volume_mounts: null,
      endpoints: null,
      metadata: null,
    };
    const { client } = await start(json(200, fields));
    await expect(client.getBinding("i-1", "b-1")).resolves.toEqual({});
  });

  it("is read where an endpoint is written in another way", async () => {
    const endpoints = [
      { host: "h", ports: 443, protocol: "TCP" },
      { host: "h", ports: "9000-9010", protocol: "Udp" },
    ];
    const { client } = await start(json(201, { endpoints, credentials: [], metadata: [] }));
    await expect(client.bind("i-1", "b-1", plan)).resolves.toMatchObject({
      binding: {
        credentials: {},
        endpoints: [
          { host: "h", ports: ["443"], protocol: "tcp" },
          { host: "h", ports: ["9000-9010"], protocol: "udp" },
        ],
      },
    });
  });

  it.each([
    [{ credentials: "hush-hush" }, /\(credentials: /],
    [{ credentials: {}, volume_mounts: [{}] }, /\(volume_mounts\[0\]\.driver: /],
  ])("%j is malformed, and the message holds no value", async (body, message) => {
    const { client } = await start(json(201, body));
    const error = (await endOf(client.bind("i-1", "b-1", plan))) as Error;
    expect(error).toBeInstanceOf(ResponseFormatError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("hush");
  });
});

describe("A binding with odd parts", () => {
  it("keeps its credentials, and those endpoints that are as specified", async () => {
    const endpoints = [
      { host: "h", ports: "many" },
      { host: "h", ports: ["443"], protocol: "tcp" },
    ];
    const { client } = await start(json(201, { credentials: { user: "u" }, endpoints, parameters: "odd" }));
    await expect(client.bind("i-1", "b-1", plan)).resolves.toEqual({
      outcome: "created",
      binding: { credentials: { user: "u" }, endpoints: [endpoints[1]] },
    });
  });
});

describe("A success without a body", () => {
  it.each(["", "[]", "null"])("may be %j where nothing has to be told", async (body) => {
    const { client } = await start(raw(200, body));
    await expect(client.deprovision("i-1", plan)).resolves.toMatchObject({ outcome: "deleted" });
    await expect(client.updateInstance("i-1", { serviceId: "svc" })).resolves.toEqual({ outcome: "updated" });
  });
});

it.each([
  [201, { outcome: "created" }],
  [202, { outcome: "accepted" }],
])("An empty object of PHP's, a list, is one in a provision's %i", async (status, result) => {
  const { client } = await start(raw(status, "[]"));
  await expect(client.provision("i-1", provisionRequest)).resolves.toEqual(result);
});

describe("An operation", () => {
  it("that is a number is taken as its text", async () => {
    const { client } = await start(json(202, { operation: 7 }));
    await expect(client.provision("i-1", provisionRequest)).resolves.toMatchObject({ operation: "7" });
  });

  it("means nothing where the request is done", async () => {
    const { client } = await start(json(201, { operation: {} }));
    await expect(client.provision("i-1", provisionRequest)).resolves.toEqual({ outcome: "created" });
  });
});

describe("An instance", () => {
  it("that was fetched is read whole", async () => {
    const { client } = await start(
      json(200, {
        service_id: "svc",
        plan_id: "small",
        dashboard_url: "https://d.example.com",
        parameters: { some_field: 1 },
        maintenance_info: { version: "2.0.0", description: "New." },
        metadata,
      }),
    );
    await expect(client.getInstance("i-1")).resolves.toEqual({
      serviceId: "svc",
      planId: "small",
      dashboardUrl: "https://d.example.com",
      parameters: { some_field: 1 },
      maintenanceInfo: { version: "2.0.0", description: "New." },
      metadata,
    });
  });
});

describe("A last operation", () => {
  it("is read with what the broker says of the instance and of the next poll", async () => {
    const body = { state: "failed", description: "No.", instance_usable: false, update_repeatable: false };
    const { client } = await start(json(200, body, { "Retry-After": "7" }));
    await expect(client.getLastOperation("i-1")).resolves.toEqual({
      state: "failed",
      description: "No.",
      instanceUsable: false,
      updateRepeatable: false,
      retryAfterMs: 7_000,
    });
  });

  it("is seen whatever its other fields are", async () => {
    const { client } = await start(
      json(200, { state: "failed", description: 7, instance_usable: "perhaps" }),
    );
    await expect(client.getLastOperation("i-1")).resolves.toEqual({ state: "failed" });
  });

  it("has a description that a terminal can be shown", async () => {
    const description = `\u001b[31mpassword: s3cret-of-the-broker\r\n${"many words ".repeat(300)}`;
    const { client } = await start(json(200, { state: "failed", description }));
    const seen = await client.getLastOperation("i-1");
    expect(seen.description).toMatch(/^\[31mpassword: \[redacted\] many words/);
    expect(seen.description?.length).toBeLessThanOrEqual(501);
    await expect(client.waitForInstanceOperation("i-1", { ...plan, purpose: "create" })).resolves.toEqual({
      outcome: "failed",
      description: seen.description,
    });
  });

  it.each([{}, { state: "done" }, { state: 1 }, { state: null }])("%j is malformed", async (body) => {
    const { client } = await start(json(200, body));
    expect(await endOf(client.getLastOperation("i-1"))).toBeInstanceOf(ResponseFormatError);
  });
});

describe("A refusal", () => {
  it("shows the broker's words and not the rest of its answer", async () => {
    const { client } = await start(
      json(400, { error: "BadName", description: "No such\u001b[31m name.\n", trace: "hush" }),
    );
    expect(await endOf(calls.provision(client, true))).toMatchObject({
      description: "No such [31m name.",
      message: matching(
        /^PUT \/v2\/service_instances\/i-1 on [\d.:]+ was answered 400: BadName: No such \[31m name\. \(request/,
      ),
    });
  });

  it.each([
    ["an HTML page", "<html>hush</html>", /an HTML page/],
    ["a long text", "hush ".repeat(50), /without an explanation/],
    ["a long list", JSON.stringify(["hush".repeat(50)]), /without an explanation/],
    ["empty JSON", "{}", /without an explanation/],
  ])("that is %s is not repeated", async (_what, body, message) => {
    const { client } = await start(raw(400, body));
    const error = (await endOf(calls.provision(client, true))) as Error;
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("hush");
  });

  it.each([
    [
      "a text",
      "parameter foo\n is wrong\u001b[31m",
      /was answered 400: parameter foo is wrong \[31m \(request/,
    ],
    ["a message", '{"message":"foo is wrong"}', /was answered 400: foo is wrong \(request/],
    [
      "a problem document",
      '{"code":"Error","title":"Cannot do it","message":"ORA-65012: it exists","type":"tag:t","instance":"tag:i"}',
      /was answered 400: Cannot do it: ORA-65012: it exists \(request/,
    ],
    [
      "a problem document that says things twice",
      '{"title":"Not Found","message":"Not found: /x","instance":"tag:i"}',
      /was answered 400: Not found: \/x \(request/,
    ],
    [
      "a problem document with a secret in it",
      '{"title":"Denied","detail":"no s3cret-of-the-broker"}',
      /was answered 400: Denied: no \[redacted\] \(request/,
    ],
    [
      "a page with a title",
      "<!DOCTYPE html><html><head><title>404 Not s3cret-of-the-broker</title></head><body>hush</body></html>",
      /was answered 400: an HTML page \("404 Not \[redacted\]"\), perhaps of a proxy or gateway in between \(request/,
    ],
    [
      "other JSON",
      '{"errors":[{"detail":"foo"}]}',
      /was answered 400: \{"errors":\[\{"detail":"foo"\}\]\} \(request/,
    ],
    ["a password", "no s3cret-of-the-broker", /was answered 400: no \[redacted\] \(request/],
  ])("that is %s is shown where it has no explanation of the specification", async (_what, body, message) => {
    const { client } = await start(raw(400, body));
    expect(await endOf(calls.provision(client, true))).toMatchObject({ message: matching(message) });
  });
});
