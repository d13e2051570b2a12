import { type BrokerSimulator, startBrokerSimulator } from "../../sdk/simulator";
import { program as textOf } from "../e2e/stack";
import { PulumiProject, type Run } from "../support/pulumi-project";
import { type BrokerCase, program, wanted } from "./broker-cases";
import { killedUp, recover, type Story } from "./story";

/** Long enough that polls are made, short enough for a test. */
const OPERATION_MS = 1_000;

/** Kills an up of instances and bindings and runs the next one, on a broker and a backend of its own; then destroys. */
export async function playOnBroker(one: BrokerCase): Promise<Story> {
  const projects = new Set<PulumiProject>();
  const running = await startBrokerSimulator({ operationMs: OPERATION_MS });
  try {
    const { simulator, env } = running;
    const polling = { OSB_POLL_INTERVAL: "200ms", OSB_POLL_INTERVAL_MAX: "400ms" };
    const project = await PulumiProject.create({ program: textOf(program), env: { ...polling, ...env } });
    projects.add(project);
    const { words, provider } = one;
    const orphans = await killedUp({ words, provider, on: (act) => atEvent(simulator, one, act) }, project);
    const next = one.home === "same" ? project : await project.elsewhere();
    projects.add(next);
    const [orphanMs, runs] = await Promise.all([orphans.life, recover(one.n, next)]);
    const verdict = await judge(simulator, next, runs);
    return orphans.pids.length > 0 ? { ...verdict, orphanMs } : verdict;
  } finally {
    for (const project of projects) project.remove();
    await running.stop();
  }
}

/** Calls `act` at the moment, before the simulator goes on. */
function atEvent(
  simulator: BrokerSimulator,
  { kind, request, nth }: BrokerCase,
  act: () => void,
): () => void {
  let count = 0;
  const stop = simulator.on((event) => {
    if (event.kind !== kind || event.request !== request || ++count !== nth) return;
    stop();
    act();
  });
  return stop;
}

/** What the broker's ledger and the state say, after the recovery and after a destroy. */
async function judge(
  simulator: BrokerSimulator,
  project: PulumiProject,
  [cancel, up, third]: Run[],
): Promise<Story> {
  const problems: string[] = [];
  const check = (what: string, is: unknown, should: unknown): void => {
    const [found, expected] = [JSON.stringify(is), JSON.stringify(should)];
    if (found !== expected) problems.push(`${what}: ${found} instead of ${expected}`);
  };
  const held = await heldIds(project);
  const made = [...simulator.instances, ...simulator.bindings].map(({ id }) => id).sort();
  check("exit code of cancel", cancel?.code, 0);
  check("exit code of the second up", up?.code, 0);
  if (third) check("exit code of the third up", third.code, 0);
  check("instances made", simulator.ledger.effects("provision").length, wanted.instances);
  check("bindings made", simulator.ledger.effects("bind").length, wanted.bindings);
  check("ids in the state", held, made);
  const destroy = await project.pulumi("destroy", "--yes", "--skip-preview");
  check("exit code of destroy", destroy.code, 0);
  check("instances left by destroy", simulator.instances.length + simulator.bindings.length, 0);
  if (problems.length > 0) {
    const events = simulator.ledger.events.map(({ n, at, kind, summary }) =>
      [n, at, kind, summary].join(" "),
    );
    const outputs = [cancel, up, third, destroy].flatMap((run) => (run ? [run.output] : []));
    problems.push(["The ledger:", ...events, "What the commands wrote:", ...outputs].join("\n"));
  }
  return {
    doubles: made.length - wanted.instances - wanted.bindings,
    lost: made.filter((id) => !held.includes(id)).length,
    green: up?.code === 0,
    problems,
  };
}

/** Ids of instances and bindings that the saved state holds. */
async function heldIds(project: PulumiProject): Promise<string[]> {
  const saved = await project.resources();
  return saved
    .flatMap(({ type, outputs }) => {
      if (type.endsWith(":ServiceInstance")) return [outputs?.["instanceId"]];
      return type.endsWith(":ServiceBinding") ? [outputs?.["bindingId"]] : [];
    })
    .filter((id) => typeof id === "string")
    .sort();
}
