import type { SecretPath } from "../../../host/secret-echoes";
import { SecretValues } from "../../../host/secret-values";
import type { Properties, Settled } from "../../../host/serve";
import { type Path, markersOf } from "../../../schema/markers";
import { attributesOf, propertiesOf } from "./attributes";
import type { ManagedKind } from "./kind";
import type { TfObject } from "./managed-resource";

/** What the provider keeps for itself in an object's state: text in the attribute `internal`. */
const INTERNAL = "internal";

/** The value without what is at a path. */
function without(value: unknown, [name, ...rest]: Path): unknown {
  if (typeof value !== "object" || value === null || name === undefined) return value;
  if (Array.isArray(value))
    return value.map((item: unknown, index) =>
      index === name ? (rest.length > 0 ? without(item, rest) : null) : item,
    );
  const { [name]: found, ...others } = value as Record<string, unknown>;
  if (found === undefined) return value;
  return rest.length > 0 ? { ...others, [name]: without(found, rest) } : others;
}

/** The value with null in the place of each text that holds a secret. */
function scrubbed(value: unknown, secrets: SecretValues): unknown {
  if (typeof value === "string") return secrets.holds(value) ? null : value;
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubbed(item, secrets)]));
}

/** Names of outputs that are sensitive attributes: they may hold secrets of the API, which nobody is shown. */
const sensitiveOf = ({ outputs }: ManagedKind): string[] =>
  Object.entries(outputs.shape)
    .filter(([, property]) => markersOf(property).secret === true)
    .map(([name]) => name);

/**
 * What is saved as attributes: the arguments as they are written, what the provider gives beside them, and, in one text, what it
 * needs itself.
 */
export function savedAttributes(
  kind: ManagedKind,
  { properties, secrets, declared, id, unfinished = [] }: Settled,
  args: TfObject,
  { intent, hidden, identity }: Beside,
): TfObject {
  const isNamed = ({ at }: SecretPath): boolean => hidden.some(([top]) => at.length === 1 && at[0] === top);
  const isSensitive = ({ at: [name] }: SecretPath): boolean => sensitiveOf(kind).includes(String(name));
  const paths = secrets.filter((secret) => !isNamed(secret));
  const state = withoutAll(properties, [...hidden, ...paths.map(({ at }) => at)]);
  const shown = withoutAll(properties, [
    ...hidden,
    ...paths.filter((secret) => !isSensitive(secret)).map(({ at }) => at),
  ]);
  const told = scrubbed(kind.outputsOf({ ...shown, id }), new SecretValues(declared.values)) as Properties;
  return {
    ...attributesOf(kind.outputs, told),
    ...argumentsOnly(kind, args),
    unfinished: reasonsFor(state, unfinished),
    [INTERNAL]: JSON.stringify({ state, intent, hidden, identity }),
  };
}

const reasonsFor = (state: Properties, reasons: readonly string[]): string[] => {
  if (!isUnfinished(state)) return [];
  return reasons.length > 0 ? [...reasons] : ["It was accepted and is not finished yet."];
};

const withoutAll = (properties: Properties, paths: readonly Path[]): Properties =>
  paths.reduce<unknown>(without, properties) as Properties;

/** Arguments; of those that are outputs too, only what the configuration gives. */
export function argumentsOnly(kind: ManagedKind, args: TfObject): TfObject {
  const names = Object.keys(attributesOf(kind.inputs, {}));
  const outputs = Object.keys(attributesOf(kind.outputs, {}));
  return Object.fromEntries(
    names
      .filter((name) => !outputs.includes(name) || (args[name] !== null && args[name] !== undefined))
      .map((name) => [name, kind.writeOnly.includes(name) ? null : (args[name] ?? null)]),
  );
}

/** The state of the resource that attributes hold. */
export function stateOf(kind: ManagedKind, attributes: TfObject): Properties {
  const { state = {} } = internalOf(attributes);
  const outputs = propertiesOf(kind.outputs, attributes);
  const sensitive = sensitiveOf(kind)
    .map((name) => [name, outputs[name]] as const)
    .filter(([, value]) => value !== undefined);
  return { ...state, ...Object.fromEntries(sensitive) };
}

/** What is kept beside what a resource saves. */
export interface Beside {
  readonly intent?: unknown;
  /** Where the resource has what is in no state: what the configuration gives write-only. */
  readonly hidden: readonly Path[];
  /** What the object is, by the arguments that it was last given. */
  readonly identity: string | undefined;
}

export function besideOf(attributes: TfObject): Beside {
  const { intent, hidden = [], identity } = internalOf(attributes);
  return { intent, hidden, identity };
}

/** What a saved object is. */
export const savedIdentity = (kind: ManagedKind, attributes: TfObject): string =>
  besideOf(attributes).identity ?? kind.identityOfState(stateOf(kind, attributes));

type Internal = Partial<Beside> & { readonly state?: Properties };

function internalOf(attributes: TfObject): Internal {
  const text = attributes[INTERNAL];
  return JSON.parse(typeof text === "string" ? text : "{}") as Internal;
}

export const isUnfinished = (state: Properties): boolean => state["unfinished"] !== undefined;
