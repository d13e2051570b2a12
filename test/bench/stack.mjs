import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inCheckout } from "../../scripts/lib/checkout.mjs";
import { createStack } from "../../scripts/lib/demo-stack.mjs";
import { median } from "./figures.mjs";
import { watchProviderMemory } from "./provider-memory.mjs";

/** What every instance of the benchmark is like, in milliseconds. */
export const timing = { delayMs: 20, provisionMs: 8000, appearAfterMs: 200 };

const at = ["--yes", "--skip-preview", "--non-interactive", "--color=never"];

/** The longest that one command may take: a hundred instances, one after the other, would. */
const limitMs = 20 * 60_000;

const difference = (after, before) =>
  Object.fromEntries(Object.entries(after).map(([kind, count]) => [kind, count - before[kind]]));

/** Milliseconds from each job's end to the line in which the engine says that its resource was created. */
function lagsOf(created, tenants, ledger) {
  const doneAt = new Map(ledger.of("instance-done").map(({ tsgId, at }) => [tsgId, at]));
  return tenants.map(({ name, tsgId }) => created.get(name) - doneAt.get(tsgId));
}

/**
 * One contestant's program on a stack of its own and a simulator of its own.
 * @param contestant folder under test/bench, which is the project's name too
 * @param count      instances in its program, one for each tenant
 */
export async function openStack(contestant, count, engine) {
  const { startSimulator } = createRequire(import.meta.url)(inCheckout("dist", "sdk", "simulator"));
  const server = await startSimulator({ ...timing, tenants: 100 });
  const { simulator } = server;
  const tenants = simulator.tenants
    .all()
    .filter(({ name }) => name !== "Root")
    .slice(0, count)
    .map(({ id, name }) => ({ name, tsgId: id }));
  const env = { ...server.env, BENCH_TENANTS: JSON.stringify(tenants) };
  const stack = createStack(inCheckout("test", "bench", contestant), engine, env);
  await stack.watch(["stack", "init", "bench"], () => {});

  async function timed(args, onLine = () => {}) {
    const before = simulator.ledger.counts();
    const endWatch = watchProviderMemory(stack.folder);
    const lines = [];
    const started = performance.now();
    try {
      await stack.watch(
        args,
        (line) => {
          lines.push(line);
          onLine(line);
        },
        { timeout: limitMs },
      );
    } catch (error) {
      throw new Error(`${contestant}, ${count}: ${error.message}\n${lines.slice(-30).join("\n")}`);
    } finally {
      endWatch();
    }
    return {
      wallMs: performance.now() - started,
      requests: difference(simulator.ledger.counts(), before),
      memory: endWatch(),
    };
  }

  return {
    /** Allocates all instances. */
    async up(flags) {
      const created = new Map();
      const figures = await timed(["up", ...at, ...flags], (line) => {
        // The intent of a resource has its name, and is created before it.
        const name = / (\S+) created /.exec(line)?.[1];
        if (name) created.set(name, Date.now());
      });
      const lags = lagsOf(created, tenants, simulator.ledger);
      return { ...figures, lagMs: median(lags), longestLagMs: Math.max(...lags), ...(await this.state()) };
    },
    /** Up again, with nothing to do. */
    again: () => timed(["up", ...at, "--expect-no-changes"]),
    refresh: () => timed(["refresh", ...at, "--expect-no-changes"]),
    /** Size of what the engine saved: the stack's file, and in it the records of one instance, in bytes. */
    async state() {
      const file = join(stack.folder, "export.json");
      await stack.watch(["stack", "export", "--file", file], () => {});
      const { deployment } = JSON.parse(readFileSync(file, "utf8"));
      const records = deployment.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"));
      return {
        stateFile: statSync(join(stack.backend, ".pulumi", "stacks", contestant, "bench.json")).size,
        stateOfOne: Buffer.byteLength(records.map((record) => JSON.stringify(record)).join("")) / count,
      };
    },
    async close() {
      await server.stop();
      stack.remove();
    },
  };
}
