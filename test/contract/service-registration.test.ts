import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import {
  ServiceBinding,
  type ServiceBindingArgs,
  ServiceInstance,
  type ServiceInstanceArgs,
  toSecretData,
} from "../../provider";
import {
  providerOf,
  serviceBindingIntentType,
  serviceBindingType,
  serviceInstanceIntentType,
  serviceInstanceType,
} from "../../provider/engines/pulumi-dynamic/tokens";
import { secret } from "../../provider/engines/pulumi-dynamic/wire";
import { markersOf } from "../../provider/schema/markers";
import { serviceBindingOutputs } from "../../provider/resources/service-binding/schema";
import { serviceInstanceOutputs } from "../../provider/resources/service-instance/schema";
import { type Registration, Registrations, aliasesOf, natureOf, valueOf } from "../support/registrations";

const registrations = new Registrations();
const outputs: Record<string, object> = {
  [serviceInstanceIntentType]: { key: "key-i", asked: [] },
  [serviceBindingIntentType]: { key: "key-b", asked: [] },
  [serviceInstanceType]: { instanceId: "key-i", serviceId: "s-id", planId: "p-id" },
  [serviceBindingType]: { bindingId: "key-b", serviceName: "db", credentials: { user: "u", port: 5432 } },
};
const outputsOf = (type: string): object => outputs[type] ?? {};

beforeAll(() => registrations.start(outputsOf));
beforeEach(() => {
  registrations.clear();
});

const plan = { service: "db", plan: "small" };
const reference = { instanceId: "i-1", ...plan };

const registered = async (resource: pulumi.Resource): Promise<void> => {
  await new Promise((resolve) => resource.urn.apply(resolve));
};

async function instanceOf(
  args: Partial<ServiceInstanceArgs> = {},
  options: pulumi.CustomResourceOptions = {},
): Promise<[Registration, Registration]> {
  await registered(new ServiceInstance("one", { ...plan, ...args }, options));
  return registrations.of("one") as [Registration, Registration];
}

async function bindingOf(
  args: Partial<ServiceBindingArgs> = {},
  options: pulumi.CustomResourceOptions = {},
): Promise<[Registration, Registration]> {
  await registered(new ServiceBinding("one", { instance: reference, ...args }, options));
  return registrations.of("one") as [Registration, Registration];
}

describe("type tokens", () => {
  test("never change: they are in every saved state", () => {
    expect([
      serviceInstanceType,
      serviceInstanceIntentType,
      serviceBindingType,
      serviceBindingIntentType,
    ]).toEqual([
      "pulumi-nodejs:dynamic/provisor:ServiceInstance",
      "pulumi-nodejs:dynamic/provisor:ServiceInstanceIntent",
      "pulumi-nodejs:dynamic/provisor:ServiceBinding",
      "pulumi-nodejs:dynamic/provisor:ServiceBindingIntent",
    ]);
  });
});

describe.each([
  ["ServiceInstance", instanceOf, serviceInstanceType, serviceInstanceIntentType, "serviceInstance", "key-i"],
  ["ServiceBinding", bindingOf, serviceBindingType, serviceBindingIntentType, "serviceBinding", "key-b"],
] as const)("a %s", (name, register, type, intentType, handler, key) => {
  test("registers its intent first, and is handed it", async () => {
    const [intent, real] = await register();
    expect([intent.type, real.type]).toEqual([intentType, type]);
    expect(real.inputs["intent"]).toEqual({ key, asked: [] });
  });

  test("is served by constants: nothing of a program is serialised", async () => {
    const all = await register();
    expect(all.map(({ inputs }) => inputs["__provider"])).toEqual([
      providerOf(`${handler}Intent`),
      providerOf(handler),
    ]);
  });

  test("passes the time-outs on that the engine does not", async () => {
    const all = await register({}, { customTimeouts: { create: "5m", delete: "9m" } });
    expect(all.map(({ inputs }) => inputs["timeouts"])).toEqual([
      { create: "5m", delete: "9m" },
      { create: "5m", delete: "9m" },
    ]);
  });

  test("has every output that the resource declares", async () => {
    const [resource, schema] = {
      ServiceInstance: () => [new ServiceInstance("one", plan), serviceInstanceOutputs] as const,
      ServiceBinding: () =>
        [new ServiceBinding("one", { instance: reference }), serviceBindingOutputs] as const,
    }[name]();
    await registered(resource);
    const fields: [string, z.ZodType][] = Object.entries(schema.shape);
    const declared = fields.filter(([, field]) => markersOf(field).internal !== true).map(([field]) => field);
    const has = (field: string): boolean =>
      pulumi.Output.isInstance((resource as unknown as Record<string, unknown>)[field]);
    expect(declared.filter((field) => !has(field))).toEqual([]);
  });

  test("tells its provider stack and project, which no provider knows", async () => {
    const [, real] = await register();
    expect(real.inputs["origin"]).toEqual({ stack: "stack", project: "project" });
  });

  test("carries protection and aliases to its intent", async () => {
    const urn = `urn:pulumi:dev::test::${type}::old-urn`;
    await register({}, { protect: true, aliases: [{ name: "old-name" }, urn] });
    const [intent] = registrations.requestsFor("one");
    expect(intent?.["protect"]).toBe(true);
    expect(aliasesOf(intent)).toContain("old-name");
    expect(aliasesOf(intent)).toContain(`urn:pulumi:dev::test::${intentType}::old-urn`);
  });

  test("has its intent ignore what it ignores itself", async () => {
    await register({}, { ignoreChanges: ["parameters.size", "profile"] });
    const [intent] = registrations.requestsFor("one");
    expect(intent?.["ignorechangesList"]).toEqual(["parameters.size", "profile"]);
  });

  test("gives its intent the same inputs, so that a transform of a stack can change both", async () => {
    const args = { parameters: { size: 3 }, context: { team: "a" }, profile: "eu" };
    const [intent, real] = await register(args);
    expect(intent.inputs).toMatchObject(args);
    const own = ["intent", "origin"];
    const added = Object.keys(real.inputs).filter((input) => !(input in intent.inputs));
    expect(added.sort()).toEqual(own);
  });

  test("hands its own transforms on to its intent, which is the resource to them", async () => {
    const seen: string[] = [];
    const transformation: pulumi.ResourceTransformation = ({ type: of, props, opts }) => {
      seen.push(of);
      return { props: { ...(props as object), profile: "eu" }, opts };
    };
    const all = await register({}, { transformations: [transformation] });
    expect(seen).toEqual([type, type]);
    expect(all.map(({ inputs }) => inputs["profile"])).toEqual(["eu", "eu"]);
  });

  test("names secrets at any depth of its inputs to its provider and that of its intent", async () => {
    const parameters = { users: [{ name: "a", pass: pulumi.secret("hush") }] };
    for (const { inputs } of await register({ parameters })) {
      expect(inputs["parameters"]).toEqual(secret({ users: [{ name: "a", pass: "hush" }] }));
      expect(inputs["secretInputs"]).toEqual(secret(["hush"]));
    }
  });
});

describe("a ServiceBinding", () => {
  test("of a ServiceInstance depends on it, and has its profile", async () => {
    const instance = new ServiceInstance("db", { ...plan, profile: "eu" });
    const [intent, real] = await bindingOf({ instance });
    expect(real.inputs["instance"]).toEqual({ instanceId: "key-i", service: "s-id", plan: "p-id" });
    expect([intent.inputs["profile"], real.inputs["profile"]]).toEqual(["eu", "eu"]);
    const [, request] = registrations.requestsFor("one");
    expect(request?.["dependenciesList"]).toContain(await valueOf(instance.urn));
  });

  test("has a profile of its own where it is given one", async () => {
    const instance = new ServiceInstance("db", { ...plan, profile: "eu" });
    const [, real] = await bindingOf({ instance, profile: "us" });
    expect(real.inputs["profile"]).toBe("us");
  });

  test("takes an output of a ServiceInstance too", async () => {
    const instance = pulumi.output(Promise.resolve(new ServiceInstance("db", plan)));
    const [, real] = await bindingOf({ instance: instance as unknown as pulumi.Output<ServiceInstance> });
    expect(real.inputs["instance"]).toEqual({ instanceId: "key-i", service: "s-id", plan: "p-id" });
  });

  test("has credentials that are a secret, and flat secret data made of them", async () => {
    const binding = new ServiceBinding("one", { instance: reference });
    const data = toSecretData(binding);
    expect(await valueOf(data)).toEqual({ user: "u", port: "5432", type: "db" });
    expect([await natureOf(binding.credentials), await natureOf(data)]).toEqual([
      { known: true, secret: true },
      { known: true, secret: true },
    ]);
  });
});

describe("many at once", () => {
  test("do not keep the first one waiting for the intents of all", async () => {
    const all = Array.from({ length: 20 }, (_, n) => new ServiceInstance(`many-${n}`, plan));
    await Promise.all(all.map(registered));
    const { types } = registrations;
    expect(types.indexOf(serviceInstanceType)).toBeLessThan(types.lastIndexOf(serviceInstanceIntentType));
  });

  test("are registered though each waits for the one that the program makes after it", async () => {
    const resolvers: ((planId: pulumi.Output<string>) => void)[] = [];
    const all = Array.from({ length: 20 }, (_, n) => {
      const later = pulumi.output(new Promise<pulumi.Output<string>>((resolve) => resolvers.push(resolve)));
      return new ServiceInstance(`chained-${n}`, { ...plan, parameters: { later } });
    });
    resolvers.forEach((resolve, n) => {
      resolve(all[n + 1]?.planId ?? pulumi.output("last"));
    });
    await Promise.all(all.map(registered));
    expect(registrations.types.filter((type) => type === serviceInstanceType)).toHaveLength(20);
  });
});

describe("in a preview of a create", () => {
  beforeAll(() => registrations.start(() => ({}), true));
  afterAll(() => registrations.start(outputsOf));

  test("what the broker will give is unknown, and not undefined", async () => {
    const instance = new ServiceInstance("one", plan);
    const binding = new ServiceBinding("two", { instance });
    const computed = [
      ...(["instanceId", "serviceId", "planId", "context", "organizationGuid", "spaceGuid"] as const).map(
        (name) => instance[name],
      ),
      ...(["dashboardUrl", "metadata", "response", "maintenanceInfo", "state", "description"] as const).map(
        (name) => instance[name],
      ),
      ...(["bindingId", "credentials", "metadata", "endpoints", "createdAt"] as const).map(
        (name) => binding[name],
      ),
      toSecretData(binding),
    ];
    for (const output of computed) expect(await natureOf(output)).toMatchObject({ known: false });
  });

  test("credentials, what is made of them, and a response are secrets already", async () => {
    const binding = new ServiceBinding("two", { instance: reference });
    expect((await natureOf(binding.credentials)).secret).toBe(true);
    expect((await natureOf(toSecretData(binding))).secret).toBe(true);
    expect((await natureOf(new ServiceInstance("one", plan).response)).secret).toBe(true);
  });

  test("what the program leaves out, and nobody computes, is known to be nothing", async () => {
    const instance = new ServiceInstance("one", plan);
    const binding = new ServiceBinding("two", { instance });
    for (const output of [instance.parameters, instance.profile, instance.adopt, binding.rotateAfter])
      expect([await natureOf(output), await valueOf(output)]).toEqual([
        { known: true, secret: false },
        undefined,
      ]);
  });
});

test.each([
  ["ServiceInstance", (options: pulumi.CustomResourceOptions) => new ServiceInstance("one", plan, options)],
  [
    "ServiceBinding",
    (options: pulumi.CustomResourceOptions) => new ServiceBinding("one", { instance: reference }, options),
  ],
])("a %s is not imported, and says what takes over what exists", (type, make) => {
  expect(() => make({ import: "some-id" })).toThrow(
    new RegExp(`^${type} one: the option import is not supported.*set the input adopt`, "s"),
  );
  expect(registrations.of("one")).toEqual([]);
});
