import * as pulumi from "@pulumi/pulumi";
import type { Properties } from "./dynamic-handler";
import type { RunInfo } from "./run-memory";
import { ofType, savedStack, untold } from "./stack-state";
import type { Kind } from "./tokens";
import { type Urns, withType } from "./urns";

/** What the provider of a ServiceInstance or a ServiceBinding is told of the run: its own saved state, and ids of others. */
export async function runOfService({ type }: Kind, idName: string, urns: Urns): Promise<RunInfo> {
  const stack = await savedStack();
  if (stack === "untold") return untold(urns);
  const saved = urns.find((candidate) => stack.has(candidate));
  const own = saved === undefined ? undefined : stack.get(saved);
  const heldAtBrokers = ofType(stack, type)
    .filter(([urn]) => urn !== saved)
    .flatMap(([, { [idName]: id, broker }]) =>
      typeof id === "string" ? [{ id, ...(typeof broker === "string" ? { broker } : {}) }] : [],
    );
  return { urn: urns[0], preview: pulumi.runtime.isDryRun(), heldAtBrokers, ...(own ? { own } : {}) };
}

/**
 * What an intent's provider is told of the run: what its resource's is told, whose own state is `real` here, and of the
 * saved intent its own state.
 */
export async function runOfServiceIntent(
  { type, intentType }: Kind,
  idName: string,
  urns: Urns,
): Promise<RunInfo> {
  const stack = await savedStack();
  const ofResource = urns.map((urn) => withType(urn, intentType, type)) as unknown as Urns;
  const { own: real, ...run } = await runOfService({ type, intentType }, idName, ofResource);
  const info: RunInfo = { ...run, urn: urns[0], of: run.urn };
  if (stack === "untold") return info;
  const saved = urns.find((candidate) => stack.has(candidate));
  if (saved === undefined) return info;
  return { ...info, own: { ...stack.get(saved), ...(real ? { real: withTrigger(real) } : {}) } };
}

/** The intent compares digests of triggers, which both of them are to it. */
const withTrigger = ({ triggerDigest, ...real }: Properties): Properties =>
  triggerDigest === undefined ? real : { ...real, rotationTrigger: triggerDigest };
