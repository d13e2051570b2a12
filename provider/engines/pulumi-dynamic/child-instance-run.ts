import * as pulumi from "@pulumi/pulumi";
import type { RunInfo } from "./run-memory";
import type { SavedChildInstance } from "./saved-parts";
import { type SavedStack, ofType, savedStack } from "./stack-state";
import { childInstanceType, intentType } from "./tokens";
import { type Urns, withType } from "./urns";

const savedChildInstances = (stack: SavedStack): ReadonlyMap<string, SavedChildInstance> =>
  new Map(ofType(stack, childInstanceType) as unknown as [string, SavedChildInstance][]);

/** What an intent's provider is told of the run: of the saved one, that it is there, and how its ChildInstance stands. */
export async function runOfIntent(urns: Urns): Promise<RunInfo> {
  const stack = await savedStack();
  const info: RunInfo = { urn: urns[0], preview: pulumi.runtime.isDryRun() };
  const saved = urns.find((candidate) => stack.has(candidate));
  if (saved === undefined) return info;
  const beside = savedChildInstances(stack).get(withType(saved, intentType, childInstanceType));
  if (!beside) return { ...info, own: {} };
  const { awaited = [], uncertain = [] } = (beside.unfinished ?? {}) as Record<string, string[] | undefined>;
  return { ...info, own: { companion: awaited.length + uncertain.length > 0 ? "awaited" : "settled" } };
}

/** What a ChildInstance's provider is told of the run. */
export async function runOfChildInstance(urns: Urns): Promise<RunInfo> {
  const childInstances = savedChildInstances(await savedStack());
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
