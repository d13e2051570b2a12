// `npm run chaos [options of jest]`: the matrix of requests, faults and operations on real sockets, and the tests that
// each safeguard is worth something. A full run writes its figures into docs/reliability.md.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeChaos, describeSoak, summarise } from "./lib/chaos-report.mjs";
import { inCheckout } from "./lib/checkout.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { cleanEnvironment } from "./lib/environment.mjs";
import { writeFigures } from "./lib/figures.mjs";
import { runJest } from "./lib/jest.mjs";
import { main } from "./lib/main.mjs";
import { markedEnvironment } from "./lib/marked-processes.mjs";
import { onSupportedNode } from "./lib/node.mjs";
import { temporaryFolder } from "./lib/temporary.mjs";

await main(async () => {
  await onSupportedNode();
  await installDependencies();

  const passedOn = process.argv.slice(2);
  const folder = temporaryFolder("chaos");
  const report = join(folder.path, "report.json");
  const soak = join(folder.path, "soak.json");
  const env = {
    ...markedEnvironment(cleanEnvironment()),
    PROVISOR_CHAOS_REPORT: report,
    PROVISOR_SOAK_REPORT: soak,
  };
  const reporters = ["default", inCheckout("test", "chaos", "reporter.mjs")].map(
    (name) => `--reporters=${name}`,
  );
  const started = Date.now();
  // A case mostly waits, so that many of them can go on at once.
  const atOnce = "--maxConcurrency=10";
  const { code } = await runJest(["chaos"], [...reporters, atOnce, ...passedOn], env);
  const seconds = Math.round((Date.now() - started) / 1000);
  if (!existsSync(report)) return code || 1;
  const summary = summarise(JSON.parse(readFileSync(report, "utf8")), seconds);
  const soaked = existsSync(soak) ? describeSoak(JSON.parse(readFileSync(soak, "utf8"))) : undefined;
  folder.remove();
  const today = new Date().toISOString().slice(0, 10);
  if (passedOn.length === 0) await writeFigures("chaos", describeChaos(summary, today));
  if (passedOn.length === 0 && soaked) await writeFigures("soak", `${today}: ${soaked}`);
  if (soaked) console.log(`soak: ${soaked}`);
  console.log(summary.line);
  return summary.isGood ? code : code || 1;
});
