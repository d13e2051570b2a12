import * as pulumi from "@pulumi/pulumi";
import type { RunInfo } from "./run-memory";
import type { SavedChildInstance } from "./saved-parts";
import { ofType, savedStack, untold } from "./stack-state";
import { childInstanceType, intentType } from "./tokens";
import { type Urns, withType } from "./urns";

/** What a ChildInstance's provider is told of the run. */
export async function runOfChildInstance(urns: Urns): Promise<RunInfo> {
  const stack = await savedStack();
  if (stack === "untold") return untold(urns);
  const childInstances = new Map(
    ofType(stack, childInstanceType) as unknown as [string, SavedChildInstance][],
  );
  const [urn] = urns;
  const saved = urns.find((candidate) => childInstances.has(candidate)) ?? urn;
  const own = childInstances.get(saved);
  const info: RunInfo = { urn, preview: pulumi.runtime.isDryRun() };
  if (own) info.own = { ...own };
  if (!own || own.unfinished !== undefined) {
    const others = [...childInstances].filter(([other]) => other !== saved).map(([, child]) => child);
    info.held = others.flatMap((child) => child.instances.map((instance) => instance.instanceId));
    info.live = liveOf(others);
  } else info.live = liveOf([own]);
  return info;
}

/**
 * What an intent's provider is told of the run: what its ChildInstance's is told, whose own state is `real` here, and of the
 * saved intent that it is there, and how its ChildInstance stands.
 */
export async function runOfIntent(urns: Urns): Promise<RunInfo> {
  const stack = await savedStack();
  const ofChild = urns.map((urn) => withType(urn, intentType, childInstanceType)) as unknown as Urns;
  const { own: real, ...run } = await runOfChildInstance(ofChild);
  const info: RunInfo = { ...run, urn: urns[0], of: run.urn };
  if (stack === "untold") return info;
  if (!urns.some((candidate) => stack.has(candidate))) return info;
  if (!real) return { ...info, own: {} };
  const { awaited = [], uncertain = [] } = (real["unfinished"] ?? {}) as Record<string, string[] | undefined>;
  const companion = awaited.length + uncertain.length > 0 ? "awaited" : "settled";
  return { ...info, own: { companion, real } };
}

/** What lists should show, one entry a list. */
function liveOf(saved: readonly SavedChildInstance[]): NonNullable<RunInfo["live"]> {
  const lists = new Map<string, { host?: string; parentTsgId?: string; instanceIds: string[] }>();
  for (const { host, parentTsgId, instances, missing = [] } of saved) {
    const key = JSON.stringify([host, parentTsgId]);
    const list = lists.get(key) ?? {
      ...(host === undefined ? {} : { host }),
      ...(parentTsgId === undefined ? {} : { parentTsgId }),
      instanceIds: [],
    };
    lists.set(key, list);
    for (const { instanceId } of instances)
      if (!missing.includes(instanceId)) list.instanceIds.push(instanceId);
  }
  return [...lists.values()];
}
