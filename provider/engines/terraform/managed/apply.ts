import type { Properties, Settled } from "../../../host/serve";
import { propertiesOf } from "./attributes";
import { errorOf, problemDiagnostics, warningsOf } from "./diagnostics";
import type { Managed } from "./managed";
import type { ApplyRequest, StateAnswer, TfDiagnostic, TfObject } from "./managed-resource";
import { type PrivateData, privateOf, privateText } from "./private-data";
import { isResumed, plannedReplacement } from "./replacements";
import type { Handed } from "./run-memory";
import {
  type Beside,
  besideOf,
  isUnfinished,
  savedAttributes,
  savedIdentity,
  stateOf,
} from "./settled-state";

/** What came of half an apply. */
interface Applied {
  readonly state: TfObject | null;
  /** Why it is not finished, or what is wrong: the run fails, and what is there is saved. */
  readonly diagnostics: readonly TfDiagnostic[];
}

/** Carries out what was planned for one object. */
export async function apply(managed: Managed, request: ApplyRequest): Promise<StateAnswer> {
  const { prior, planned, config, plannedPrivate } = request;
  const data = privateOf(plannedPrivate);
  const work = (): Promise<Applied> => {
    if (planned === null) return deleted(managed, prior ?? {}, data);
    const args = config ?? planned;
    const given = propertiesOf(managed.kind.inputs, args);
    return prior === null ? created(managed, args, given, data) : updated(managed, prior, args, given, data);
  };
  const summary = planned === null ? "Not deleted" : prior === null ? "Not created" : "Not updated";
  const done = await managed.port.during(work);
  const warnings = warningsOf(done.warnings);
  const { state, diagnostics } =
    "error" in done ? { state: prior, diagnostics: [errorOf(summary, done.error)] } : done.result;
  return { state, private: savedPrivate(managed, state), diagnostics: [...warnings, ...diagnostics] };
}

const savedPrivate = ({ kind }: Managed, attributes: TfObject | null): string =>
  attributes === null
    ? ""
    : privateText({ leg: "saved", isUnfinished: isUnfinished(stateOf(kind, attributes)) || undefined });

/** What is saved, with an error where it is not finished. */
function saved(managed: Managed, settled: Settled, args: TfObject, beside: Beside, summary: string): Applied {
  const { kind, memory } = managed;
  memory.hold(kind.resource.holds?.(settled.properties) ?? []);
  return {
    state: savedAttributes(kind, settled, args, beside),
    diagnostics: (settled.unfinished ?? []).map((reason) => errorOf(summary, new Error(reason))),
  };
}

const besideFor = ({ kind, process }: Managed, given: Properties, intent: unknown): Beside => ({
  intent,
  hidden: kind.secretsIn(given).hidden,
  identity: kind.identityOf(process, given),
});

async function created(
  managed: Managed,
  args: TfObject,
  given: Properties,
  data: PrivateData | undefined,
): Promise<Applied> {
  const { kind, memory, records, served, process } = managed;
  const identity = kind.identityOf(process, given) ?? "";
  const handed = memory.takeHanded(identity);
  if (handed) return takenOn(managed, handed, args, given);
  const left = memory.replacedBy(identity) ?? plannedReplacement(managed, identity);
  const known = {
    saved: left?.state ?? ("none" as const),
    decision: left?.decision ?? decisionOf(data),
  };
  const { intent, record } = await kind.evidenceFor(
    process,
    memory,
    given,
    left ? left.intent : records.read(identity),
    left !== undefined,
  );
  const checked = await managed.check(known, undefined, given, intent);
  if (checked.problems.length > 0) return { state: null, diagnostics: problemDiagnostics(checked.problems) };
  const call = managed.call({ ...known, decision: checked.decision ?? known.decision }, given);
  const beforeAllocating = (): void => {
    if (record !== undefined) records.write(identity, record);
  };
  const beside = besideFor(managed, given, intent);
  const creating = (onAccepted?: (settled: Settled) => void): Promise<Settled> =>
    served.create({ ...call, beforeAllocating, onAccepted }, checked.news);
  const isBeside = isResumed(managed, identity);
  const settledAs = (settled: Settled): Applied => {
    if (isBeside && !settled.unfinished) memory.takeUp(identity);
    const applied = saved(managed, settled, args, beside, "Not finished");
    return isBeside && settled.unfinished ? { ...applied, state: null } : applied;
  };
  if (!goesOn(managed, given)) return settledAs(await creating());
  return new Promise((resolve, reject) => {
    const work = creating((accepted) => {
      memory.waitFor(accepted.id, work);
      managed.warn(describeAccepted(managed, given));
      resolve(saved(managed, accepted, args, beside, "Not finished"));
    });
    work.then((settled) => resolve(settledAs(settled)), reject);
  });
}

const goesOn = ({ kind }: Managed, given: Properties): boolean => kind.mayGoOn && given["wait"] === false;

const describeAccepted = (managed: Managed, given: Properties): string =>
  `${managed.nameOf(given)} was accepted and is not finished: provisor_ready waits for it, and a later apply saves how it ended.`;

/** How long an update of what is not finished may take before it goes on beside others, in milliseconds. */
const SOON_MS = 3_000;

const decisionOf = (data: PrivateData | undefined): unknown =>
  data?.leg === "create" || data?.leg === "update" ? data.decision : undefined;

/** Finished in the delete half of the same apply; what the configuration has changed since is brought about. */
async function takenOn(
  managed: Managed,
  { id, state, intent, inputs }: Handed,
  args: TfObject,
  given: Properties,
): Promise<Applied> {
  const beside = besideFor(managed, given, intent);
  const kept = saved(managed, managed.kept(state, id, given), args, beside, "Not finished");
  const checked = await managed.check({ saved: state }, inputs, given, intent);
  if (checked.problems.length > 0) return { ...kept, diagnostics: problemDiagnostics(checked.problems) };
  const call = managed.call({ saved: state, decision: checked.decision }, given);
  const old = managed.plain(state, given);
  const change = await managed.served.diff(call, id, old, checked.news);
  if (!change.changes) return kept;
  const decision = change.decision ?? checked.decision;
  const settled = await managed.served.update({ ...call, decision }, id, old, checked.news);
  return saved(managed, settled, args, beside, "Not updated");
}

async function updated(
  managed: Managed,
  prior: TfObject,
  args: TfObject,
  given: Properties,
  data: PrivateData | undefined,
): Promise<Applied> {
  const { kind, memory, served, process } = managed;
  const inputs = kind.resourceInputs(given);
  const isImported = data?.leg === "update" && data.isImported === true;
  const before = propertiesOf(kind.inputs, prior);
  const kept = kind.withSecrets(stateOf(kind, prior), before, given);
  const state = isImported ? kind.completed(kept, inputs) : kept;
  const olds = isImported ? inputs : kind.resourceInputs(before);
  const intent = await kind.intentFor(process, given, besideOf(prior).intent);
  const known = { saved: state, decision: decisionOf(data) };
  const checked = await managed.check(known, olds, given, intent);
  if (checked.problems.length > 0) return { state: prior, diagnostics: problemDiagnostics(checked.problems) };
  const call = managed.call({ ...known, decision: checked.decision ?? known.decision }, given);
  const old = managed.plain(state, given);
  const id = String(prior["id"]);
  const beside = besideFor(managed, given, intent);
  const work = served.update(call, id, old, checked.news);
  if (!goesOn(managed, given) || !isUnfinished(state))
    return saved(managed, await work, args, beside, "Not updated");
  memory.waitFor(id, work);
  const soon = process.session.clock.sleep(SOON_MS).then(() => undefined);
  const settled = await Promise.race([work, soon]);
  if (settled) return saved(managed, settled, args, beside, "Not updated");
  managed.warn(describeAccepted(managed, given));
  return saved(managed, managed.kept(state, id, given), args, beside, "Not updated");
}

async function deleted(managed: Managed, prior: TfObject, data: PrivateData | undefined): Promise<Applied> {
  const { kind, memory, records, served } = managed;
  const state = stateOf(kind, prior);
  const identity = savedIdentity(kind, prior);
  const id = String(prior["id"]);
  const gone: Applied = { state: null, diagnostics: [] };
  const stays = (why: string): Applied => ({
    state: prior,
    diagnostics: [errorOf("Not deleted", new Error(`${kind.typeName} ${id}: ${why}.`))],
  });
  // One that was never finished may not know yet what it holds.
  const isTakenUp = isUnfinished(state) && memory.hasTakenUp(identity);
  if (isTakenUp || memory.holdsAll(kind.resource.holds?.(state) ?? [])) {
    managed.warn(
      `${kind.typeName} ${id}: nothing was deleted: what this apply has made, or taken up, is the same object.`,
    );
    return gone;
  }
  // Another version may have planned it: nothing is deleted for what is not understood.
  if (data === undefined)
    return stays("what was planned for it cannot be read. Nothing was deleted. Run the same command again");
  // No change asked for this: the object is tainted.
  if (data.leg === "create" && data.how !== "replace") {
    const isOpen = data.how === "resume" || isUnfinished(state);
    if (!isOpen && state["deletionPolicy"] !== "abandon") return stays(FINISHED);
    if (isOpen && data.identity === undefined)
      return stays(
        "what is to replace it was not known when that was planned. Nothing was deleted. Run the same command again",
      );
    if (isOpen && data.identity === identity) return handedOver(managed, prior, state, data.timeout);
  }
  const decision = decisionOf(data);
  await served.delete(managed.call({ saved: state, decision }), id, managed.plain(state, {}));
  records.remove(identity);
  if (data.leg === "create")
    memory.noteReplaced(data.identity ?? identity, { state, intent: besideOf(prior).intent, decision });
  return gone;
}

const FINISHED =
  "it is finished, and marked as tainted. It is not replaced: that would allocate a second time. Clear the mark with " +
  "`terraform untaint ADDRESS`";

/**
 * The delete half of the replacement that Terraform plans for an object that was not finished: while the object is in the
 * state, it is waited for; the create half that follows in this process takes it on.
 */
async function handedOver(
  managed: Managed,
  prior: TfObject,
  state: Properties,
  timeout: string | undefined,
): Promise<Applied> {
  const { kind, served, memory, records, process } = managed;
  const identity = savedIdentity(kind, prior);
  const id = String(prior["id"]);
  const given = propertiesOf(kind.inputs, prior);
  const inputs = kind.resourceInputs(given);
  const intent = besideOf(prior).intent;
  let finished = state;
  if (isUnfinished(state)) {
    const wanted = await kind.intentFor(process, given, intent);
    const waiting = { ...given, timeouts: timeout === undefined ? undefined : { update: timeout } };
    const checked = await managed.check({ saved: state }, inputs, waiting, wanted);
    if (checked.problems.length > 0)
      return { state: prior, diagnostics: problemDiagnostics(checked.problems) };
    const call = managed.call({ saved: state, decision: checked.decision }, given);
    const settled = await served.update(call, id, managed.plain(state, given), checked.news);
    if (settled.unfinished) return saved(managed, settled, prior, besideOf(prior), "Not finished");
    finished = settled.properties;
  }
  // From here to the end of the create half it is in no state.
  records.write(identity, intent);
  memory.handOver(identity, { id, state: finished, intent, inputs });
  return { state: null, diagnostics: [] };
}
