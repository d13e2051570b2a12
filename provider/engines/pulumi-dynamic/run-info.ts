import * as pulumi from "@pulumi/pulumi";
import type { RunInfo } from "./adapter";
import { type SavedChildInstance, savedStack } from "./stack-state";
import { childInstanceType, intentType } from "./tokens";

/**
 * The URN that a resource will have, then those under which the state may hold it, by its aliases. A promise and no
 * output: an output of a URN depends on the parent, and on a component the SDK makes it wait for all children of that,
 * the resource itself among them.
 */
export function urnsOf(
  name: string,
  type: string,
  { parent, aliases = [] }: pulumi.CustomResourceOptions,
): Promise<[string, ...string[]]> {
  const own = settled(pulumi.createUrn(name, type, parent));
  const former = aliases.map(async (input) => {
    const alias = await settled(pulumi.output(input) as pulumi.Output<string | Former>);
    if (typeof alias === "string") return withType(alias, childInstanceType, type);
    const place = "parent" in alias ? alias.parent : parent;
    return settled(pulumi.createUrn(alias.name ?? name, type, place, alias.project, alias.stack));
  });
  return Promise.all([own, ...former]);
}

/** An alias with its inputs settled. */
interface Former {
  name?: string;
  parent?: pulumi.Resource | string;
  project?: string;
  stack?: string;
}

const settled = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

/** What an intent's provider is told of the run: of the saved one, that it is there, and how its ChildInstance stands. */
export async function runOfIntent([urn, ...former]: [string, ...string[]]): Promise<RunInfo> {
  const { intents, childInstances } = await savedStack();
  const info: RunInfo = { urn, preview: pulumi.runtime.isDryRun() };
  const saved = [urn, ...former].find((candidate) => intents.has(candidate));
  if (saved === undefined) return info;
  const beside = childInstances.get(withType(saved, intentType, childInstanceType));
  if (!beside) return { ...info, own: {} };
  const { awaited = [], uncertain = [] } = (beside.unfinished ?? {}) as Record<string, string[] | undefined>;
  return { ...info, own: { companion: awaited.length + uncertain.length > 0 ? "awaited" : "settled" } };
}

/** The URN of the companion: the same name and parent, of another type. */
export const withType = (urn: string, from: string, to: string): string => {
  const parts = urn.split("::");
  parts[2] = (parts[2] ?? "").replace(from, to);
  return parts.join("::");
};

/** What a ChildInstance's provider is told of the run. */
export async function runOfChildInstance([urn, ...former]: [string, ...string[]]): Promise<RunInfo> {
  const { childInstances } = await savedStack();
  const saved = [urn, ...former].find((candidate) => childInstances.has(candidate)) ?? urn;
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
