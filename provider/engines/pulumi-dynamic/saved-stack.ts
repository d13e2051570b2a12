import * as pulumi from "@pulumi/pulumi";
import type { OtherSaved, SavedOutputs, SavedType } from "../../host/contract";
import { type SecretMarks, exposedOutputs } from "../../host/exposed-outputs";
import { savedTypes } from "../../resources/saved-types";
import { unpacked } from "./book-keeping";
import type { Properties } from "./dynamic-handler";
import { programSession } from "./program-session";
import { quietInvoke } from "./quiet-invoke";
import type { RunInfo } from "./run-memory";
import { type Kind, tokenOf } from "./tokens";
import { type Urns, typeOf, withType } from "./urns";
import { isMarked, withoutMarks } from "./wire";

const types = new Map(savedTypes.map((type) => [tokenOf(type.name), type]));

const marks: SecretMarks = { isMarked, unmark: withoutMarks };

/** What the saved state has of one of our resources, as far as it may be told. */
interface Saved {
  readonly own: SavedOutputs;
  readonly toOthers: OtherSaved;
}

/** What the saved state of the running stack holds for our resources, by URN; or that nobody can tell. */
type SavedStack = ReadonlyMap<string, Saved> | "untold";

/** What the provider of a resource is told of the run: its own saved state, and what others of its type tell it. */
export async function runOf({ type }: Kind, urns: Urns): Promise<RunInfo> {
  const [urn] = urns;
  const info: RunInfo = { urn, preview: pulumi.runtime.isDryRun() };
  const stack = await savedStack();
  if (stack === "untold") return { ...info, isUntold: true };
  const saved = urns.find((candidate) => stack.has(candidate));
  const own = saved === undefined ? undefined : stack.get(saved)?.own;
  const others = types.get(type)?.wantsOthers?.(own) === true ? othersIn(stack, type, saved) : undefined;
  return { ...info, ...(own ? { own } : {}), ...(others ? { others } : {}) };
}

/** What an intent's provider is told of the run: what that of its resource is, whose saved state is `real` here. */
export async function runOfIntent({ type, intentType }: Kind, urns: Urns): Promise<RunInfo> {
  const ofResource = urns.map((urn) => withType(urn, intentType, type)) as unknown as Urns;
  const { own: real, ...run } = await runOf({ type, intentType }, ofResource);
  const { own } = await runOf({ type: intentType, intentType }, urns);
  return { ...run, urn: urns[0], of: run.urn, ...(own ? { own } : {}), ...(real ? { real } : {}) };
}

const othersIn = (
  stack: ReadonlyMap<string, Saved>,
  type: string,
  but: string | undefined,
): readonly OtherSaved[] =>
  [...stack].filter(([urn]) => urn !== but && typeOf(urn) === type).map(([, { toOthers }]) => toOthers);

/**
 * The saved state of the running stack, as it was when this run first asked. A provider is not shown it: under `--replace`
 * and after `state taint` not even the resource that it is asked to create again. The engine's own invoke behind stack
 * references tells. Where it fails, nothing is known, and that is not the same as a stack with nothing in it: a provider makes
 * nothing then.
 */
const savedStack = (): Promise<SavedStack> =>
  programSession().one("saved-stack", () => readStack(pulumi.getStack()).catch(() => "untold" as const));

async function readStack(stackName: string): Promise<ReadonlyMap<string, Saved>> {
  const answer = inside(await quietInvoke("pulumi:pulumi:readStackResourceOutputs", { stackName }));
  const saved = new Map<string, Saved>();
  for (const [urn, entry] of Object.entries(inside(answer["outputs"]))) {
    const type = types.get(typeOf(urn) ?? "");
    if (type) saved.set(urn, partsOf(type, inside(inside(entry)["outputs"])));
  }
  return saved;
}

/** What may be told of saved outputs, as the engine has them. */
export function partsOf(type: SavedType, saved: Properties): Saved {
  const outputs = unpacked(saved);
  const toOthers = exposedOutputs(type, outputs, marks, "others");
  return { own: exposedOutputs(type, outputs, marks), toOthers: { type: type.name, state: toOthers } };
}

/** The object, out of a secret mark where it is in one; empty where there is none. */
function inside(value: unknown): Properties {
  if (typeof value !== "object" || value === null) return {};
  return isMarked(value) ? inside((value as Properties)["value"]) : (value as Properties);
}
