import { sdkRequire } from "./sdk-internals";

/**
 * How many operations the engine carries out at a time, as it tells the run that asks (`--parallel`). Infinite where it
 * does not tell. The SDK keeps it with the run; its environment variable is that of the program that began the process.
 */
export function parallelOfRun(): number {
  const { getStore } = sdkRequire()("./runtime/state") as {
    getStore(): { settings: { options: { parallel?: number | string } } };
  };
  const parallel = Number(getStore().settings.options.parallel);
  return parallel > 0 ? parallel : Infinity;
}
