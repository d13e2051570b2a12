import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { startBrokerSimulator, startSimulator } from "../../sdk/simulator";
import { TerraformProject } from "../support/terraform-project";

/** The examples for Terraform, as they are, with nothing but the settings of an API. */

jest.setTimeout(180_000);

const exampleOf = (name: string): string =>
  readFileSync(resolve(__dirname, "../../examples", name, "main.tf"), "utf8");

test.each([
  ["terraform-child-instance", () => startSimulator({ appearAfterMs: 300, provisionMs: 1_500 })],
  ["terraform-service-broker", () => startBrokerSimulator({ operationMs: 500 })],
] as const)("%s is applied, planned without a change, and destroyed", async (name, start) => {
  const running = await start();
  const project = new TerraformProject("", running.env);
  try {
    project.writeWhole(exampleOf(name));
    expect(await project.init()).toMatchObject({ code: 0 });
    const applied = await project.apply();
    expect([applied.code, applied.code === 0 ? "" : applied.output]).toEqual([0, ""]);
    // What was accepted first is saved as finished by the second one.
    expect(await project.apply()).toMatchObject({ code: 0 });
    expect(await project.plan()).toMatchObject({ code: 0 });
    expect(await project.destroy()).toMatchObject({ code: 0 });
    expect(await project.state()).toEqual({});
  } finally {
    project.dispose();
    await running.stop();
  }
});
