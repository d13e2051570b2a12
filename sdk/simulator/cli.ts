#!/usr/bin/env node
import { Command } from "commander";
import { simulate, type SimulateOptions, wholeNumber } from "./simulate";

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
    "Serve a simulated subscription service on a loopback port, to try a stack without credentials.",
  )
  .option("--port <n>", "port to listen on (default: a free one)", wholeNumber(0, 65535))
  .option("--scenario <file>", "JSON file with tenants, licenses, timings, faults, … (docs/simulator.md)")
  .option("--seed <n>", "number from which all ids follow", wholeNumber(0, Number.MAX_SAFE_INTEGER))
  .action(run);

program.parseAsync().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
