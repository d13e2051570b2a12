import {
  providerOf,
  serviceBindingType,
  serviceInstanceType,
} from "../../provider/engines/pulumi-dynamic/tokens";
import { unpacked } from "../../provider/engines/pulumi-dynamic/book-keeping";
import { isMarked, secret, withoutMarks } from "../../provider/engines/pulumi-dynamic/wire";
import { type RunningBrokerSimulator, startBrokerSimulator } from "../../sdk/simulator";
import { type DynamicHost, startDynamicHost } from "../support/dynamic-host";

type Json = Record<string, unknown>;
interface Saved {
  id: string;
  inputs: Json;
  properties: Json;
}

/** The resources of a broker, as the dynamic provider host of the installed SDK serves them to an engine. */
describe("the dynamic provider host of the SDK", () => {
  let broker: RunningBrokerSimulator;
  let host: DynamicHost;
  const startRun = async (flags?: string[]): Promise<void> => {
    host = await startDynamicHost({ ...broker.env, OSB_POLL_INTERVAL: "10ms" }, {}, flags);
  };
  /** Another run of the engine: it has a provider process of its own, and what a run made it never deletes itself. */
  const nextRun = async (flags?: string[]): Promise<void> => {
    await host.stop();
    await startRun(flags);
  };
  beforeAll(async () => {
    broker = await startBrokerSimulator({ operationMs: 50 });
    await startRun();
  });
  afterAll(async () => {
    await host.stop();
    await broker.stop();
  });

  const runOf = (type: string, name: string): Json => ({
    urn: `urn:pulumi:dev::test::${type}::${name}`,
    preview: false,
  });
  const origin = { stack: "dev", project: "test" };

  async function checked(olds: Json, news: Json): Promise<Json> {
    const { inputs, failuresList } = await host.call("Check", { olds, news });
    expect(failuresList).toEqual([]);
    return inputs as Json;
  }

  async function checkAndCreate(news: Json): Promise<Saved> {
    const inputs = await checked({}, news);
    const { id, properties } = await host.call("Create", { properties: inputs });
    return { id: String(id), inputs, properties: properties as Json };
  }

  /** Its intent, then the resource with it, as the engine does. */
  async function make(kind: "serviceInstance" | "serviceBinding", args: Json): Promise<Saved> {
    const type = kind === "serviceInstance" ? serviceInstanceType : serviceBindingType;
    const intent = await checkAndCreate({
      __provider: providerOf(`${kind}Intent`),
      ...args,
      run: runOf(`${type}Intent`, "one"),
    });
    const { key, asked, turn } = unpacked(intent.properties);
    return checkAndCreate({
      __provider: providerOf(kind),
      ...args,
      intent: { key, asked, turn },
      origin,
      run: runOf(type, "one"),
    });
  }

  const plan = { service: "postgres", plan: "small" };

  /** Its intent, once it has noted what the resource is asked for now. */
  function asking(inputs: Json, wanted: Json): Json {
    const { asked, ...value } = withoutMarks(unpacked(inputs)["intent"]) as { asked: Json[] };
    return { ...value, asked: [...asked, { ...asked.at(-1), ...wanted }] };
  }

  const makeInstance = (args: Json = {}): Promise<Saved> => make("serviceInstance", { ...plan, ...args });
  const makeBinding = (instanceId: unknown, args: Json = {}): Promise<Saved> => {
    const instance = { instanceId, ...plan };
    return make("serviceBinding", { instance, ...args });
  };

  describe("with a ServiceInstance", () => {
    test("creates it under the key of its intent, with the constant provider string", async () => {
      const { id, inputs, properties } = await makeInstance();
      expect(id).toBe((unpacked(inputs)["intent"] as Json)["key"]);
      expect(properties).toMatchObject({
        __provider: providerOf("serviceInstance"),
        instanceId: id,
        ...broker.simulator.plan("postgres", "small"),
        state: "succeeded",
      });
    });

    test("makes nothing anew where the program could not read what is saved of it", async () => {
      const { inputs } = await makeInstance();
      const sent = broker.simulator.ledger.of("request", "provision").length;
      await nextRun();
      const news = await checked(
        {},
        {
          ...unpacked(inputs),
          run: { ...runOf(serviceInstanceType, "one"), isUntold: true },
        },
      );
      await expect(host.call("Create", { properties: news })).rejects.toThrow(
        /could not be read.*Nothing was sent/s,
      );
      expect(broker.simulator.ledger.of("request", "provision")).toHaveLength(sent);
    });

    test("never gets to save what a run alone knows", async () => {
      const { inputs, properties } = await makeInstance();
      expect(inputs).not.toHaveProperty("run");
      expect(properties).not.toHaveProperty("run");
    });

    test("refreshes it, and finds no difference", async () => {
      const { id, properties } = await makeInstance({ parameters: { storageGb: 7 } });
      expect(await host.call("Read", { id, properties })).toMatchObject({ id, properties });
    });

    test("updates it in place", async () => {
      const { id, inputs, properties } = await makeInstance();
      const news = await checked(inputs, {
        ...unpacked(inputs),
        plan: "large",
        intent: asking(inputs, { plan: "large" }),
        run: { ...runOf(serviceInstanceType, "one"), own: properties },
      });
      const diff = await host.call("Diff", { id, olds: properties, news });
      expect([diff["changes"], diff["replacesList"]]).toEqual([2, []]);
      const updated = await host.call("Update", { id, olds: properties, news });
      expect(updated["properties"]).toMatchObject({ instanceId: id, plan: "large" });
    });

    test("deletes it", async () => {
      const { id, properties } = await makeInstance();
      await nextRun();
      await expect(host.call("Delete", { id, properties })).resolves.toEqual({});
      expect(broker.simulator.instances.map((instance) => instance.id)).not.toContain(id);
    });

    test("is told secret parameters by the program, and marks what repeats them", async () => {
      const parameters = { password: "PARAMETER-CANARY" };
      const secretInputs = secret(["PARAMETER-CANARY"]);
      const { id, properties } = await makeInstance({ parameters, secretInputs });
      const { parameters: own, secretInputs: kept, ...rest } = unpacked(properties);
      expect([own, kept]).toEqual([parameters, secretInputs]); // The engine marks what is an input.
      expect(JSON.stringify(rest)).not.toContain("PARAMETER-CANARY");
      expect(JSON.stringify(await host.call("Read", { id, properties }))).toBeDefined();
    });
  });

  describe("with a ServiceBinding", () => {
    let instance: Saved;
    beforeAll(async () => {
      instance = await makeInstance();
    });

    test("is told its credentials as a secret, and nowhere else", async () => {
      const { properties } = await makeBinding(instance.id);
      const { credentials, ...rest } = properties;
      expect(credentials).toEqual(
        secret(expect.objectContaining({ password: expect.stringMatching(/^CREDENTIAL-CANARY-/) as string })),
      );
      expect(JSON.stringify(rest)).not.toContain("CREDENTIAL-CANARY");
    });

    test("refreshes it, credentials still a secret, and finds no difference", async () => {
      const { id, properties } = await makeBinding(instance.id);
      expect(await host.call("Read", { id, properties })).toMatchObject({ id, properties });
    });

    test("replaces it for a rotation: another id, and the old one is unbound by its own delete", async () => {
      const old = await makeBinding(instance.id, { rotationTrigger: 1 });
      await nextRun();
      const run = { ...runOf(serviceBindingType, "one"), own: { bindingId: old.id } };
      const news = await checked(old.inputs, { ...unpacked(old.inputs), rotationTrigger: 2, run });
      const diff = await host.call("Diff", { id: old.id, olds: old.properties, news });
      expect(diff["replacesList"]).toEqual(["rotationTrigger"]);
      const successor = await host.call("Create", { properties: news });
      expect(successor["id"]).not.toBe(old.id);
      await host.call("Delete", { id: old.id, properties: old.properties });
      const ids = broker.simulator.bindings.map(({ id }) => id);
      expect([ids.includes(old.id), ids.includes(String(successor["id"]))]).toEqual([false, true]);
    });

    test("deletes it", async () => {
      const { id, properties } = await makeBinding(instance.id);
      await nextRun();
      await expect(host.call("Delete", { id, properties })).resolves.toEqual({});
      expect(broker.simulator.bindings.map((binding) => binding.id)).not.toContain(id);
    });
  });

  describe("with secrets that the program has taken back", () => {
    const CANARY = "TAKEN-BACK-CANARY";
    const secretInputs = secret([CANARY]);
    const isSecret = (value: unknown): boolean =>
      typeof value === "object" && value !== null && isMarked(value);
    /** Names of the properties that a state would show it in. */
    const shown = (properties: Json): string[] =>
      Object.entries(properties)
        .filter(([, value]) =>
          JSON.stringify(value, (_key, part: unknown) => (isSecret(part) ? undefined : part))?.includes(
            CANARY,
          ),
        )
        .map(([name]) => name);

    /** What an up saves whose program has these arguments now. */
    async function updated(
      kind: "serviceInstance" | "serviceBinding",
      { id, inputs, properties }: Saved,
      args: Json,
    ): Promise<Json> {
      const type = kind === "serviceInstance" ? serviceInstanceType : serviceBindingType;
      const run = { ...runOf(type, "one"), own: properties };
      const { intent } = unpacked(inputs);
      const news = await checked(inputs, { __provider: providerOf(kind), ...args, intent, origin, run });
      const result = await host
        .call("Update", { id, olds: properties, news })
        .catch((error: unknown) => host.unfinishedIn(error));
      return result.properties as Json;
    }

    test("keeps what it has frozen as secrets", async () => {
      const context = { platform: "test", nested: [{ token: CANARY }] };
      const saved = await makeInstance({ context, organizationGuid: CANARY, secretInputs });
      const state = await updated("serviceInstance", saved, { ...plan, parameters: { storageGb: 9 } });
      expect(shown(state)).toEqual([]);
      expect(withoutMarks(state)).toMatchObject({ context, parameters: { storageGb: 9 } });
    });

    test.each([
      ["fails", "fails-after", {}],
      ["times out", "never-finishes", { timeouts: { update: "1s" } }],
    ] as const)("keeps the earlier parameters as secrets where an update %s", async (_how, kind, more) => {
      const saved = await makeInstance({ parameters: { extensions: [CANARY] }, secretInputs });
      broker.simulator.fail({ on: "update", kind });
      const state = await updated("serviceInstance", saved, {
        ...plan,
        ...more,
        parameters: { extensions: [] },
      });
      expect(shown(state)).toEqual([]);
      expect(state["state"]).not.toBe("succeeded");
    });

    test("keeps as secrets what nobody could look for", async () => {
      const parameters = { storageGb: 7 };
      const saved = await makeInstance({ parameters, secretNames: ["parameters"] });
      broker.simulator.fail({ on: "update", kind: "fails-after" });
      const state = await updated("serviceInstance", saved, { ...plan, parameters: { storageGb: 9 } });
      expect([state["parameters"], unpacked(state)["secretNames"]]).toEqual([
        secret(expect.any(String)),
        ["parameters"],
      ]);
      expect(withoutMarks(state["parameters"])).toEqual(parameters);
    });

    test.each([
      ["an input is a secret that was none", {}, { secretNames: ["parameters"] }, 2],
      ["another input is", { secretNames: ["context"] }, { secretNames: ["context", "parameters"] }, 2],
      ["the same is", { secretNames: ["parameters"] }, { secretNames: ["parameters"] }, 1],
      [
        "the state is of a version that saved no names",
        { secretInputs: secret([CANARY]) },
        { secretInputs: secret([CANARY]), secretNames: ["parameters"] },
        1,
      ],
    ])(
      "wants an update only where something is to be hidden that was not: %s",
      async (_, then, now, changes) => {
        const { id, inputs, properties } = await makeInstance();
        const run = { ...runOf(serviceInstanceType, "one"), own: properties };
        const news = await checked(inputs, { ...inputs, ...now, run });
        const diff = await host.call("Diff", { id, olds: { ...properties, ...then }, news });
        expect(diff["changes"]).toBe(changes);
      },
    );

    test("keeps the context of a binding as a secret", async () => {
      const instance = { instanceId: (await makeInstance()).id, ...plan };
      const saved = await makeBinding(instance.instanceId, { context: { token: CANARY }, secretInputs });
      const state = await updated("serviceBinding", saved, { instance, rotateAfter: "30d" });
      expect(shown(state)).toEqual([]);
      expect(state).toMatchObject({ rotateAfter: "30d" });
    });
  });

  test("saves a create that failed, with the provider that can go on with it", async () => {
    broker.simulator.fail({ on: "provision", kind: "fails-after" });
    const failed = await makeInstance().catch((error: unknown) => error);
    const { properties, reasons } = host.unfinishedIn(failed);
    expect(properties).toMatchObject({ __provider: providerOf("serviceInstance"), state: "failed" });
    expect(reasons.join()).toMatch(/postgres/);
  });

  test("is told of wrong parameters without the property's name, so that the engine prints no value", async () => {
    const { failuresList } = await host.call("Check", {
      olds: {},
      news: {
        __provider: providerOf("serviceInstance"),
        ...plan,
        parameters: { storageGb: "CANARY" },
        intent: { key: "k" },
        origin,
        run: { ...runOf(serviceInstanceType, "one"), preview: true },
      },
    });
    expect(failuresList).toEqual([
      { property: "", reason: expect.stringMatching(/^parameters\.storageGb: /) as string },
    ]);
    expect(JSON.stringify(failuresList)).not.toContain("CANARY");
  });

  test("serves an engine that hands its flags down to it", async () => {
    await nextRun(["--logtostderr", "-v=9", "--tracing", "file:trace"]);
    expect(await makeInstance()).toMatchObject({ properties: { state: "succeeded" } });
  });

  test("prints no credential", () => {
    expect(`${host.printed()} ${JSON.stringify(host.said)}`).not.toMatch(/CANARY|simulated-password/);
  });
});
