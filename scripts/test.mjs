// `npm test [unit|contract|package|e2e ...] [options of jest]`: does all set-up that is needed, then runs the tests.
import { installDependencies } from "./lib/dependencies.mjs";
import { ensureDist } from "./lib/dist.mjs";
import { findEngine, NoEngine } from "./lib/engine.mjs";
import { cleanEnvironment } from "./lib/environment.mjs";
import { goBroker, NoGoBroker } from "./lib/go-broker.mjs";
import { parseArguments, runJest } from "./lib/jest.mjs";
import { main } from "./lib/main.mjs";
import { markedEnvironment } from "./lib/marked-processes.mjs";
import { onSupportedNode } from "./lib/node.mjs";
import { addResults, formatResults } from "./lib/results.mjs";

/** Gives what some tests need, or why it cannot be had here. */
async function found(find, Missing) {
  try {
    return { path: await find() };
  } catch (error) {
    if (error instanceof Missing) return { reason: error.message };
    throw error;
  }
}

/** Says what was not run and why. Gives the exit code for it: with any of these variables set it is a failure. */
function report(what, reason, demands) {
  if (!reason) return 0;
  const demand = demands.find((name) => process.env[name]);
  console.log(
    `NOT RUN: ${what}.${demand ? ` With ${demand}=${process.env[demand]} this is a failure.` : ""}`,
  );
  console.log(reason);
  return demand ? 1 : 0;
}

await main(async () => {
  await onSupportedNode();
  await installDependencies();
  await ensureDist();

  const { selected, passedOn } = parseArguments(process.argv.slice(2));
  const engine = selected.includes("e2e") ? await found(findEngine, NoEngine) : {};
  const broker = selected.includes("contract") ? await found(goBroker, NoGoBroker) : {};
  const env = markedEnvironment(cleanEnvironment());
  if (engine.path) env.PROVISOR_TEST_ENGINE = engine.path;
  if (broker.path) env.PROVISOR_TEST_BROKER = broker.path;

  const runnable = engine.reason ? selected.filter((project) => project !== "e2e") : selected;
  const ran = await runJest(runnable, passedOn, env);
  const results = [ran.results];
  if (engine.reason) {
    // A pattern that nothing matches: jest counts the tests that it does not run.
    const notRun = await runJest(["e2e"], ["--testNamePattern=(?!)"], env, { onLine: () => {} });
    results.push(notRun.results);
  }
  const codes = [
    ran.code,
    report("the e2e tests, which need the real engine", engine.reason, ["CI"]),
    report("the contract test with a broker on brokerapi, which needs Go", broker.reason, [
      "CI",
      "PROVISOR_REQUIRE_GO",
    ]),
  ];
  console.log(formatResults(addResults(...results)));
  return codes.find((code) => code !== 0) ?? 0;
});
