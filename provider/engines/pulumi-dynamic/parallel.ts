import { sdkRequire } from "./sdk-internals";

/**
 * How many operations the engine carries out at a time, as it tells the run that asks (`--parallel`). Infinite where it
 * does not tell. The SDK keeps it with a run of the Automation API; a program that the engine began has it in its
 * environment alone.
 */
export function parallelOfRun(): number {
  const { getStore } = sdkRequire()("./runtime/state") as {
    getStore(): { settings: { options: { parallel?: number | string } } };
  };
  const parallel = Number(getStore().settings.options.parallel ?? process.env["PULUMI_NODEJS_PARALLEL"]);
  return parallel > 0 ? parallel : Infinity;
}
