import { type RunningBrokerSimulator, startBrokerSimulator } from "../../sdk/simulator";
import { TerraformProject } from "../support/terraform-project";

/** Instances and bindings of a broker on the real Terraform. */

jest.setTimeout(180_000);

let broker: RunningBrokerSimulator;
let project: TerraformProject;
const begin = async (operationMs = 800): Promise<void> => {
  broker = await startBrokerSimulator({ operationMs });
  project = new TerraformProject(database(), broker.env);
  expect((await project.init()).code).toBe(0);
};
afterEach(async () => {
  project.dispose();
  await broker.stop();
});

const database = (more = "", parameters = "{ storageGb = 20 }"): string => `
resource "provisor_service_instance" "db" {
  name       = "db"
  service    = "postgres"
  plan       = "small"
  parameters = ${parameters}
${more}
}
`;

const binding = (more = ""): string => `
resource "provisor_service_binding" "app" {
  name = "app"
  instance = {
    instance_id = provisor_service_instance.db.instance_id
    service     = provisor_service_instance.db.service
    plan        = provisor_service_instance.db.plan
  }
${more}
}
`;

/** Requests that changed something. */
const effects = (): string[] => broker.simulator.ledger.effects().map(({ request }) => String(request));

test("an instance and its binding are made, planned without a change, changed, and destroyed", async () => {
  await begin();
  project.write(database() + binding());
  expect(await project.apply()).toMatchObject({ code: 0 });
  expect(await project.plan()).toMatchObject({ code: 0 });
  project.write(database("", "{ storageGb = 40 }") + binding());
  const changed = await project.apply();
  expect(changed.output).toContain("1 changed, 0 destroyed");
  expect(broker.simulator.instances[0]?.parameters).toMatchObject({ storageGb: 40 });
  expect(await project.destroy()).toMatchObject({ code: 0 });
  expect(effects()).toEqual(["provision", "bind", "update", "unbind", "deprovision"]);
});

test("a plan sends nothing that changes anything, and points at the attribute that is wrong", async () => {
  await begin();
  project.write(database("", "{ storageGb = 5000 }"));
  const { code, output } = await project.plan();
  expect(code).toBe(1);
  expect(output).toMatch(/parameters\.storageGb/);
  expect(output).toMatch(/on main\.tf line \d+, in resource "provisor_service_instance" "db"/);
  expect(effects()).toEqual([]);
});

test("what was not finished is gone on with by the same command, and nothing is destroyed", async () => {
  await begin(4_000);
  project.write(database('timeouts {\n create = "2s"\n}'));
  const first = await project.apply();
  expect(first.code).toBe(1);
  expect(first.output).toContain("Run the same command again");
  expect((await project.state())["provisor_service_instance.db"]?.tainted).toBe(true);
  project.write(database());
  const second = await project.apply();
  expect(second.output).toContain("Nothing will be destroyed");
  expect(second.code).toBe(0);
  expect(await project.plan()).toMatchObject({ code: 0 });
  expect(effects()).toEqual(["provision"]);
});

test("what is finished and tainted by hand is not replaced: the plan names untaint", async () => {
  await begin();
  await project.apply();
  await project.run("taint", "provisor_service_instance.db");
  const { code, output } = await project.apply();
  expect([code, output.replace(/\s+/g, " ")]).toEqual([1, expect.stringContaining("terraform untaint")]);
  await project.run("untaint", "provisor_service_instance.db");
  expect(await project.plan()).toMatchObject({ code: 0 });
  expect(effects()).toEqual(["provision"]);
});

test("after a SIGKILL while it waits, the same command ends it, and makes no second one", async () => {
  await begin();
  broker.simulator.on(({ kind, request }) => {
    if (kind === "answer" && request === "provision") setTimeout(() => running.signalGroup("SIGKILL"), 100);
  });
  const running = project.start("apply", "-no-color", "-input=false", "-auto-approve");
  expect((await running.done).code).toBe(137);
  expect(await project.apply()).toMatchObject({ code: 0 });
  expect(broker.simulator.instances).toHaveLength(1);
  expect(effects()).toEqual(["provision"]);
});

test("what exists is imported by a block, with a generated configuration that changes nothing", async () => {
  await begin();
  await project.apply();
  const id = String((await project.state())["provisor_service_instance.db"]?.values["instance_id"]);
  await project.run("state", "rm", "provisor_service_instance.db");
  project.write(`
import {
  to = provisor_service_instance.db
  id = "default/postgres/small/${id}"
}
`);
  const generated = await project.plan("-generate-config-out=generated.tf");
  expect([generated.code, generated.output]).toEqual([
    expect.any(Number),
    expect.stringContaining("1 to import"),
  ]);
  expect(await project.apply()).toMatchObject({ code: 0 });
  expect(effects()).toEqual(["provision"]);
});

test("a rotation binds the successor before the predecessor is unbound, where the configuration says so", async () => {
  await begin();
  const rotating = (trigger: string): string =>
    binding(`rotation_trigger = "${trigger}"\n lifecycle {\n create_before_destroy = true\n }`);
  project.write(database() + rotating("1"));
  expect(await project.apply()).toMatchObject({ code: 0 });
  project.write(database() + rotating("2"));
  const { code, output } = await project.apply();
  expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
  expect(effects()).toEqual(["provision", "bind", "bind", "unbind"]);
  expect(broker.simulator.bindings).toHaveLength(1);
  expect(await project.plan()).toMatchObject({ code: 0 });
});

test("write-only parameters and the provider's password are in no file that is left, not even with TF_LOG=TRACE", async () => {
  await begin();
  project.env["TF_LOG_PROVIDER"] = "TRACE";
  project.env["TF_LOG_PATH"] = project.path("trace.log");
  project.write(
    database('parameters_wo = { password = "canary-pa55word" }\n parameters_wo_version = 1') +
      `provider "provisor" { }`,
  );
  expect(await project.apply()).toMatchObject({ code: 0 });
  expect(broker.simulator.instances[0]?.parameters).toMatchObject({ password: "canary-pa55word" });
  expect(project.filesWith("canary-pa55word")).toEqual([]);
  expect(project.filesWith(broker.env["OSB_PASSWORD"] ?? "")).toEqual([]);
});

test("data sources and the function are read with the same settings", async () => {
  await begin();
  project.write(`
data "provisor_plan" "small" {
  service = "postgres"
  plan    = "small"
}
data "provisor_catalog" "all" {}
output "plan" {
  value = data.provisor_plan.small.details.description
}
output "services" {
  value = [for one in data.provisor_catalog.all.services : one.name]
}
output "secret" {
  value = provider::provisor::secret_data({ credentials = { user = "me", port = 5432 } }, { type = "postgres" })
}
`);
  expect(await project.apply()).toMatchObject({ code: 0 });
  const { output } = await project.run("output", "-json", "-no-color");
  const values = JSON.parse(output) as Record<string, { value: unknown }>;
  expect(values["plan"]?.value).toBe("One node");
  expect(values["services"]?.value).toContain("cache");
  expect(values["secret"]?.value).toEqual({ user: "me", port: "5432", type: "postgres" });
});

describe("an ephemeral binding", () => {
  const ephemeral = `
ephemeral "provisor_service_binding" "migration" {
  instance = {
    instance_id = provisor_service_instance.db.instance_id
    service     = "postgres"
    plan        = "small"
  }
}
`;

  test("is bound while it is needed, and its credentials are in no file", async () => {
    await begin();
    expect(await project.apply()).toMatchObject({ code: 0 });
    project.write(`${database()}${ephemeral}
resource "provisor_service_instance" "copy" {
  name       = "copy"
  service    = "postgres"
  plan       = "small"
  parameters = { storageGb = 20 }
  parameters_wo = { password = ephemeral.provisor_service_binding.migration.credentials.password }
  parameters_wo_version = 1
}
`);
    const { code, output } = await project.apply();
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(broker.simulator.instances).toHaveLength(2);
    expect(broker.simulator.bindings).toEqual([]);
    expect(effects().filter((one) => one === "bind")).toHaveLength(2);
    expect(project.filesWith("CREDENTIAL-CANARY")).toEqual([]);
  });

  test("that a killed run has left is named by the next one", async () => {
    await begin();
    await project.apply();
    project.write(database() + ephemeral);
    const planning = project.start("plan", "-no-color", "-input=false");
    const stop = broker.simulator.on(({ kind, request }) => {
      if (kind === "effect" && request === "bind") planning.signalGroup("SIGKILL");
    });
    await planning.done;
    stop();
    while (broker.simulator.bindings.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const [left] = broker.simulator.bindings;
    const { output } = await project.plan();
    expect(output.replace(/\s+/g, " ")).toContain(`left binding ${left?.id ?? ""}`);
  });
});
