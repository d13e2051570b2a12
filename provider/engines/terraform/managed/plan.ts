import type { Call, Properties } from "../../../host/serve";
import type { Problem } from "../../../schema/problem";
import { UNKNOWN } from "../unknown";
import { attributesOf, propertiesOf, snake } from "./attributes";
import { errorOf, problemDiagnostics, warningsOf } from "./diagnostics";
import type { Managed } from "./managed";
import type { PlanAnswer, PlanRequest, TfDiagnostic, TfObject, TfPath } from "./managed-resource";
import { forgetReplacement, noteReplacement, noteResumed } from "./replacements";
import { type PrivateData, privateOf, privateText } from "./private-data";
import { argumentsOnly, besideOf, isUnfinished, savedIdentity, stateOf } from "./settled-state";

interface Planned {
  readonly planned: TfObject | null;
  readonly requiresReplace?: readonly TfPath[];
  readonly data: PrivateData;
  readonly problems?: readonly Problem[];
}

/** Plans one object. Nothing is sent that changes anything. */
export async function plan(managed: Managed, request: PlanRequest): Promise<PlanAnswer> {
  const done = await managed.port.during(() => planned(managed, request));
  // What will be allocated is for the user to see before: a plan shows nothing else of a provider.
  const isNew = request.prior === null && request.proposed !== null;
  const diagnostics: TfDiagnostic[] = warningsOf([
    ...(isNew ? done.infos.filter((text) => !isAboutAll(text)) : []),
    ...done.warnings,
  ]);
  if ("error" in done)
    return {
      planned: request.proposed,
      requiresReplace: [],
      plannedPrivate: "",
      diagnostics: [...diagnostics, errorOf("Not planned", done.error)],
    };
  const { planned: object, requiresReplace = [], data, problems = [] } = done.result;
  return {
    planned: object,
    requiresReplace,
    plannedPrivate: privateText(data),
    diagnostics: [...diagnostics, ...problemDiagnostics(problems)],
  };
}

/** Which API is addressed, and by whom, is said once and of all objects. */
const isAboutAll = (text: string): boolean => /^(Parent TSG|Broker) /.test(text);

async function planned(
  managed: Managed,
  { prior, config, proposed, priorPrivate }: PlanRequest,
): Promise<Planned> {
  if (proposed === null || config === null) return { planned: null, data: { leg: "delete" } };
  const given = propertiesOf(managed.kind.inputs, config);
  const problems = managed.problemsOf(given);
  if (problems.length > 0) return { planned: proposed, data: { leg: "delete" }, problems };
  if (managed.isOpen())
    return prior === null
      ? { planned: unmade(managed, config), data: { leg: "create", how: "first" } }
      : { planned: toBeUpdated(managed, prior, config), data: { leg: "update", of: String(prior["id"]) } };
  return prior === null
    ? plannedCreate(managed, config, given, privateOf(priorPrivate), priorPrivate)
    : plannedUpdate(managed, prior, config, given, privateOf(priorPrivate));
}

/** What is known of an object that is to be made: its arguments. */
function unmade({ kind }: Managed, config: TfObject): TfObject {
  const outputs = Object.keys(attributesOf(kind.outputs, {}));
  return {
    ...Object.fromEntries([...outputs, "unfinished", "internal"].map((name) => [name, UNKNOWN])),
    ...argumentsOnly(kind, config),
  };
}

async function plannedCreate(
  managed: Managed,
  config: TfObject,
  given: Properties,
  before: PrivateData | undefined,
  priorPrivate: string,
): Promise<Planned> {
  const { kind, memory, records } = managed;
  const identity = kind.identityOf(managed.process, given);
  const object = unmade(managed, config);
  const answer = (how: "first" | "resume" | "replace", problems: Problem[], decision: unknown): Planned => ({
    planned: object,
    data: { leg: "create", identity, how, timeout: createTimeout(given), decision },
    problems,
  });
  const intent = (recorded: unknown): unknown => kind.plannedIntent(managed.process, given, recorded);
  // The second plan of a replacement is handed what the first one returned.
  const own = before === undefined ? undefined : memory.plannedFor(priorPrivate);
  if (own !== undefined) {
    const decided = before?.leg === "replace" ? before.decision : undefined;
    const known = { saved: own.state, decision: decided, preview: true };
    const checked = await managed.check(known, undefined, given, intent(undefined));
    const decision = checked.decision ?? decided;
    if (identity !== undefined && checked.problems.length === 0)
      noteReplacement(managed, identity, { decision, intent: own.intent });
    return answer("replace", checked.problems, decision);
  }
  // The delete half of this apply has finished it: it is there, and nothing is sent.
  if (identity !== undefined && memory.isHanded(identity)) return answer("resume", [], undefined);
  const read = identity === undefined ? undefined : memory.readOf(identity);
  if (read && (read.wasUnfinished || isUnfinished(read.state))) {
    managed.warn(
      `Nothing will be destroyed: ${managed.nameOf(given)} is not finished, and this apply goes on with it. Terraform shows a ` +
        "replacement since the last apply could not save it as finished.",
    );
    if (identity !== undefined) noteResumed(managed, identity);
    return answer("resume", [], undefined);
  }
  if (read && read.state["deletionPolicy"] !== "abandon")
    return answer("first", [{ path: "", message: taintedWords(managed, given) }], undefined);
  if (identity !== undefined && !memory.make(identity))
    return answer("first", [{ path: "", message: twiceWords(managed, identity) }], undefined);
  const recorded = identity === undefined ? undefined : records.read(identity);
  const known = { saved: "none" as const, preview: true };
  const checked = await managed.check(known, undefined, given, intent(recorded));
  return answer(read ? "replace" : "first", checked.problems, checked.decision);
}

function createTimeout({ timeouts }: Properties): string | undefined {
  const { create } = (timeouts ?? {}) as { create?: unknown };
  return typeof create === "string" ? create : undefined;
}

const taintedWords = (managed: Managed, given: Properties): string =>
  `${managed.nameOf(given)} is finished and marked as tainted, or another resource has the same identity. It is not replaced: that ` +
  "would allocate a second time. Nothing was sent. Clear the mark with `terraform untaint ADDRESS`";

const twiceWords = (managed: Managed, identity: string): string =>
  `another ${managed.kind.typeName} of this configuration is the very same object (${identity}). Nothing was sent. Give each its own ` +
  "name or id";

async function plannedUpdate(
  managed: Managed,
  prior: TfObject,
  config: TfObject,
  given: Properties,
  before: PrivateData | undefined,
): Promise<Planned> {
  const { kind, records } = managed;
  const isImported = before?.leg === "saved" && before.isImported === true;
  const inputs = kind.resourceInputs(given);
  const earlier = propertiesOf(kind.inputs, prior);
  const kept = kind.withSecrets(stateOf(kind, prior), earlier, given);
  const state = isImported ? kind.completed(kept, inputs) : kept;
  // It is in the state: what was written down for a run that might have lost it has had its day.
  if (!isUnfinished(state)) records.remove(savedIdentity(kind, prior));
  const olds = kind.resourceInputs(earlier);
  const intent = kind.plannedIntent(managed.process, given, besideOf(prior).intent);
  const known = { saved: state, preview: true };
  const checked = await managed.check(known, isImported ? inputs : olds, given, intent);
  const of = String(prior["id"]);
  const data = (leg: "update" | "replace", decision: unknown): PrivateData =>
    leg === "update" ? { leg, of, decision, isImported: isImported || undefined } : { leg, of, decision };
  if (checked.problems.length > 0)
    return { planned: prior, data: data("update", undefined), problems: checked.problems };
  const call: Call = managed.call({ saved: state, decision: checked.decision, preview: true });
  const change = await managed.served.diff(call, of, managed.plain(state, given), checked.news);
  const decision = change.decision ?? checked.decision;
  if (change.replaces.length > 0) {
    const paths = [["id"], ...change.replaces.map((path) => [snake(path.split(/[.[]/)[0] ?? "")])];
    return remembered(managed, prior, state, {
      planned: unmade(managed, config),
      requiresReplace: paths,
      data: data("replace", decision),
    });
  }
  const isSame = !change.changes && !isChanged(managed, prior, config) && !isImported;
  const object = isSame ? { ...prior, ...argumentsOnly(kind, config) } : toBeUpdated(managed, prior, config);
  return remembered(managed, prior, state, { planned: object, data: data("update", decision) });
}

/** A plan of a replacement may follow, which is shown no state. */
function remembered(managed: Managed, prior: TfObject, state: Properties, answer: Planned): Planned {
  const { intent } = besideOf(prior);
  managed.memory.notePlanned(privateText(answer.data), { state, intent });
  // Whatever an earlier plan was to replace: this one says so anew.
  forgetReplacement(managed, savedIdentity(managed.kind, prior));
  return answer;
}

/** Whether an argument is another one, though perhaps with the same meaning. */
function isChanged({ kind }: Managed, prior: TfObject, config: TfObject): boolean {
  const now = argumentsOnly(kind, config);
  return Object.entries(now).some(
    ([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(prior[name] ?? null),
  );
}

function toBeUpdated({ kind }: Managed, prior: TfObject, config: TfObject): TfObject {
  const stable = kind.stable.map(snake);
  const outputs = [...Object.keys(attributesOf(kind.outputs, {})), "unfinished", "internal"];
  return {
    ...Object.fromEntries(outputs.map((name) => [name, stable.includes(name) ? prior[name] : UNKNOWN])),
    ...argumentsOnly(kind, config),
  };
}
