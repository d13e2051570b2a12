import * as pulumi from "@pulumi/pulumi";
import type { Properties } from "./dynamic-handler";
import type { RunInfo } from "./run-memory";
import { ofType, savedStack } from "./stack-state";
import type { Kind } from "./tokens";
import { type Urns, withType } from "./urns";

/** What the provider of a ServiceInstance or a ServiceBinding is told of the run: its own saved state, and ids of others. */
export async function runOfService({ type }: Kind, idName: string, urns: Urns): Promise<RunInfo> {
  const stack = await savedStack();
  const saved = urns.find((candidate) => stack.has(candidate));
  const own = saved === undefined ? undefined : stack.get(saved);
  const heldAtBrokers = ofType(stack, type)
    .filter(([urn]) => urn !== saved)
    .flatMap(([, { [idName]: id, broker }]) =>
      typeof id === "string" ? [{ id, ...(typeof broker === "string" ? { broker } : {}) }] : [],
    );
  return { urn: urns[0], preview: pulumi.runtime.isDryRun(), heldAtBrokers, ...(own ? { own } : {}) };
}

/** What an intent's provider is told of the run: of the saved one, its own state, and that of its resource as `real`. */
export async function runOfServiceIntent({ type, intentType }: Kind, urns: Urns): Promise<RunInfo> {
  const stack = await savedStack();
  const info: RunInfo = { urn: urns[0], preview: pulumi.runtime.isDryRun() };
  const saved = urns.find((candidate) => stack.has(candidate));
  if (saved === undefined) return info;
  const real = stack.get(withType(saved, intentType, type));
  return { ...info, own: { ...stack.get(saved), ...(real ? { real: withTrigger(real) } : {}) } };
}

/** The intent compares digests of triggers, which both of them are to it. */
const withTrigger = ({ triggerDigest, ...real }: Properties): Properties =>
  triggerDigest === undefined ? real : { ...real, rotationTrigger: triggerDigest };
