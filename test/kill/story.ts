import { setTimeout as sleep } from "node:timers/promises";
import { startSimulator } from "../../sdk/simulator";
import { program as textOf } from "../e2e/stack";
import { PulumiProject, type Run } from "../support/pulumi-project";
import type { Case } from "./cases";
import { atMoment, endJobsByPolls } from "./moments";
import { judge, type Verdict } from "./verdict";
import { program, tenants } from "./program";

/** Far more than a slow machine needs for one command, or an orphan to end: what takes longer hangs. */
const HANGS_MS = 180_000;

/** Jobs take longer than any test: they end by `endJobsByPolls`. */
const ONE_DAY_MS = 86_400_000;

/** In every so many cases a third up must find nothing to do. */
const THIRD_UP_EVERY = 5;

/** What became of a case. */
export interface Story extends Verdict {
  /** Milliseconds that the orphaned provider lived after the kill. */
  orphanMs?: number;
}

/** Kills an up of five ChildInstances and runs the next one, on a simulator and a backend of its own. */
export async function play(one: Case): Promise<Story> {
  const projects = new Set<PulumiProject>();
  const running = await startSimulator({ tenants, appearAfterMs: 100, provisionMs: ONE_DAY_MS });
  try {
    endJobsByPolls(running.simulator);
    const project = await PulumiProject.create({ program: textOf(program), env: running.env });
    projects.add(project);
    const { simulator } = running;
    const { moment, provider } = one;
    const on = (act: () => void): (() => void) =>
      atMoment(simulator, moment, () => {
        if (moment.lost) simulator.fault({ on: "post", kind: "reset-before" });
        act();
      });
    const orphans = await killedUp({ words: moment.words, provider, on }, project);
    const next = one.home === "same" ? project : await project.elsewhere();
    projects.add(next);
    // The next run does not wait for the orphan: nobody does.
    const [orphanMs, runs] = await Promise.all([orphans.life, recover(one.n, next)]);
    const verdict = await judge(one, simulator, next, runs);
    return orphans.pids.length > 0 ? { ...verdict, orphanMs } : verdict;
  } finally {
    for (const project of projects) project.remove();
    await running.stop();
  }
}

/** The provider processes that a kill left alive, and how long they live. */
export interface Orphans {
  pids: number[];
  life: Promise<number>;
}

/** What is killed with the CLI, and at which moment: `on` calls `act` then, and returns how to stop waiting for it. */
export interface Kill {
  words: string;
  provider: "left alive" | "killed";
  on(act: () => void): () => void;
}

/** An up that is killed with SIGKILL, group and all. */
export async function killedUp(kill: Kill, project: PulumiProject): Promise<Orphans> {
  const up = project.start("up", "--yes", "--skip-preview");
  let orphans: Orphans | undefined;
  const stop = kill.on(() => {
    const pids = project.providers();
    up.signalGroup("SIGKILL");
    if (kill.provider === "killed") project.killAll();
    orphans =
      kill.provider === "killed"
        ? { pids: [], life: Promise.resolve(0) }
        : { pids, life: lifeOf(project, pids) };
  });
  const { code, output } = await inTime(up.done, `the first up neither ended nor was killed`, up.output);
  stop();
  if (orphans === undefined)
    throw new Error(`The up ended with ${String(code)} before this came: ${kill.words}.\n${output}`);
  if (kill.provider === "left alive" && orphans.pids.length === 0)
    throw new Error(
      "No provider process was found to be left alive: its environment must be readable in /proc.",
    );
  return orphans;
}

async function lifeOf(project: PulumiProject, pids: number[]): Promise<number> {
  const start = performance.now();
  while (project.providers().some((pid) => pids.includes(pid))) {
    if (performance.now() - start > HANGS_MS)
      throw new Error(`The orphaned provider did not end within ${String(HANGS_MS / 1000)} s.`);
    await sleep(100);
  }
  return performance.now() - start;
}

/** What a user does after a crash: unlock, and the same command again. */
export async function recover(n: number, project: PulumiProject): Promise<Run[]> {
  const commands = [
    ["cancel", "--yes"],
    ["up", "--yes"],
    ...(n % THIRD_UP_EVERY === 0 ? [["up", "--yes", "--expect-no-changes"]] : []),
  ];
  const runs: Run[] = [];
  for (const command of commands) {
    const started = project.start(...command);
    runs.push(await inTime(started.done, `pulumi ${command.join(" ")} did not end`, started.output));
  }
  return runs;
}

async function inTime<T>(work: Promise<T>, words: string, output: () => string): Promise<T> {
  const over = new AbortController();
  const limit = sleep(HANGS_MS, undefined, { signal: over.signal }).then(
    () => {
      throw new Error(`Within ${String(HANGS_MS / 1000)} s ${words}:\n${output()}`);
    },
    () => work,
  );
  try {
    return await Promise.race([work, limit]);
  } finally {
    over.abort();
  }
}
