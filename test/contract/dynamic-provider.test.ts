import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { childInstanceType, intentType, providerOf } from "../../provider/engines/pulumi-dynamic/tokens";
import { unpacked } from "../../provider/engines/pulumi-dynamic/book-keeping";
import { isUnknown, secret, withoutMarks } from "../../provider/engines/pulumi-dynamic/wire";
import { type RunningSimulator, startSimulator } from "../../sdk/simulator";
import { errorOf, forTenant } from "../support/child-instance";
import { type DynamicHost, startDynamicHost } from "../support/dynamic-host";

/** What we know of the SDK and what it does not promise: a new version of it that breaks this breaks us. */
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

describe("the SDK", () => {
  const rpc = sdk("./runtime/rpc") as Record<string, string>;

  test("marks secrets as we do", () => {
    expect(secret("x")).toEqual({ [rpc["specialSigKey"] ?? ""]: rpc["specialSecretSig"], value: "x" });
  });

  test("writes unknown values as we read them", () => {
    expect(isUnknown(rpc["unknownValue"])).toBe(true);
  });

  test("tells whether a value of the configuration is encrypted", () => {
    const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
    pulumi.runtime.setAllConfig({ "provisor:clientSecret": "x", "provisor:clientId": "y" }, [
      "provisor:clientSecret",
    ]);
    expect([isConfigSecret("provisor:clientSecret"), isConfigSecret("provisor:clientId")]).toEqual([
      true,
      false,
    ]);
  });

  test("has the client of the engine's log", () => {
    const { EngineClient } = sdk("./proto/engine_grpc_pb") as {
      EngineClient: { prototype: { log?: unknown } };
    };
    expect(EngineClient.prototype.log).toBeInstanceOf(Function);
  });
});

describe("the dynamic provider host of the SDK", () => {
  let simulator: RunningSimulator;
  let host: DynamicHost;
  const run = { urn: `urn:pulumi:dev::test::${childInstanceType}::child`, preview: false };
  const ofIntent = { ...run, urn: `urn:pulumi:dev::test::${intentType}::child`, of: run.urn };
  const inputs = forTenant("tenant-a");

  beforeAll(async () => {
    simulator = await startSimulator({ appearAfterMs: 20, provisionMs: 60, tenants: 5 });
    host = await startDynamicHost(
      { ...simulator.env, PROVISOR_POLL_INTERVAL: "10ms", PROVISOR_APPEAR_TIMEOUT: "200ms" },
      { "provisor:deletionPolicy": "abandon" },
    );
  });
  afterAll(async () => {
    await host.stop();
    await simulator.stop();
  });

  /** Check and create of an intent, then those of a ChildInstance with it, as the engine does in an update. */
  async function createChild(tenant: string): Promise<{ id: string; properties: Record<string, unknown> }> {
    const own = forTenant(tenant);
    const intent = await checkAndCreate({
      __provider: providerOf("childInstanceIntent"),
      ...own,
      run: ofIntent,
    });
    const { key, before, looked } = unpacked(intent.properties);
    const known = { key, before, looked };
    return checkAndCreate({ __provider: providerOf("childInstance"), ...own, intent: known, run });
  }

  async function checkAndCreate(news: object): Promise<{ id: string; properties: Record<string, unknown> }> {
    const checked = await host.call("Check", { olds: {}, news });
    expect(checked["failuresList"]).toEqual([]);
    const created = await host.call("Create", { properties: checked["inputs"] });
    return created as { id: string; properties: Record<string, unknown> };
  }

  test("creates with the constant provider string", async () => {
    const { id, properties } = await createChild("tenant-a");
    expect(id).toBe("1000000001/tenant-a/prisma_access");
    expect(properties).toMatchObject({
      __provider: providerOf("childInstance"),
      parentTsgId: "1000000001",
      instances: [{ appId: "prisma_access", status: "running" }],
    });
  });

  test("hands the stack's configuration to the provider", async () => {
    const { inputs: checked } = await host.call("Check", {
      olds: {},
      news: { __provider: providerOf("childInstance"), ...inputs, intent: { key: "k", before: {} }, run },
    });
    expect(checked).toMatchObject({ deletionPolicy: "abandon" });
  });

  test("is told the secrets of instances as secrets, and nowhere else", async () => {
    const { properties } = await createChild("tenant-b");
    const { instanceSecrets, ...rest } = properties;
    expect(instanceSecrets).toEqual(secret(expect.anything()));
    expect(JSON.stringify(rest)).not.toMatch(/CANARY|simulated-secret/);
  });

  test("never gets to save what a run alone knows", async () => {
    const { inputs: checked } = await host.call("Check", {
      olds: {},
      news: { __provider: providerOf("childInstance"), ...inputs, intent: { key: "k", before: {} }, run },
    });
    expect(checked).not.toHaveProperty("run");
  });

  test("is told of wrong inputs without the property's name, so that the engine prints no value", async () => {
    const { failuresList } = await host.call("Check", {
      olds: {},
      news: {
        __provider: providerOf("childInstance"),
        onboard: [{ appId: 5 }],
        intent: { key: "k", before: {} },
        run: { ...run, urn: `${run.urn}-of-others` },
      },
    });
    expect(failuresList).toEqual([{ property: "", reason: "onboard[0].appId: must be of type string" }]);
  });

  test("saves a create that failed half way, with the provider that can go on with it", async () => {
    simulator.simulator.fail({ how: "at-once" });
    const failed = await errorOf(createChild("tenant-c"));
    const { id, properties, reasons } = host.unfinishedIn(failed);
    expect(id).toBe("1000000001/tenant-c/prisma_access");
    expect(unpacked(properties)).toMatchObject({
      __provider: providerOf("childInstance"),
      instances: [{ appId: "prisma_access" }],
      unfinished: { failed: ["prisma_access"] },
    });
    expect(reasons.join()).toMatch(/provisioning of .* failed/);
  });

  test("refreshes, and finds no difference", async () => {
    const { id, properties } = await createChild("tenant-d");
    const read = await host.call("Read", { id, properties });
    expect(read).toMatchObject({ id, properties });
  });

  test("deletes", async () => {
    const { id, properties } = await createChild("tenant-e");
    await expect(host.call("Delete", { id, properties })).resolves.toEqual({});
  });

  test("shows progress on the resource's own row", () => {
    expect(host.said).toContainEqual({
      message: expect.stringMatching(/^tenant tenant-a, prisma_access: /) as string,
      urn: run.urn,
    });
  });

  test("prints no secret", () => {
    expect(`${host.printed()} ${JSON.stringify(host.said)}`).not.toMatch(/CANARY|simulated-secret/);
  });

  test("prints no stack of an error", async () => {
    const olds = {
      __provider: providerOf("childInstance"),
      ...inputs,
      instances: [],
      parentTsgId: "1999999999",
      version: 1,
    };
    await errorOf(host.call("Read", { id: "x", properties: olds }));
    expect(host.printed()).not.toMatch(/^\s+at /m);
  });

  describe("given secret inputs", () => {
    const account = "ACCOUNT-CANARY";
    const own = {
      freeApp: {
        appId: "directory_sync",
        region: "americas",
        supportAccountId: "1",
        supportAccountName: account,
        isEulaAccepted: true,
      },
      secretInputs: [account, "directory_sync"],
    };

    let before: unknown;
    let saved: { id: string; properties: Record<string, unknown> };
    beforeAll(async () => {
      const intent = await checkAndCreate({
        __provider: providerOf("childInstanceIntent"),
        freeApp: own.freeApp,
        secretInputs: own.secretInputs,
        run: ofIntent,
      });
      const { key, before: looked } = unpacked(intent.properties);
      before = looked;
      const known = { key, before: { directory_sync: [] } };
      saved = await checkAndCreate({ __provider: providerOf("childInstance"), ...own, intent: known, run });
    });

    test("has none in plain text in what the intent saw", () => {
      expect(before).toEqual(secret(expect.any(String)));
      expect(withoutMarks(before)).toEqual({ directory_sync: [] });
    });

    test("has none in an id, nor outside of the inputs in plain text, and keeps which they are", () => {
      const { id, properties } = saved;
      expect(id).toMatch(/^1000000001\/1000000001\/[0-9a-f]{16}$/);
      expect(unpacked(properties)).toMatchObject({
        instances: secret([expect.objectContaining({ supportAccountName: account })]),
        secretInputs: secret(own.secretInputs),
      });
    });

    test("wants an update where a value became secret", async () => {
      const { secretInputs, ...olds } = unpacked(saved.properties);
      const { __provider, freeApp, deletionPolicy, changePolicy, missingPolicy } = olds;
      const plain = { __provider, freeApp, deletionPolicy, changePolicy, missingPolicy };
      const changes = async (now: object): Promise<unknown> =>
        (await host.call("Diff", { id: "x", olds, news: now }))["changes"];
      expect([await changes({ ...plain, secretInputs }), await changes(plain)]).toEqual([2, 1]);
    });

    test("says none", async () => {
      const { id, properties } = saved;
      await host.call("Read", { id, properties });
      const failed = await errorOf(
        host.call("Read", { id, properties: { ...properties, parentTsgId: account } }),
      );
      expect(failed.message).toContain("parent TSG [redacted]");
      expect(JSON.stringify(host.said)).not.toMatch(/ACCOUNT-CANARY/);
    });
  });

  /** Runs code in the provider process, as a fault in it would. */
  const inProcess = (code: string): Promise<unknown> =>
    host.call("Check", {
      olds: {},
      news: { __provider: `exports.handler=()=>({check:async()=>{${code};return {}}})` },
    });

  test.each([
    ["an exception", "setTimeout(()=>{throw new Error('dump: '+process.env.SCM_CLIENT_SECRET)})"],
    ["a rejection", "Promise.reject(new Error('dump: '+process.env.SCM_CLIENT_SECRET))"],
    ["a rejection with a text", "Promise.reject({message:'dump: '+process.env.SCM_CLIENT_SECRET})"],
    ["a word on the screen", "console.log('dump: '+process.env.SCM_CLIENT_SECRET)"],
  ])("prints no secret in %s that nobody expected", async (_what, code) => {
    const before = host.printed().length;
    await inProcess(code);
    for (let wait = 0; wait < 500 && !host.printed().slice(before).includes("dump: "); wait++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(host.printed().slice(before)).toMatch(/dump: \[redacted\]/);
    expect(host.printed()).not.toContain("simulated-secret");
  });
});
