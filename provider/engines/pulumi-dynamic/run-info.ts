import * as pulumi from "@pulumi/pulumi";
import type { RunInfo } from "./adapter";
import { type SavedChildInstance, savedStack } from "./stack-state";

/**
 * The URN that a resource will have. A promise and no output: an output of it depends on the parent, and on a component
 * the SDK makes it wait for all children of that, the resource itself among them.
 */
export const urnOf = (
  name: string,
  type: string,
  { parent }: pulumi.CustomResourceOptions,
): Promise<string> => new Promise((resolve) => pulumi.createUrn(name, type, parent).apply(resolve));

/** What an intent's provider is told of the run: of the saved one, that it is there. */
export async function runOfIntent(urn: string): Promise<RunInfo> {
  const { intents } = await savedStack();
  const info: RunInfo = { urn, preview: pulumi.runtime.isDryRun() };
  return intents.has(urn) ? { ...info, own: {} } : info;
}

/** What a ChildInstance's provider is told of the run. */
export async function runOfChildInstance(urn: string): Promise<RunInfo> {
  const { childInstances: saved } = await savedStack();
  const own = saved.get(urn);
  const info: RunInfo = { urn, preview: pulumi.runtime.isDryRun() };
  if (own) info.own = { ...own };
  if (!own || own.unfinished !== undefined) {
    const others = [...saved].filter(([other]) => other !== urn).map(([, child]) => child);
    info.held = others.flatMap((child) => child.instances.map((instance) => instance.instanceId));
    info.live = liveOf(others);
  }
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
