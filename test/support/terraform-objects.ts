import { isDeepStrictEqual } from "node:util";
import { attributesOf } from "../../provider/engines/terraform/managed/attributes";
import { managedKinds } from "../../provider/engines/terraform/managed/kinds";
import type { TfObject } from "../../provider/engines/terraform/managed/managed-resource";
import { UNKNOWN } from "../../provider/engines/terraform/unknown";

/** What Terraform's core holds a provider's answers against. */

/** A resource block. Attributes that are left out are null. */
export interface Block {
  readonly type: string;
  readonly args: TfObject;
  readonly createBeforeDestroy?: boolean;
}

/** An object as a state holds it. */
export interface Held {
  readonly state: TfObject;
  readonly private: string;
  readonly isTainted: boolean;
}

/** What was planned for one. */
export interface Planned {
  readonly action: "create" | "update" | "replace" | "delete" | "no-op";
  readonly block: Block;
  readonly planned: TfObject | null;
  readonly private: string;
}

/** What is to be done, by name. */
export const actionsOf = (plans: ReadonlyMap<string, Planned>): Record<string, string> =>
  Object.fromEntries([...plans].map(([name, { action }]) => [name, action]));

/** The type of an object, which this state does not keep beside it. */
export function typeOf(state: TfObject): string {
  const kind = managedKinds.find(({ inputs, outputs }) => {
    const names = [...Object.keys(attributesOf(inputs, {})), ...Object.keys(attributesOf(outputs, {}))];
    return isDeepStrictEqual(new Set([...names, "unfinished", "internal"]), new Set(Object.keys(state)));
  });
  if (!kind) throw new Error(`An object of no type: ${Object.keys(state).join(", ")}`);
  return kind.typeName;
}

/** The configuration as Terraform sends it: all attributes of the schema, null where nothing is given. */
export function configOf({ type, args }: Block): TfObject {
  const kind = managedKinds.find(({ typeName }) => typeName === type);
  if (!kind) throw new Error(`There is no resource ${type}.`);
  return { ...attributesOf(kind.inputs, {}), ...args };
}

/** What was planned as known has to come about as it was planned. */
export function assertKept(name: string, what: string, planned: TfObject | null, now: TfObject | null): void {
  if (!planned || !now) return;
  for (const [attribute, value] of Object.entries(planned))
    if (!matches(value, now[attribute]))
      throw new Error(
        `Provider produced ${what}: ${name}.${attribute} was ${JSON.stringify(value)}, now ${JSON.stringify(now[attribute])}.`,
      );
}

function matches(planned: unknown, now: unknown): boolean {
  if (planned === UNKNOWN) return true;
  if (typeof planned !== "object" || planned === null) return isDeepStrictEqual(planned ?? null, now ?? null);
  if (typeof now !== "object" || now === null) return false;
  const keys = new Set([...Object.keys(planned), ...Object.keys(now)]);
  return [...keys].every((key) => matches((planned as TfObject)[key], (now as TfObject)[key]));
}
