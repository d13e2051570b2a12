import type { Properties, Settled } from "../../../host/serve";
import type { Problem } from "../../../schema/problem";
import { attributesOf } from "./attributes";
import { errorOf, problemDiagnostics, warningsOf } from "./diagnostics";
import type { Managed } from "./managed";
import type { ImportAnswer, StateAnswer, TfObject } from "./managed-resource";
import { privateOf, privateText } from "./private-data";
import {
  argumentsOnly,
  besideOf,
  isUnfinished,
  savedAttributes,
  savedIdentity,
  stateOf,
} from "./settled-state";

/** Looks at what is there. */
export async function read(
  managed: Managed,
  { current, private: saved }: { current: TfObject; private: string },
): Promise<StateAnswer> {
  const { kind, memory, records } = managed;
  // Settings that are not known yet address nothing.
  if (managed.isOpen()) return { state: current, private: saved, diagnostics: [] };
  const state = stateOf(kind, current);
  const id = String(current["id"]);
  const data = privateOf(saved);
  const wasUnfinished = data?.leg === "saved" && data.isUnfinished === true;
  const done = await managed.port.during(() =>
    managed.served.read(managed.call({ saved: state }), id, managed.plain(state, {})),
  );
  const warnings = warningsOf(done.warnings);
  const identity = savedIdentity(kind, current);
  if ("error" in done) {
    memory.noteRead(identity, state, wasUnfinished);
    return {
      state: current,
      private: saved,
      diagnostics: [...warnings, errorOf("Not refreshed", done.error)],
    };
  }
  const { result } = done;
  if (result === undefined) return { state: null, private: "", diagnostics: warnings };
  const now = result.properties;
  memory.noteRead(identity, now, wasUnfinished);
  // It is in the state: what was written down for a run that might have lost it has had its day.
  if (!wasUnfinished && !isUnfinished(now)) records.remove(identity);
  const args = result.inputs ? drifted(managed, current, result.inputs.properties) : current;
  const reasons = Array.isArray(current["unfinished"]) ? (current["unfinished"] as string[]) : [];
  const settled = { ...result, id, unfinished: isUnfinished(now) ? reasons : undefined };
  return {
    state: savedAttributes(kind, settled, args, besideOf(current)),
    private: saved,
    diagnostics: warnings,
  };
}

/** Arguments with what was changed beside them, as far as the configuration gives them. */
function drifted({ kind }: Managed, current: TfObject, inputs: Properties): TfObject {
  const args = argumentsOnly(kind, current);
  const now = attributesOf(kind.inputs, inputs);
  const changed = Object.keys(args)
    .filter((name) => args[name] !== null && now[name] !== null && now[name] !== undefined)
    .map((name) => [name, inShapeOf(args[name], now[name])] as const);
  return { ...current, ...Object.fromEntries(changed) };
}

/** The value with the properties that the other one has: what a broker adds is no change. */
function inShapeOf(shape: unknown, value: unknown): unknown {
  const isObject = (one: unknown): one is Properties =>
    typeof one === "object" && one !== null && !Array.isArray(one);
  if (!isObject(shape) || !isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(shape).map(([key, inner]) => [key, inShapeOf(inner, value[key] ?? null)]),
  );
}

/** Takes over what exists, by its id: nothing is changed by that. */
export async function importState(managed: Managed, importId: string): Promise<ImportAnswer> {
  const { kind } = managed;
  const done = await managed.port.during(() => takenOver(managed, importId));
  const warnings = warningsOf(done.warnings);
  if ("error" in done)
    return { imported: [], diagnostics: [...warnings, errorOf("Not imported", done.error)] };
  if ("problems" in done.result)
    return { imported: [], diagnostics: [...warnings, ...problemDiagnostics(done.result.problems)] };
  const { settled, args } = done.result;
  const state = savedAttributes(kind, settled, attributesOf(kind.inputs, args), {
    hidden: [],
    identity: undefined,
  });
  return {
    imported: [{ state, private: privateText({ leg: "saved", isImported: true }) }],
    diagnostics: warnings,
  };
}

async function takenOver(
  managed: Managed,
  importId: string,
): Promise<{ problems: Problem[] } | { settled: Settled; args: Properties }> {
  const parsed = await managed.kind.importsOf(managed.process, importId);
  if ("problem" in parsed) return { problems: [{ path: "", message: `the id ${parsed.problem}` }] };
  const intent = managed.kind.plannedIntent(managed.process, parsed.inputs, undefined);
  const checked = await managed.check({ saved: "none" }, undefined, parsed.inputs, intent);
  if (checked.problems.length > 0) return { problems: checked.problems };
  const call = managed.call({ saved: "none" }, parsed.inputs);
  const settled = await managed.served.create(call, checked.news);
  // The next apply takes nothing over.
  const { adopt: _adopt, ...args } = parsed.inputs;
  return { settled, args };
}
