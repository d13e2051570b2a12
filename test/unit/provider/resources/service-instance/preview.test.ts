import { serviceInstance } from "../../../../support/one-process";
import type {
  ServiceInstanceInputs,
  ServiceInstanceState,
} from "../../../../../provider/resources/service-instance/schema";
import { UNKNOWN } from "../../../../support/host";
import { BrokerStack, type Inputs, database, narrowUpdates } from "../../../../support/service-instance";

describe("a preview of a ServiceInstance", () => {
  let stack: BrokerStack;
  beforeEach(async () => {
    stack = await BrokerStack.start();
  });
  afterEach(() => stack.stop());

  it("finds nothing wrong with what is right, and sends nothing but a look at the catalog", async () => {
    expect(await stack.preview(database)).toEqual([]);
    expect(stack.simulator.ledger.of("request").map(({ request }) => request)).toEqual(["catalog"]);
  });

  it("refuses what is not sent where the broker is told of no platform", async () => {
    const env = { OSB_SENDS_PLATFORM: "false" };
    expect(await stack.preview(database, env)).toEqual([]);
    const given = { context: { team: "a" }, organizationGuid: "org", spaceGuid: "space" };
    const said = await stack.preview({ ...database, ...given }, env);
    expect(said.map((one) => one.replace(/:.*/, ""))).toEqual(Object.keys(given));
    expect(said[0]).toMatch(
      /is not sent to this broker.*brokerSendsPlatform \(OSB_SENDS_PLATFORM\) is false/,
    );
  });

  it("says what to name with --target where its intent was left out", async () => {
    const { problems } = await serviceInstance.check(stack.host({ preview: true }), undefined, {
      ...database,
      intent: {},
    });
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^its Intent is not in the state\. With --target, name both/),
    ]);
  });

  it("says which broker is addressed, and who said so", async () => {
    const { host } = await stack.up(database, { preview: true });
    expect(host.recorded.infos).toEqual([
      `Broker ${stack.running.url}; its settings come from the environment (OSB_…).`,
    ]);
  });

  it.each<[string, Inputs, RegExp]>([
    [
      "an unknown service",
      { service: "postgers" },
      /^service: .*has no service postgers; there are: postgres, cache/,
    ],
    [
      "an unknown plan",
      { plan: "tiny" },
      /^plan: service postgres has no plan tiny; there are: small, large, fixed/,
    ],
    [
      "a wrong parameter",
      { parameters: { storageGb: 0 } },
      /^parameters\.storageGb: must be >= 1 \(by the schema of plan small\)\. .*parametersCheck: "warn"$/,
    ],
    [
      "a parameter deep inside",
      { parameters: { backup: { retentionDays: "x" } } },
      /^parameters\.backup\.retentionDays: must be integer \(/,
    ],
    [
      "an unknown parameter",
      { parameters: { storageGB: 1 } },
      /^parameters\.storageGB: is no parameter of this plan.*did you mean storageGb/,
    ],
    [
      "a maintenance version that the catalog does not have",
      { maintenanceInfo: "0.9.0" },
      /^maintenanceInfo: the catalog has version 1\.0\.0/,
    ],
    [
      "a plan without maintenance versions",
      { service: "cache", plan: "basic", parameters: {}, maintenanceInfo: "latest" },
      /^maintenanceInfo: the catalog has no maintenance version/,
    ],
    ["an adoption of nothing", { adopt: true }, /^adopt: true needs instanceId/],
    ["an adoption of two", { adopt: "a", instanceId: "b" }, /^instanceId: is not the id that adopt names/],
    [
      "a misspelled input",
      { parametres: {} } as Inputs,
      /unknown property parametres \(did you mean parameters\?\)/,
    ],
    ["a service that is missing", { service: undefined } as unknown as Inputs, /^service: is required$/],
    [
      "a wrong policy",
      { changePolicy: "record" } as unknown as Inputs,
      /^changePolicy: must be one of forbid, replace$/,
    ],
  ])("names %s", async (_what, change, words) => {
    const problems = await stack.preview({ ...database, ...change });
    expect(problems).toEqual([expect.stringMatching(words)]);
  });

  it("names all that is wrong at once", async () => {
    const wrong = { parameters: { storageGb: 0 }, changePolicy: "never", parametres: 1 } as unknown as Inputs;
    expect(await stack.preview({ ...database, ...wrong })).toEqual([
      expect.stringMatching(/^changePolicy: must be one of/),
      expect.stringMatching(/unknown property parametres/),
      expect.stringMatching(/^parameters\.storageGb: must be >= 1/),
    ]);
    expect(await stack.preview({ ...database, ...wrong, service: "postgers", adopt: true })).toEqual([
      expect.stringMatching(/^changePolicy: /),
      expect.stringMatching(/unknown property parametres/),
      expect.stringMatching(/^adopt: true needs instanceId/),
      expect.stringMatching(/^service: .*has no service postgers/),
    ]);
    // Another profile is another broker, of which nothing can be said.
    expect(await stack.preview({ ...database, service: "postgers", profile: "" })).toEqual([
      "profile: must not be empty",
    ]);
  });

  it("names the option by which a replacement may have been asked for that the policy forbids", async () => {
    await stack.up({ ...database, deletionPolicy: "prevent" });
    const saved = { own: stack.saved.real?.state as unknown as Record<string, unknown> };
    const host = stack.host({ preview: true, replacers: ["replacementTrigger"], saved });
    const inputs = stack.saved.real?.inputs;
    const { problems } = await serviceInstance.check(host, undefined, inputs);
    expect(problems.map(({ message }) => message).join()).toMatch(
      /asked for by a change, the option replacementTrigger, --replace, or a tainted state$/,
    );
  });

  it("does not judge what is not known yet", async () => {
    const unknown = UNKNOWN as unknown as Record<string, unknown>;
    expect(await stack.preview({ ...database, parameters: { storageGb: UNKNOWN, version: "17" } })).toEqual(
      [],
    );
    expect(await stack.preview({ ...database, parameters: unknown })).toEqual([]);
    expect(await stack.preview({ ...database, service: UNKNOWN })).toEqual([]);
    expect(await stack.preview({ ...database, context: unknown, instanceId: UNKNOWN })).toEqual([]);
  });

  it("plans an update where something inside of the parameters is not known yet", async () => {
    await stack.up(database);
    const { real } = stack.saved;
    const inputs = { ...real?.inputs, parameters: { storageGb: UNKNOWN } } as ServiceInstanceInputs;
    const change = serviceInstance.diff(
      stack.host({ preview: true }),
      real?.state as ServiceInstanceState,
      inputs,
    );
    expect(change).toEqual({ changes: true, replaces: [] });
  });

  it("judges changed parameters by the schema for updates, and unchanged ones not again", async () => {
    await stack.up(database);
    const services = stack.simulator.services;
    for (const { plans } of services)
      for (const { schemas } of plans)
        if (schemas?.service_instance?.update)
          schemas.service_instance.update.parameters = {
            $schema: "http://json-schema.org/draft-07/schema#",
            properties: { storageGb: { maximum: 10 } },
          };
    stack.simulator.setCatalog(services);
    expect(await stack.preview(database)).toEqual([]);
    expect(await stack.preview({ ...database, parameters: { storageGb: 30 } })).toEqual([
      expect.stringMatching(/^parameters\.storageGb: must be <= 10 \(by the schema of plan small\)/),
    ]);
  });

  it("names all that is wrong where an update can say neither the whole nor the change", async () => {
    await stack.up(database);
    narrowUpdates(stack, { version: { enum: ["16"] } });
    expect(await stack.preview({ ...database, parameters: { storageGb: 20, version: "17" } })).toEqual([
      "parameters.storageGb: is no parameter of this plan; there are: version (by the schema of plan small)",
      expect.stringMatching(
        /^parameters\.version: must be one of "16" \(by the schema of plan small\)\. Nothing was sent/,
      ),
    ]);
  });

  it("keeps an older maintenance version that the instance has", async () => {
    const pinned = { ...database, maintenanceInfo: "1.0.0" };
    await stack.up(pinned);
    stack.simulator.setMaintenanceVersion("postgres", "small", "1.1.0");
    expect(await stack.preview(pinned)).toEqual([]);
    expect(await stack.changes(pinned)).toEqual({ changes: false, replaces: [] });
  });

  it("says which credentials are not used, where the broker's URL comes from elsewhere", async () => {
    const { OSB_URL = "" } = stack.running.env;
    const host = stack.host({ preview: true });
    const settings = {
      ...host.settings,
      config: (name: string) => (name === "brokerUrl" ? OSB_URL : undefined),
    };
    await serviceInstance.check({ ...host, settings }, undefined, { ...database, intent: { key: "k" } });
    expect(host.recorded.warnings).toEqual([
      expect.stringMatching(/^OSB_USERNAME and OSB_PASSWORD are set, and not used/),
    ]);
  });

  it("says that a plan cannot be left, before anything is sent", async () => {
    await stack.up({ ...database, plan: "fixed" });
    expect(await stack.preview({ ...database, plan: "small" })).toEqual([
      expect.stringMatching(
        /^plan: cannot be changed in place, from fixed to small: the catalog does not allow it.*Write plan: "fixed"/,
      ),
    ]);
    expect(stack.sent("update")).toHaveLength(0);
  });

  it("says that credentials are refused", async () => {
    expect(await stack.preview(database, { OSB_PASSWORD: "wrong" })).toEqual([
      expect.stringMatching(/catalog cannot be had.*401/),
    ]);
  });

  it("says that the broker cannot be reached, for what it has not seen", async () => {
    expect(await stack.preview(database, { OSB_URL: "http://127.0.0.1:1" })).toEqual([
      expect.stringMatching(
        /catalog cannot be had, so that service and plan cannot be looked up.*Nothing was sent/,
      ),
    ]);
  });

  it("goes by what the catalog said before where it cannot be had, with a warning", async () => {
    await stack.up(database);
    stack.simulator.fault({ on: "catalog", kind: { status: 500 }, times: 100 });
    const { what, host } = await stack.up(database);
    expect(what).toBe("same");
    expect(host.recorded.warnings.join()).toMatch(/what it said before is taken for granted/);
  });

  it("names every setting of a broker where none is set", async () => {
    const problems = await stack.preview(database, { OSB_URL: "", OSB_USERNAME: "", OSB_PASSWORD: "" });
    expect(problems.join()).toMatch(/brokerUrl.*OSB_URL/s);
  });

  it("never shows the value of a parameter", async () => {
    const problems = await stack.preview({ ...database, parameters: { password: "hunt3r2" } });
    expect(problems).toEqual([
      expect.stringMatching(/^parameters\.password: must NOT have fewer than 8 characters \(/),
    ]);
    expect(problems.join()).not.toContain("hunt3r2");
  });
});
