import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inCheckout } from "../../scripts/lib/checkout.mjs";
import { createStack } from "../../scripts/lib/demo-stack.mjs";
import { median } from "./figures.mjs";
import { watchProviderMemory } from "./provider-memory.mjs";

const at = ["--yes", "--skip-preview", "--non-interactive", "--color=never"];

/** The longest that one command may take: a hundred instances, one after the other, would. */
const limitMs = 20 * 60_000;

const difference = (after, before) =>
  Object.fromEntries(Object.entries(after).map(([kind, count]) => [kind, count - before[kind]]));

/**
 * One contestant's program on a stack of its own and a simulator of its own.
 * @param subject    the API, see `subjects.mjs`
 * @param options    those of its simulator
 * @param contestant `plain` or `provisor`
 * @param count      instances in its program
 */
export async function openStack({ subject, options, contestant, count, engine }) {
  const simulators = createRequire(import.meta.url)(inCheckout("dist", "sdk", "simulator"));
  const served = await subject.serve(simulators, count, options);
  const project = subject.programs[contestant];
  const stack = createStack(inCheckout("test", "bench", project), engine, served.env);
  await stack.watch(["stack", "init", "bench"], () => {});

  async function timed(args, onLine = () => {}) {
    const before = served.requests();
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
      throw new Error(`${project}, ${count}: ${error.message}\n${lines.slice(-30).join("\n")}`);
    } finally {
      endWatch();
    }
    return {
      wallMs: performance.now() - started,
      requests: difference(served.requests(), before),
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
      // Milliseconds from each instance's readiness to the line in which the engine says that it was created.
      const lags = [...served.ends()].map(([name, end]) => created.get(name) - end);
      return {
        ...figures,
        ...served.figures(),
        lagMs: median(lags),
        longestLagMs: Math.max(...lags),
        ...(await this.state()),
      };
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
        stateFile: statSync(join(stack.backend, ".pulumi", "stacks", project, "bench.json")).size,
        stateOfOne: Buffer.byteLength(records.map((record) => JSON.stringify(record)).join("")) / count,
      };
    },
    async close() {
      await served.stop();
      stack.remove();
    },
  };
}
