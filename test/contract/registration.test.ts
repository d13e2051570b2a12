import * as pulumi from "@pulumi/pulumi";
import { ChildInstance, type ChildInstanceArgs } from "../../provider";
import { childInstanceType, intentType, providerOf } from "../../provider/engines/pulumi-dynamic/tokens";
import { secret } from "../../provider/engines/pulumi-dynamic/wire";
import { forTenant } from "../support/child-instance";
import {
  type Registration,
  type RegistrationRequest,
  Registrations,
  aliasesOf,
} from "../support/registrations";

const registrations = new Registrations();

beforeAll(() => registrations.start((type) => (type === intentType ? { key: "k", before: {} } : {})));
beforeEach(() => {
  registrations.clear();
});

/** What registering a ChildInstance asks for, in its order. */
async function register(
  args: ChildInstanceArgs,
  options: pulumi.CustomResourceOptions = {},
): Promise<Registration[]> {
  const child = new ChildInstance("child", args, options);
  await new Promise((resolve) => child.urn.apply(resolve));
  return registrations.of("child");
}

/** The same with what its options come to. */
async function optionsOf(options: pulumi.CustomResourceOptions): Promise<RegistrationRequest[]> {
  await register(forTenant("tenant-a"), options);
  return registrations.requestsFor("child");
}

describe("a ChildInstance", () => {
  test("registers its intent first", async () => {
    const all = await register(forTenant("tenant-a"));
    expect(all.map(({ type }) => type)).toEqual([intentType, childInstanceType]);
  });

  test("is not imported, and says what takes over what exists", async () => {
    await expect(register(forTenant("tenant-a"), { import: "some-id" })).rejects.toThrow(
      /^ChildInstance child: the option import is not supported.*set the input adopt/s,
    );
  });

  test("has type tokens that never change: they are in every saved state", () => {
    expect([childInstanceType, intentType]).toEqual([
      "pulumi-nodejs:dynamic/provisor:ChildInstance",
      "pulumi-nodejs:dynamic/provisor:Intent",
    ]);
  });

  test("is served by a constant: nothing of a program is serialised", async () => {
    const notSerialised = { canary: "CLOSURE-CANARY" };
    const tsgName = pulumi.output("tenant-a").apply((name) => (notSerialised.canary === "" ? "" : name));
    const all = await register({ onboard: [{ appId: "prisma_access", tsgName }] });
    expect(all.map(({ inputs }) => inputs["__provider"])).toEqual([
      providerOf("childInstanceIntent"),
      providerOf("childInstance"),
    ]);
    expect(JSON.stringify(all)).not.toContain("CLOSURE-CANARY");
  });

  test("is handed its intent", async () => {
    const [, child] = await register(forTenant("tenant-a"));
    expect(child?.inputs["intent"]).toEqual({ key: "k", before: {} });
  });

  test("tells each of both which of its options may have the engine replace it", async () => {
    const other = new pulumi.ComponentResource("test:index:Group", "other");
    const all = await register(forTenant("tenant-a"), { deletedWith: other, replaceWith: [other] });
    expect(all.map(({ inputs }) => (inputs["run"] as { replacers: string[] }).replacers)).toEqual([
      ["deletedWith"],
      ["replaceWith", "deletedWith"],
    ]);
  });

  test("passes the time-outs on that the engine does not", async () => {
    const [, child] = await register(forTenant("tenant-a"), { customTimeouts: { create: "5m" } });
    expect(child?.inputs["timeouts"]).toEqual({ create: "5m" });
  });

  test("has no time-outs among its inputs where none are set", async () => {
    const [, child] = await register(forTenant("tenant-a"));
    expect(child?.inputs).not.toHaveProperty("timeouts");
  });

  test("carries parent, protection and retention to its intent", async () => {
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    const all = await optionsOf({ parent, protect: true, retainOnDelete: true });
    const parentUrn = await new Promise<string>((resolve) => parent.urn.apply(resolve));
    expect(all.map((request) => [request["parent"], request["protect"], request["retainondelete"]])).toEqual([
      [parentUrn, true, true],
      [parentUrn, true, true],
    ]);
  });

  test("carries aliases to its intent, by name and by URN", async () => {
    const urn = `urn:pulumi:dev::test::${childInstanceType}::old-urn`;
    const [intent] = await optionsOf({ aliases: [{ name: "old-name" }, urn] });
    expect(aliasesOf(intent)).toContain("old-name");
    expect(aliasesOf(intent)).toContain(`urn:pulumi:dev::test::${intentType}::old-urn`);
  });

  test("of another type by an alias leaves its intent's type alone", async () => {
    const [intent, child] = await optionsOf({ aliases: [{ type: "provisor:index:ChildInstance" }] });
    expect(aliasesOf(child)).toContain("provisor:index:ChildInstance");
    expect(aliasesOf(intent)).not.toContain("provisor:index:ChildInstance");
  });
});

describe("secrets among the inputs", () => {
  const item = { appId: "prisma_access", tsgName: "tenant-a", platformRegion: "americas" };
  const saidToBeSecret = async (args: ChildInstanceArgs): Promise<unknown[]> =>
    (await register(args)).map(({ inputs }) => inputs["secretInputs"]);

  test("are named to the provider, as secrets themselves: to the intent's and to its own", async () => {
    const tsgName = pulumi.secret("tenant-a");
    expect(await saidToBeSecret({ onboard: [{ ...item, tsgName }] })).toEqual([
      secret(["tenant-a"]),
      secret(["tenant-a"]),
    ]);
  });

  test("are told by the names of their inputs too: `true` cannot be looked for", async () => {
    const names = async (args: Partial<ChildInstanceArgs>): Promise<unknown> =>
      (await register({ onboard: [item], ...args } as ChildInstanceArgs)).at(-1)?.inputs["secretNames"];
    expect([
      await names({ onboard: [{ ...item, isEulaAccepted: pulumi.secret(true) }] }),
      await names({ onboard: pulumi.secret([item]), adopt: pulumi.secret(["inst-1"]) }),
      await names({ adopt: pulumi.secret(undefined), profile: pulumi.output("eu") }),
    ]).toEqual([["onboard"], ["adopt", "onboard"], undefined]);
  });

  test("are not among the inputs where there are none", async () => {
    const [intent, child] = await register({ onboard: [{ ...item, tsgName: pulumi.output("tenant-a") }] });
    expect([intent?.inputs, child?.inputs].map((inputs) => "secretInputs" in (inputs ?? {}))).toEqual([
      false,
      false,
    ]);
  });

  test("are all that a secret holds, without the words that the vendor publishes", async () => {
    const onboard = pulumi.secret([{ ...item, licenseId: 123456 }]);
    expect((await saidToBeSecret({ onboard }))[1]).toEqual(secret(["123456", "tenant-a"]));
  });

  test("are such a word too where it is the secret itself", async () => {
    const platformRegion = pulumi.secret("americas");
    expect((await saidToBeSecret({ onboard: [{ ...item, platformRegion }] }))[1]).toEqual(
      secret(["americas"]),
    );
  });

  test("are not what the resource is named after, which every state shows", async () => {
    const onboard = [{ ...item, tsgName: pulumi.secret("child") }];
    expect((await saidToBeSecret({ onboard }))[1]).toBeUndefined();
  });

  test("are those of the promise, the output and the list that hold them", async () => {
    const adopt = pulumi.output(Promise.resolve(["inst-1", pulumi.secret("inst-2")]));
    const args = { ...forTenant("tenant-a"), profile: Promise.resolve("eu"), adopt } as ChildInstanceArgs;
    expect((await saidToBeSecret(args))[1]).toEqual(secret(["inst-1", "inst-2"]));
  });
});

describe("a program's own test, whose mocks make up no outputs,", () => {
  test("finds no instances", async () => {
    const { instances, instanceId } = new ChildInstance("child", forTenant("tenant-a"));
    const found = await new Promise((resolve) => pulumi.all([instances, instanceId]).apply(resolve));
    expect(found).toEqual([[], undefined]);
  });
});

describe("a credential in plain text in the stack's configuration", () => {
  const privateKey = "-----BEGIN PRIVATE KEY-----\n";
  afterEach(() => {
    pulumi.runtime.setAllConfig({}, []);
  });

  test.each([
    ["of the stack", { "provisor:clientSecret": "hush-hush" }],
    ["of a profile", { "provisor:profiles": JSON.stringify({ eu: { clientSecret: "hush-hush" } }) }],
    ["in a header", { "provisor:headers": JSON.stringify({ "X-Api-Key": "hush-hush" }) }],
    [
      "in a header of a profile",
      { "provisor:profiles": JSON.stringify({ eu: { headers: { Cookie: "hush-hush" } } }) },
    ],
    ["as a broker's password", { "provisor:brokerPassword": "hush-hush" }],
    ["as the secret of a broker's client", { "provisor:brokerClientSecret": "hush-hush" }],
    ["as a broker's token", { "provisor:brokerToken": "hush-hush" }],
    ["as a key's passphrase", { "provisor:brokerClientKeyPassphrase": "hush-hush" }],
    ["as a private key", { "provisor:brokerClientKey": `${privateKey}hush-hush` }],
    [
      "as a private key beside its certificate",
      { "provisor:brokerClientCert": `cert\n${privateKey}hush-hush` },
    ],
    [
      "as a broker's token in a profile",
      { "provisor:profiles": JSON.stringify({ eu: { brokerToken: "hush-hush" } }) },
    ],
    [
      "as a private key in a profile",
      { "provisor:profiles": JSON.stringify({ eu: { brokerClientKey: `${privateKey}hush-hush` } }) },
    ],
    ["in a header for a broker", { "provisor:brokerHeaders": JSON.stringify({ "X-Api-Key": "hush-hush" }) }],
    [
      "in a header for a broker of a profile",
      { "provisor:profiles": JSON.stringify({ eu: { brokerHeaders: { Cookie: "hush-hush" } } }) },
    ],
  ])("%s is refused, and not shown", (_, config) => {
    pulumi.runtime.setAllConfig(config, []);
    const attempt = (): ChildInstance => new ChildInstance("child", forTenant("tenant-a"));
    expect(attempt).toThrow(/in plain text.*refused/);
    expect(attempt).not.toThrow(/hush-hush/);
  });

  test("is not a header that lets nobody in", () => {
    pulumi.runtime.setAllConfig({ "provisor:headers": '{"X-Request-Source":"ci"}' }, []);
    expect(() => new ChildInstance("child", forTenant("tenant-a"))).not.toThrow();
  });

  test("is not the path of a private key", () => {
    pulumi.runtime.setAllConfig({ "provisor:brokerClientKey": "/etc/tls/private_key.pem" }, []);
    expect(() => new ChildInstance("child", forTenant("tenant-a"))).not.toThrow();
  });

  test("is accepted once it is encrypted", () => {
    pulumi.runtime.setAllConfig({ "provisor:clientSecret": "hush-hush" }, ["provisor:clientSecret"]);
    expect(() => new ChildInstance("child", forTenant("tenant-a"))).not.toThrow();
  });
});
