import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BrokerFault,
  createBrokerSimulator,
  readBrokerScenario,
  type RunningBrokerSimulator,
  startBrokerSimulator,
} from "../../../../sdk/simulator";
import { simulate } from "../../../../sdk/simulator/simulate";
import { BrokerCaller } from "../../../support/call-broker";

let running: RunningBrokerSimulator | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const headers = {
  authorization: `Basic ${Buffer.from("broker:simulated-password").toString("base64")}`,
  "x-broker-api-version": "2.17",
  "content-type": "application/json",
};

describe("a simulated broker on a port", () => {
  test("gives the settings that a program needs", async () => {
    running = await startBrokerSimulator({ basePath: "/openservicebroker" });
    const { port } = new URL(running.url);
    expect(running.env).toEqual({
      OSB_URL: `http://127.0.0.1:${port}/openservicebroker`,
      OSB_USERNAME: "broker",
      OSB_PASSWORD: "simulated-password",
    });
  });

  test("gives a token where it wants one", async () => {
    running = await startBrokerSimulator({ token: "abc" });
    expect(running.env).toEqual({ OSB_URL: running.url, OSB_TOKEN: "abc" });
  });

  test("provisions for who follows those settings", async () => {
    running = await startBrokerSimulator();
    const { serviceId, planId } = running.simulator.plan("cache");
    const body = { service_id: serviceId, plan_id: planId, organization_guid: "o", space_guid: "s" };
    const answer = await fetch(`${running.url}/v2/service_instances/i1`, {
      method: "PUT",
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(201);
  });

  test("answers without a body where there is none", async () => {
    running = await startBrokerSimulator();
    const first = await fetch(`${running.url}/v2/catalog`, { headers });
    await first.text();
    const etag = String(first.headers.get("etag"));
    const second = await fetch(`${running.url}/v2/catalog`, {
      headers: { ...headers, "if-none-match": etag },
    });
    expect([second.status, await second.text()]).toEqual([304, ""]);
  });
});

describe("a fault of a simulated broker", () => {
  const struck = async (fault: BrokerFault): Promise<BrokerCaller> => {
    const caller = new BrokerCaller({ faults: [fault] });
    await caller.provision().catch(() => undefined);
    return caller;
  };

  test.each<[string, BrokerFault, number]>([
    ["before its effect", { on: "provision", kind: "reset-before" }, 0],
    ["after its effect", { on: "provision", kind: "reset-after" }, 1],
    ["with a status after its effect", { on: "provision", kind: { status: 504 }, effect: "after" }, 1],
  ])("strikes a request %s", async (_, fault, created) => {
    expect((await struck(fault)).simulator.account().instancesCreated).toBe(created);
  });

  test.each<[string, number]>([
    ["i1", 503],
    ["i2", 202],
  ])("can be meant for a path with %s", async (pathContains, status) => {
    const caller = new BrokerCaller();
    caller.simulator.fault({ on: "provision", pathContains, kind: { status: 503 } });
    expect(await caller.provision()).toMatchObject({ status });
  });

  test("counts its hits", async () => {
    const caller = new BrokerCaller();
    const fault = caller.simulator.fault({ on: "catalog", kind: { status: 500 }, times: 2 });
    for (let i = 0; i < 3; i++) await caller.catalog();
    expect(fault.hits).toBe(2);
  });
});

describe("the ledger of a simulated broker", () => {
  test("tells what happened, in order", async () => {
    const caller = await new BrokerCaller().provisioned();
    expect(caller.simulator.ledger.events.map(({ kind }) => kind)).toEqual([
      "request",
      "effect",
      "answer",
      "operation-succeeded",
    ]);
  });

  test("tells who asked for what", async () => {
    const caller = new BrokerCaller();
    const value = Buffer.from(JSON.stringify({ user: "ann" })).toString("base64");
    const { body } = await caller.provision(
      {},
      {
        headers: {
          "x-broker-api-request-identity": "request-1",
          "x-broker-api-originating-identity": `provisor ${value}`,
        },
      },
    );
    expect(caller.simulator.ledger.effects("provision")).toMatchObject([
      {
        request: "provision",
        instanceId: "i1",
        ...caller.plan,
        operation: body["operation"],
        requestIdentity: "request-1",
        originatingIdentity: { platform: "provisor", value: { user: "ann" } },
        apiVersion: "2.17",
        bodyKeys: expect.arrayContaining(["organization_guid", "parameters"]),
      },
    ]);
  });

  test("tells the code of an error", async () => {
    const caller = new BrokerCaller();
    await caller.provision({}, { query: {} });
    expect(caller.simulator.ledger.of("answer")).toMatchObject([{ status: 422, error: "AsyncRequired" }]);
  });

  test("holds no password and no parameter", async () => {
    const caller = new BrokerCaller();
    await caller.provisioned({ parameters: { password: "hidden-value" } });
    await caller.bound();
    await caller.fetchBinding();
    const text = JSON.stringify(caller.simulator.ledger.events);
    expect(text).not.toMatch(/CANARY|hidden-value|simulated-password|Basic/);
  });

  test("counts requests and what they made", async () => {
    const caller = await (await new BrokerCaller().provisioned()).bound();
    expect(caller.simulator.account()).toEqual({
      requests: expect.objectContaining({ provision: 1, bind: 1, fetch: 0 }),
      instancesCreated: 1,
      bindingsCreated: 1,
      instancesAlive: 1,
      bindingsAlive: 1,
    });
  });

  test("tells a listener at the very moment", async () => {
    const caller = new BrokerCaller();
    caller.simulator.on(({ kind }) => {
      if (kind === "request") caller.simulator.fault({ on: "catalog", kind: { status: 503 } });
    });
    expect(await caller.catalog()).toMatchObject({ status: 503 });
  });
});

describe("a scenario file of a broker", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "broker-scenario-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const fileWith = (content: string): string => {
    const file = join(folder, "scenario.json");
    writeFileSync(file, content);
    return file;
  };

  test("of the documentation is one", () => {
    const manual = readFileSync(join(__dirname, "../../../../docs/simulator.md"), "utf8");
    const [, example = ""] = [...manual.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1]);
    const simulator = createBrokerSimulator(readBrokerScenario(fileWith(example)));
    expect(simulator.services).toMatchObject([{ name: "mysql" }]);
  });

  test.each<[string, unknown, string]>([
    ["an unknown key", { tenants: 1 }, '"tenants"'],
    [
      "a service without plans",
      { services: [{ id: "s", name: "s", description: "s", bindable: true, plans: [] }] },
      "services[0].plans",
    ],
    ["a base path that ends with a slash", { basePath: "/a/" }, "basePath: starts with a slash"],
    ["a fault of no known kind", { faults: [{ on: "provision", kind: "expired-token" }] }, "faults[0].kind"],
  ])("with %s is refused at its path", (_, content, path) => {
    expect(() => readBrokerScenario(fileWith(JSON.stringify(content)))).toThrow(path);
  });
});

test("provisor simulate --api broker prints how to reach it, then a line for each request", async () => {
  const lines: string[] = [];
  const running = await simulate({ api: "broker", seed: 3 }, (line) => lines.push(line));
  const answer = await fetch(`${running.url}/v2/catalog`);
  await answer.text();
  await running.stop();
  expect(lines).toEqual([
    `The simulator listens on ${running.url}. Stop it with Ctrl-C. To use it:`,
    `export OSB_URL='${running.url}'`,
    "export OSB_USERNAME='broker'",
    "export OSB_PASSWORD='simulated-password'",
    expect.stringMatching(/Z GET \/v2\/catalog 401$/),
  ]);
});
