import { z } from "zod";
import type { Properties } from "../../../host/serve";
import { hasUnknown } from "../../../schema/unknown";
import { UNKNOWN, isUnknown } from "../unknown";
import { attributesOf, propertiesOf } from "./attributes";
import { errorOf } from "./diagnostics";
import type { ManagedResource, StateAnswer, TfDiagnostic, TfObject } from "./managed-resource";
import type { RunMemory } from "./run-memory";

export const READY =
  "Waits for all objects that have `wait = false`, so that many take the time of one. Shows what failed, one by one, and fails then. What needs them depends on it.";

export const readyInputs = z.strictObject({
  ids: z
    .array(z.string())
    .meta({ description: "The `id` of each object to wait for, which has `wait = false`." }),
});

export const readyOutputs = z.object({ id: z.string().meta({ description: "Ids of what is ready." }) });

const idOf = (ids: readonly string[]): string => ids.join(",");

/**
 * Waits for all of what was accepted and goes on, so that many take the time of one. What failed is said for each; then nothing is
 * saved of it, and the same command waits again.
 */
export function readyResource(memory: RunMemory): ManagedResource {
  const stateFor = (config: TfObject): TfObject => {
    const { ids } = propertiesOf(readyInputs, config) as { ids: string[] };
    return { ...attributesOf(readyInputs, { ids }), id: idOf(ids) };
  };
  const waited = async (config: TfObject): Promise<TfDiagnostic[]> => {
    const { ids } = propertiesOf(readyInputs, config) as { ids: string[] };
    const each = await Promise.all(ids.map((id) => failuresOf(memory, id)));
    return each.flat().map((reason) => errorOf("Not ready", new Error(reason)));
  };
  const apply = async (config: TfObject, prior: TfObject | null): Promise<StateAnswer> => {
    const diagnostics = await waited(config);
    if (diagnostics.length > 0) return { state: prior, private: "", diagnostics };
    return { state: stateFor(config), private: "", diagnostics };
  };
  return {
    typeName: "provisor_ready",
    validate: () => Promise.resolve([]),
    plan: ({ prior, config, proposed }) => {
      const planned = proposed === null || config === null ? null : plannedState(prior, config);
      return Promise.resolve({ planned, requiresReplace: [], plannedPrivate: "", diagnostics: [] });
    },
    apply: ({ prior, planned, config }) =>
      planned === null || config === null
        ? Promise.resolve({ state: null, private: "", diagnostics: [] })
        : apply(config, prior),
    read: ({ current }) => Promise.resolve({ state: current, private: "", diagnostics: [] }),
    importState: () =>
      Promise.resolve({
        imported: [],
        diagnostics: [errorOf("Not imported", new Error("There is nothing to import: it only waits."))],
      }),
  };
}

function plannedState(prior: TfObject | null, config: TfObject): TfObject {
  const args = { ids: config["ids"] };
  if (hasUnknown(args, isUnknown)) return { ...args, id: UNKNOWN };
  const id = idOf(config["ids"] as string[]);
  return prior !== null && prior["id"] === id ? { ...args, id } : { ...args, id: UNKNOWN };
}

/** Why what goes on did not come to its end. What does not go on in this apply is saved as it is. */
async function failuresOf(memory: RunMemory, id: string): Promise<readonly string[]> {
  try {
    const settled: Properties | undefined = (await memory.waitOf(id)) as Properties | undefined;
    return (settled?.["unfinished"] as string[] | undefined) ?? [];
  } catch (error) {
    return [(error as Error).message];
  }
}
