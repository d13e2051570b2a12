import * as pulumi from "@pulumi/pulumi";
import { unpacked } from "./book-keeping";
import type { Properties } from "./dynamic-handler";
import { programSession } from "./program-session";
import { quietInvoke } from "./quiet-invoke";
import type { RunInfo } from "./run-memory";
import { partOf } from "./saved-parts";
import { type Urns, typeOf } from "./urns";
import { isMarked } from "./wire";

/** What the saved state of the running stack holds for our resources, secrets left out, by URN; or that nobody can tell. */
export type SavedStack = ReadonlyMap<string, Properties> | "untold";

/**
 * The saved state of the running stack, as it was when this run first asked. A provider is not shown it: under `--replace`
 * and after `state taint` not even the resource that it is asked to create again. The engine's own invoke behind stack
 * references tells. Where it fails, nothing is known, and that is not the same as a stack with nothing in it: a provider makes
 * nothing then.
 */
export function savedStack(): Promise<SavedStack> {
  return programSession().one("saved-stack", () =>
    readStack(pulumi.getStack()).catch(() => "untold" as const),
  );
}

/** What a provider is told of the run where the saved state could not be read. */
export const untold = ([urn]: Urns): RunInfo => ({ urn, preview: pulumi.runtime.isDryRun(), isUntold: true });

/** Those of one type. */
export const ofType = (stack: ReadonlyMap<string, Properties>, type: string): [string, Properties][] =>
  [...stack].filter(([urn]) => typeOf(urn) === type);

async function readStack(stackName: string): Promise<ReadonlyMap<string, Properties>> {
  const answer = inside(await quietInvoke("pulumi:pulumi:readStackResourceOutputs", { stackName }));
  const saved = new Map<string, Properties>();
  for (const [urn, resource] of Object.entries(inside(answer["outputs"]))) {
    const part = partOf[typeOf(urn) ?? ""];
    if (part) saved.set(urn, part(unpacked(inside(inside(resource)["outputs"]))));
  }
  return saved;
}

/** The object, out of a secret mark where it is in one; empty where there is none. */
function inside(value: unknown): Properties {
  if (typeof value !== "object" || value === null) return {};
  return isMarked(value) ? inside((value as Properties)["value"]) : (value as Properties);
}
