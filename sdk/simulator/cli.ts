#!/usr/bin/env node
import { Command, Option } from "commander";
import { brokerKinds } from "./broker/options";
import { simulate, simulatedApis, type SimulateOptions, wholeNumber } from "./simulate";

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

program.parseAsync().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
