import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import type { Case } from "./cases";
import { wanted } from "./program";

/** What the simulator's ledger and the state say of a case. */
export interface Verdict {
  /** Instances of an app and tenant that had one already. */
  doubles: number;
  /** Instances that no resource in the state holds. */
  lost: number;
  /** Whether the second up ended with 0. */
  green: boolean;
  /** All that is not as promised, in words; with the ledger and the output where there is any. */
  problems: string[];
}

/** @param runs `cancel`, the second up, and in some cases a third one. */
export async function judge(
  one: Case,
  simulator: Simulator,
  project: PulumiProject,
  [cancel, up, third]: Run[],
): Promise<Verdict> {
  const { instances, ledger } = simulator;
  const held = await project.heldInstances();
  const made = instances.map(({ instanceId }) => instanceId).sort();
  const slots = new Set(instances.map(({ appId, tsgId }) => `${appId} ${tsgId}`));
  const units = Object.fromEntries(
    simulator.account().unitsAllocated.map(({ licenseType, units }) => [licenseType, units]),
  );
  const problems: string[] = [];
  const check = (what: string, is: unknown, should: unknown): void => {
    const [found, expected] = [JSON.stringify(is), JSON.stringify(should)];
    if (found !== expected) problems.push(`${what}: ${found} instead of ${expected}`);
  };
  check("exit code of cancel", cancel?.code, 0);
  check("exit code of the second up", up?.code, 0);
  if (third) check("exit code of the third up", third.code, 0);
  check("POSTs that took effect", ledger.effects().length, wanted.posts);
  check("POSTs that were sent", ledger.posts().length, wanted.posts + (one.moment.lost ? 1 : 0));
  check("instances made", made.length, wanted.instances);
  check("instances in the state", held, made);
  check("units", units, wanted.units);
  if (problems.length > 0) {
    const events = ledger.events.map(({ n, at, kind, summary }) => [n, at, kind, summary].join(" "));
    const outputs = [cancel, up, third].flatMap((run) => (run ? [run.output] : []));
    problems.push(["The ledger:", ...events, "What the commands wrote:", ...outputs].join("\n"));
  }
  return {
    doubles: made.length - slots.size,
    lost: made.filter((id) => !held.includes(id)).length,
    green: up?.code === 0,
    problems,
  };
}
