import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inCache, inCheckout } from "./checkout.mjs";
import { buildProgram, digestOf, fillFolder, findGo, oldestGo } from "./go.mjs";
import { withLock } from "./lock.mjs";

const sources = inCheckout("test", "broker-go");
const program = process.platform === "win32" ? "broker.exe" : "broker";
const builtFrom = "sources.sha256";

/** There is no broker to test against. The message says in two lines why, and what to install. */
export class NoGoBroker extends Error {
  constructor(why, remedy) {
    super(`No broker for the contract test: ${why}\n${remedy}`);
  }
}

function isCurrent(target) {
  const noted = join(target, builtFrom);
  return (
    existsSync(join(target, program)) &&
    existsSync(noted) &&
    readFileSync(noted, "utf8") === digestOf(sources)
  );
}

async function build(target, env) {
  if (isCurrent(target)) return;
  const go = await findGo(env);
  const remedy = `Install Go ${oldestGo()} or newer (https://go.dev/dl/); its first build needs a Go module proxy.`;
  if (!go) throw new NoGoBroker("it is built with Go, and none that is new enough is on PATH.", remedy);
  try {
    await fillFolder({ go, target, env }, async (folder, place) => {
      const output = join(folder, program);
      await buildProgram({
        what: "a broker on brokerapi",
        folder: sources,
        module: ".",
        output,
        go,
        place,
      });
      writeFileSync(join(folder, builtFrom), digestOf(sources));
    });
  } catch (error) {
    throw new NoGoBroker(`its build failed: ${error.message}`, remedy);
  }
}

/**
 * The program of test/broker-go, a broker on the Go module brokerapi: built into a folder once for its sources.
 * @throws NoGoBroker
 */
export async function goBroker(env = process.env, target = inCache("broker-go")) {
  mkdirSync(dirname(target), { recursive: true });
  const onWait = () =>
    console.log("Another process is building the contract test's broker; waiting for it ...");
  await withLock(`${target}.lock`, () => build(target, env), onWait);
  return join(target, program);
}
