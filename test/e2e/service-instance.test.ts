import type { BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, program, serviceInstance } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const db = { service: "postgres", plan: "small", parameters: { storageGb: 20 } };
const programOf = (args: object): string => `
${serviceInstance("db", { ...db, ...args })}
exports.db = {
  instanceId: db.instanceId, serviceId: db.serviceId, planId: db.planId, dashboardUrl: db.dashboardUrl,
  state: db.state, context: db.context, plan: db.plan, parameters: db.parameters, profile: db.profile,
};`;

describe("a service instance", () => {
  let project: PulumiProject;
  let broker: BrokerSimulator;
  let preview: Run;
  let sentByPreview: number;
  let up: Run;
  let outputs: Record<string, Record<string, unknown>>;
  beforeAll(async () => {
    ({ project, broker } = await stacks.brokered(programOf({})));
    preview = await project.preview();
    sentByPreview = broker.ledger.effects().length;
    up = await project.up();
    outputs = (await project.outputs()) as typeof outputs;
  });

  test("is shown by a preview, which sends nothing that changes anything", () => {
    expect(preview.output).toContain("3 to create");
    expect(preview.code).toBe(0);
    expect(sentByPreview).toBe(0);
  });

  test("is provisioned by one up, with one PUT", () => {
    expect(up.output).toContain("3 created");
    expect(up.code).toBe(0);
    expect(broker.ledger.effects("provision")).toHaveLength(1);
    expect(broker.instances.map(({ state }) => state)).toEqual(["ready"]);
  });

  test("has ids, dashboard and context as outputs", () => {
    const [instance] = broker.instances;
    expect(outputs["db"]).toEqual({
      instanceId: instance?.id,
      ...broker.plan("postgres", "small"),
      dashboardUrl: instance?.dashboardUrl,
      state: "succeeded",
      context: expect.objectContaining({ platform: "provisor", stack: "dev", project: "e2e" }) as object,
      plan: "small",
      parameters: { storageGb: 20 },
    });
  });

  test("has the key of its intent as its id", async () => {
    const intent = await project.saved("ServiceInstanceIntent", "db");
    expect(intent?.outputs?.["__key"]).toBe(outputs["db"]?.["instanceId"]);
  });

  describe("afterwards", () => {
    test("a second up changes nothing and sends nothing", async () => {
      const { code, output } = await project.up("--expect-no-changes");
      expect(output).toContain("3 unchanged");
      expect(code).toBe(0);
      expect(broker.ledger.effects()).toHaveLength(1);
    });

    test("a refresh finds no change, whatever the broker adds to the parameters", async () => {
      const { code, output } = await project.refresh("--expect-no-changes");
      expect(output).toContain("3 unchanged");
      expect(code).toBe(0);
    });

    test("a preview of another plan shows an update in place", async () => {
      project.write(program(programOf({ plan: "large" })));
      const { code, output } = await project.preview();
      expect(code).toBe(0);
      expect(output).not.toMatch(/replace/);
      expect(output).toMatch(/ServiceInstance +db +update/);
    });

    test("another plan is brought about in place, with one PATCH", async () => {
      const { code, output } = await project.up();
      expect(code).toBe(0);
      expect(output).not.toMatch(/replaced/);
      expect(broker.ledger.effects("update")).toHaveLength(1);
      expect(broker.instances.map(({ id, planId }) => [id, planId])).toEqual([
        [outputs["db"]?.["instanceId"], broker.plan("postgres", "large").planId],
      ]);
    });

    test("a plan that there is not is refused in preview, with those that there are", async () => {
      project.write(program(programOf({ plan: "lrage" })));
      const { code, output } = await project.preview();
      expect(code).not.toBe(0);
      expect(output).toMatch(/no plan lrage.*small, large, fixed/);
    });

    test("a destroy deprovisions it and leaves nothing", async () => {
      const { code, output } = await project.destroy();
      expect(output).toContain("3 deleted");
      expect(code).toBe(0);
      expect(broker.instances).toEqual([]);
      expect(await project.resources()).toEqual([]);
      expect(broker.ledger.effects("deprovision")).toHaveLength(1);
    });
  });
});

describe("two resources of different kinds and the same name", () => {
  test("stand side by side, with intents of their own", async () => {
    const { project } = await stacks.brokered(`
${serviceInstance("one", { service: "cache", plan: "basic" })}
new provisor.ServiceBinding("one", { instance: one });`);
    const { code, output } = await project.up();
    expect(output).toContain("5 created");
    expect(code).toBe(0);
  });
});

describe("secrets among the parameters of an instance", () => {
  let project: PulumiProject;
  let said: string;
  beforeAll(async () => {
    ({ project } = await stacks.brokered(`
const db = new provisor.ServiceInstance("db", {
  service: "postgres", plan: "small", parameters: { password: pulumi.secret("PARAMETER-CANARY"), storageGb: 5 },
});
exports.parameters = db.parameters;`));
    const runs = [await project.preview("--diff"), await project.up(), await project.refresh()];
    runs.push(await project.preview("--diff"), await project.up("--expect-no-changes"));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    said = runs.map(({ output }) => output).join("\n");
  });

  test("are not on the screen", () => {
    expect(said).not.toContain("PARAMETER-CANARY");
  });

  test("are not in plain text in the state, nor is a digest of them", async () => {
    expect(await project.exported()).not.toContain("PARAMETER-CANARY");
    const intent = await project.saved("ServiceInstanceIntent", "db");
    expect(JSON.stringify(intent?.outputs?.["__want"])).toMatch(/ciphertext/);
    expect(JSON.stringify(intent?.outputs?.["__asked"])).toMatch(/ciphertext/);
  });

  test("are outputs that stay secret", async () => {
    expect(await project.outputs()).toEqual({ parameters: "[secret]" });
    expect(await project.outputs("--show-secrets")).toEqual({
      parameters: { password: "PARAMETER-CANARY", storageGb: 5 },
    });
  });
});

describe("secrets that the program has taken back", () => {
  const CANARY = "TAKEN-BACK-CANARY";
  const make = (args: string): string =>
    program(
      `const db = new provisor.ServiceInstance("db", { service: "postgres", plan: "small", ${args} });\nexports.id = db.instanceId;`,
    );

  test("are not in plain text in the state after an update that failed, nor after one that did not", async () => {
    const { project, broker } = await stacks.brokered("");
    project.write(
      make(`context: { platform: "test", token: pulumi.secret("${CANARY}-1") },
        parameters: { password: pulumi.secret("${CANARY}-2"), extensions: [pulumi.secret("${CANARY}-3")] }`),
    );
    const runs = [await project.up()];
    broker.fail({ on: "update", kind: "fails-after" });
    project.write(make("parameters: { extensions: [] }"));
    runs.push(await project.up());
    const states = [await project.exported()];
    runs.push(await project.up());
    states.push(await project.exported());
    expect(runs.map(({ code }) => code === 0)).toEqual([true, false, true]);
    expect(states.map((state) => state.includes(CANARY))).toEqual([false, false]);
  });
});

test("an up of an engine that logs and traces brings a service instance about", async () => {
  const { project, broker } = await stacks.brokered(programOf({}));
  const { code } = await project.up("-v9", "--logflow", "--tracing", `file:${project.path("trace")}`);
  expect([code, broker.instances.length]).toEqual([0, 1]);
});
