import type { z } from "zod";
import type { Resource } from "../../host/contract";
import { markersOf } from "../../schema/markers";
import type { Properties } from "./dynamic-handler";
import { kinds, tokenOf } from "./tokens";
import { opened, sealed } from "./wire";

/** What the program declared secret; saved with inputs and outputs. */
const declared = ["secretInputs", "secretNames"];

/** Inputs that nobody has written: what ties a resource to its intent and its run, and what a check has noted. */
const ofInputs = [
  "intent",
  "origin",
  ...declared,
  "fixed",
  "follows",
  "broker",
  "refused",
  "accompanied",
  "renewable",
  // Earlier versions of intents saved these.
  "want",
  "rotation",
];

/** An engine shows no property whose name begins like this, neither in a preview nor in a diff, and holds no plan to it. */
const HIDDEN = "__";

const PACK = `${HIDDEN}provisor`;

/** The name under which an output of an intent is saved: its resource is given it by the program, out of no pack. */
export const hiddenName = (name: string): string => `${HIDDEN}${name}`;

/** Outputs that the schema calls internal, and that a program reads nevertheless, or has written. */
const shownOutputs = ["timeouts", "maintenanceVersion", "instanceSecrets"];

/** The properties, with those that are book-keeping in one that `pack` makes. */
function put(
  properties: Properties,
  isOwn: (name: string) => boolean,
  pack: (own: Properties) => unknown,
): Properties {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  const own = Object.fromEntries(entries.filter(([name]) => isOwn(name)));
  const shown = Object.fromEntries(entries.filter(([name]) => !isOwn(name)));
  return Object.keys(own).length > 0 ? { ...shown, [PACK]: pack(own) } : shown;
}

/**
 * Inputs as the engine is to save them. Those that are book-keeping are a secret, since they may be: the engine marks inputs
 * by the names that a program gives them, and no program gives this one.
 */
export const packedInputs = (inputs: Properties): Properties =>
  put(inputs, (name) => ofInputs.includes(name), sealed);

/** Outputs as the engine is to save them. In those that are book-keeping what is secret stays marked by itself. */
export function packedOutputs({ name, inputs, outputs }: Resource, outs: Properties): Properties {
  const shape = outputs.shape as Record<string, z.ZodType | undefined>;
  const isInternal = (key: string): boolean => {
    const schema = shape[key];
    return schema !== undefined && markersOf(schema).internal === true && !shownOutputs.includes(key);
  };
  const packed = put(
    outs,
    (key) => declared.includes(key) || isInternal(key),
    (own) => own,
  );
  // All that an intent is not given is book-keeping.
  const isGiven = (key: string): boolean => key in inputs.shape && !ofInputs.includes(key);
  const isIntent = kinds.some(({ intentType }) => intentType === tokenOf(name));
  const isHidden = (key: string): boolean => isIntent && key !== PACK && !isGiven(key);
  return Object.fromEntries(
    Object.entries(packed).map(([key, value]) => [isHidden(key) ? hiddenName(key) : key, value]),
  );
}

/** The properties, with those that were packed where earlier versions saved them. */
export const unpacked = ({ [PACK]: pack, ...rest }: Properties): Properties => ({
  ...(opened(pack) as Properties | undefined),
  ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [nameOf(name), value])),
});

/** What was hidden by its name has its own again. */
const nameOf = (name: string): string =>
  name.startsWith(HIDDEN) && name !== "__provider" ? name.slice(HIDDEN.length) : name;
