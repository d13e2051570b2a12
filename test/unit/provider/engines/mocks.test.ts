import * as pulumi from "@pulumi/pulumi";
import {
  ChildInstance,
  getCatalog,
  getCatalogOutput,
  getInstances,
  getInstancesOutput,
  getLicenses,
  getLicensesOutput,
  getPlan,
  getPlanOutput,
  getService,
  getServiceOutput,
  getTenants,
  getTenantsOutput,
  ServiceBinding,
  ServiceInstance,
  toSecretData,
} from "../../../../provider";
import { natureOf, valueOf } from "../../../support/registrations";

type Values = Record<string, unknown>;

/** What a test's mocks make up: of a resource besides nothing or its inputs, and of a function. */
interface MadeUp {
  newResource?: (args: pulumi.runtime.MockResourceArgs) => Values;
  call?: (args: pulumi.runtime.MockCallArgs) => unknown;
}

const calls: pulumi.runtime.MockCallArgs[] = [];

async function setMocks({ newResource, call }: MadeUp, preview = false): Promise<void> {
  calls.length = 0;
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => ({
        id: `${args.name}-id`,
        state: newResource ? newResource(args) : (args.inputs as Values),
      }),
      call: (args) => {
        calls.push(args);
        return (call ? call(args) : args.inputs) as pulumi.runtime.MockCallResult;
      },
    },
    "project",
    "stack",
    preview,
  );
}

/** One of each resource, and the outputs that a program reads of them. */
function makeAll(): Record<string, pulumi.Output<unknown>> {
  const child = new ChildInstance("acme", {
    onboard: [{ appId: "prisma_access", tsgName: "acme", licenseId: "1", isEulaAccepted: true }],
  });
  const free = new ChildInstance("free", {
    freeApp: {
      appId: "directory_sync",
      region: "americas",
      supportAccountId: 1,
      supportAccountName: "Example",
      isEulaAccepted: true,
    },
  });
  const db = new ServiceInstance("db", { service: "postgres", plan: "small", maintenanceInfo: "latest" });
  const login = new ServiceBinding("login", { instance: db });
  const later = new ServiceBinding("later", { instance: pulumi.output(db) });
  const known = new ServiceBinding("known", {
    instance: { instanceId: "i-1", service: "redis", plan: "small" },
  });
  const { instanceId, tsgId, url, instances, instancesByApp } = child;
  return {
    instanceId,
    tsgId,
    url,
    instances,
    instancesByApp,
    freeId: free.instanceId,
    dbId: db.instanceId,
    serviceId: db.serviceId,
    planId: db.planId,
    maintenanceInfo: db.maintenanceInfo,
    dashboardUrl: db.dashboardUrl,
    bindingId: login.bindingId,
    serviceName: login.serviceName,
    credentials: login.credentials,
    boundTo: login.instance.instanceId,
    secretData: toSecretData(login),
    laterData: toSecretData(later),
    knownData: toSecretData(known, { type: "cache", provider: "example" }),
    // What a program does with what has a type.
    upperCase: pulumi.all([db.instanceId, login.bindingId]).apply((ids) => ids.map((id) => id.toUpperCase())),
  };
}

async function valuesOf(outputs: Record<string, pulumi.Output<unknown>>): Promise<Values> {
  const entries = Object.entries(outputs).map(
    async ([name, output]) => [name, await valueOf(output)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Where mocks make up nothing. */
const nothingMadeUp = {
  instanceId: undefined,
  tsgId: undefined,
  url: undefined,
  instances: [],
  instancesByApp: {},
  freeId: undefined,
  dbId: "db-id",
  serviceId: "postgres",
  planId: "small",
  maintenanceInfo: undefined,
  dashboardUrl: undefined,
  bindingId: "login-id",
  serviceName: "postgres",
  credentials: undefined,
  boundTo: "db-id",
  secretData: { type: "postgres" },
  laterData: { type: "postgres" },
  knownData: { type: "cache", provider: "example" },
  upperCase: ["DB-ID", "LOGIN-ID"],
};

describe("under mocks of a program's own test", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };

  beforeEach(() => {
    unhandled.length = 0;
    process.on("unhandledRejection", note);
  });

  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("all outputs can be read where the mocks answer inputs as outputs", async () => {
    await setMocks({});
    expect(await valuesOf(makeAll())).toEqual(nothingMadeUp);
    expect(calls).toEqual([]);
  });

  it("all outputs can be read where the mocks answer nothing", async () => {
    await setMocks({ newResource: () => ({}) });
    expect(await valuesOf({ ...makeAll(), boundTo: pulumi.output("db-id") })).toEqual(nothingMadeUp);
  });

  it("all outputs are unknown, or known to be nothing, in a preview", async () => {
    await setMocks({ newResource: () => ({}) }, true);
    const { credentials, secretData, dbId } = makeAll();
    expect(await natureOf(credentials)).toEqual({ known: false, secret: true });
    expect(await natureOf(secretData)).toEqual({ known: false, secret: true });
    expect((await natureOf(dbId)).known).toBe(false);
  });

  it("outputs are what the mocks make up", async () => {
    const item = { appId: "prisma_access", instanceId: "i-7", authCode: "s3cret" };
    const made: Record<string, Values> = {
      ChildInstance: { instanceId: "i-7", tsgId: "t-7", url: "https://example.com", instances: [item] },
      ServiceInstance: { instanceId: "i-8", serviceId: "s-8", planId: "p-8" },
      ServiceBinding: { bindingId: "b-9", serviceName: "mysql", credentials: { port: 3306 } },
    };
    await setMocks({
      newResource: ({ type, inputs }) => ({ ...(inputs as Values), ...made[type.split(":").at(-1) ?? ""] }),
    });
    const outputs = makeAll();
    expect(await valuesOf(outputs)).toMatchObject({
      instanceId: "i-7",
      tsgId: "t-7",
      url: "https://example.com",
      instances: [item],
      instancesByApp: { prisma_access: item },
      dbId: "i-8",
      serviceId: "s-8",
      planId: "p-8",
      boundTo: "i-8",
      bindingId: "b-9",
      serviceName: "mysql",
      credentials: { port: 3306 },
      secretData: { port: "3306", type: "mysql" },
    });
    const secrets = await Promise.all(
      Object.values(outputs).map(async (output) => (await natureOf(output)).secret),
    );
    const areSecret = Object.keys(outputs).filter((_, index) => secrets[index]);
    expect(areSecret).toEqual([
      "instances",
      "instancesByApp",
      "credentials",
      "secretData",
      "laterData",
      "knownData",
    ]);
  });

  it("outputs of a ChildInstance follow from instances that the mocks make up", async () => {
    const item = { appId: "prisma_access", instanceId: "i-7", tsgId: "t-7", url: "https://example.com" };
    await setMocks({ newResource: () => ({ instances: [item] }) });
    expect(await valuesOf(makeAll())).toMatchObject({ instanceId: "i-7", tsgId: "t-7", url: item.url });
  });

  const catalog = { services: [{ id: "s-1", name: "postgres", plans: [{ id: "p-1", name: "small" }] }] };
  const list = [{ licenseId: "1" }, { licenseId: "2" }];

  it.each<[string, object, unknown, () => Promise<unknown>, () => pulumi.Output<unknown>]>([
    [
      "getLicenses",
      { licenseId: "1" },
      list,
      () => getLicenses({ licenseId: "1" }),
      () => getLicensesOutput({ licenseId: "1" }),
    ],
    [
      "getTenants",
      { profile: "eu" },
      list,
      () => getTenants({ profile: "eu" }),
      () => getTenantsOutput({ profile: "eu" }),
    ],
    ["getCatalog", {}, catalog, () => getCatalog(), () => getCatalogOutput()],
    [
      "getService",
      { service: "postgres" },
      catalog.services[0],
      () => getService({ service: "postgres" }),
      () => getServiceOutput({ service: pulumi.output("postgres") }),
    ],
    [
      "getPlan",
      { service: "postgres", plan: "small" },
      catalog.services[0]?.plans[0],
      () => getPlan({ service: "postgres", plan: "small" }),
      () => getPlanOutput({ service: "postgres", plan: Promise.resolve("small") }),
    ],
  ])("%s asks the mocks, and gives their answer", async (name, inputs, answer, plain, output) => {
    await setMocks({ call: () => answer });
    expect(await plain()).toEqual(answer);
    expect(await valueOf(output())).toEqual(answer);
    const asked = expect.objectContaining({ token: `provisor:index:${name}`, inputs }) as unknown;
    expect(calls).toEqual([asked, asked]);
  });

  it("getInstances asks the mocks, and what is secret in their answer is", async () => {
    const instance = { appId: "a", instanceId: "i-1", authCode: "s3cret", extra: { key: "s3cret" } };
    await setMocks({ call: () => [instance] });
    const [found] = await getInstances({ appId: "a" });
    expect(found).toMatchObject({ appId: "a", instanceId: "i-1" });
    expect(await natureOf(found?.authCode)).toEqual({ known: true, secret: true });
    expect(await natureOf(found?.extra)).toEqual({ known: true, secret: true });
    const output = getInstancesOutput({ tsgId: "t", withChildren: true });
    expect(await natureOf(output)).toEqual({ known: true, secret: true });
    expect(await valueOf(output)).toEqual([instance]);
    expect(calls.map(({ token, inputs }) => [token, inputs as unknown])).toEqual([
      ["provisor:index:getInstances", { appId: "a" }],
      ["provisor:index:getInstances", { tsgId: "t", withChildren: true }],
    ]);
  });

  it.each<[string, unknown, unknown[]]>([
    ["a list in an object", { licenses: list }, list],
    ["an empty list", [], []],
    ["nothing", {}, []],
    ["the inputs", { licenseId: "1" }, []],
  ])("a function of a list gives one where the mocks answer %s", async (_, answer, expected) => {
    await setMocks({ call: () => answer });
    expect(await getLicenses({ licenseId: "1" })).toEqual(expected);
    expect(await valueOf(getLicensesOutput().apply((licenses) => licenses.length))).toBe(expected.length);
  });

  it("a function that is not given what it needs asks nobody", async () => {
    await setMocks({});
    await expect(getPlan({ service: "postgres" } as never)).rejects.toThrow("getPlan: plan is missing");
    expect(calls).toEqual([]);
  });
});
