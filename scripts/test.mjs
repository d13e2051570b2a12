// `npm test [unit|contract|package|e2e ...] [options of jest]`: does all set-up that is needed, then runs the tests.
import { installDependencies } from "./lib/dependencies.mjs";
import { ensureDist } from "./lib/dist.mjs";
import { findEngine, NoEngine } from "./lib/engine.mjs";
import { cleanEnvironment } from "./lib/environment.mjs";
import { parseArguments, runJest } from "./lib/jest.mjs";
import { main } from "./lib/main.mjs";
import { markedEnvironment } from "./lib/marked-processes.mjs";
import { onSupportedNode } from "./lib/node.mjs";
import { addResults, formatResults } from "./lib/results.mjs";

/** Gives the engine's folder, or why there is none. */
async function engineOrReason() {
  try {
    return { engine: await findEngine() };
  } catch (error) {
    if (error instanceof NoEngine) return { reason: error.message };
    throw error;
  }
}

await main(async () => {
  await onSupportedNode();
  await installDependencies();
  await ensureDist();

  const { selected, passedOn } = parseArguments(process.argv.slice(2));
  const { engine, reason } = selected.includes("e2e") ? await engineOrReason() : {};
  const runnable = reason ? selected.filter((project) => project !== "e2e") : selected;
  const env = markedEnvironment(cleanEnvironment());
  if (engine) env.PROVISOR_TEST_ENGINE = engine;

  const ran = await runJest(runnable, passedOn, env);
  if (!reason) {
    console.log(formatResults(ran.results));
    return ran.code;
  }

  // A pattern that nothing matches: jest counts the tests that it does not run.
  const notRun = await runJest(["e2e"], ["--testNamePattern=(?!)"], env, { onLine: () => {} });
  const failsHere = process.env.CI === "true";
  console.log(
    `NOT RUN: the e2e tests, which need the real engine.${failsHere ? " With CI=true this is a failure." : ""}`,
  );
  console.log(reason);
  console.log(formatResults(addResults(ran.results, notRun.results)));
  return ran.code || (failsHere ? 1 : 0);
});
