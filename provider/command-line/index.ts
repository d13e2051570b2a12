#!/usr/bin/env node
import { Command, Option } from "commander";
import { brokerKinds } from "../../sdk/simulator/broker/options";
import { type SimulateOptions, simulate, simulatedApis, wholeNumber } from "../../sdk/simulator/simulate";
import { type InstallOptions, installTerraformProvider } from "./terraform-install";

async function run(options: SimulateOptions): Promise<void> {
  const running = await simulate(options, (line) => {
    console.log(line);
  });
  const stop = (): void => void running.stop();
  process.once("SIGINT", stop).once("SIGTERM", stop);
}

const program = new Command("provisor").description("Tools of the package provisor.");
program
  .command("simulate")
  .description(
    "Serve a simulated subscription service or broker on a loopback port, to try a stack without credentials.",
  )
  .addOption(new Option("--api <name>", "what to simulate").choices(simulatedApis).default(simulatedApis[0]))
  .addOption(
    new Option("--kind <name>", "what the broker is like: of actions, it keeps nothing").choices(brokerKinds),
  )
  .option("--port <n>", "port to listen on (default: a free one)", wholeNumber(0, 65535))
  .option("--scenario <file>", "JSON file with tenants or services, timings, faults, … (docs/simulator.md)")
  .option("--seed <n>", "number from which all ids follow", wholeNumber(0, Number.MAX_SAFE_INTEGER))
  .action(run);

program
  .command("terraform")
  .description("The provider for Terraform and OpenTofu.")
  .command("install")
  .description("Write the provider where `terraform init` and `tofu init` find it without a registry.")
  .option("--dir <dir>", "folder of the configuration (default: the present one)")
  .addOption(new Option("--user", "for all configurations of this user").conflicts("dir"))
  .addHelpText("after", "\nExample: npx provisor terraform install --dir infra")
  .action((options: InstallOptions) => {
    console.log(installTerraformProvider(options));
  });

program.parseAsync().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
