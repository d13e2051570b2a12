import { AuthenticationError, ProvisorError, SettingsError } from "../../../sdk/subscription";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { say } from "../../words";
import { type Checked, type Host, type Problem, StopError } from "../../host/contract";
import { forcedBy, unforced } from "../forced-replacement";
import { hasUnknown } from "../../schema/unknown";
import { isLost } from "../../schema/validate";
import { type Account, openAccount } from "../subscription/account";
import { compareAllocations, slotsOf } from "./allocation";
import { type ChildInstanceDecision, isAbandoned } from "./decision";
import { intentsOf } from "./run-state";
import { partProblems, previewProblems } from "./preview";
import { changeProblems, inputProblems, inputWarnings, readablePart } from "./rules";
import { type ChildInstanceInputs, type ChildInstanceSpec, childInstanceOutputs } from "./schema";
import { isAwaited, specOf } from "./state";
import { timeoutOf } from "../timeouts";
import { describeInstance } from "./messages";
import { ownOf } from "../../host/saved-state";
import { type SettingsInput, resolveSettingValues } from "../../settings";
import type { Given } from "../check-against-intent";
import { assertSameParent } from "./identity";

/**
 * Judges the inputs before anything is sent. In a preview, and where the settings are there, the API is asked too:
 * whether the credentials are good, the tenant is free, the units are there.
 */
export async function checkChildInstance(
  host: Host,
  olds: ChildInstanceInputs | undefined,
  news: unknown,
): Promise<Checked> {
  const problems = inputProblems(news, host.isUnknown);
  const raw = news as ChildInstanceInputs;
  if (problems.length > 0)
    return { inputs: news, problems: [...problems, ...(await furtherProblems(host, olds, raw))] };
  let inputs: ChildInstanceInputs;
  try {
    inputs = hasUnknown(raw.profile, host.isUnknown) ? raw : withPolicies(host.settings, raw);
  } catch (error) {
    return { inputs: news, problems: [settingsProblem(error)] };
  }
  warnOfWords(host, inputs);
  const { problems: found, decision = host.decision } = olds
    ? { problems: changeProblems(olds, inputs, host.isUnknown) }
    : forcedReplacement(host, inputs);
  if (found.length > 0) return { inputs, problems: found };
  return { inputs, problems: await accountProblems({ ...host, decision }, olds, inputs), decision };
}

function warnOfWords(host: Host, inputs: ChildInstanceInputs): void {
  for (const warning of inputWarnings(inputs, host.isUnknown))
    host.log.warn(`${say.path(warning.path)} ${warning.message}`);
}

/** What else is wrong with new inputs that are wrong by themselves, as far as they can be read. */
async function furtherProblems(
  host: Host,
  olds: ChildInstanceInputs | undefined,
  raw: unknown,
): Promise<Problem[]> {
  if (olds !== undefined) return [];
  const part = readablePart(raw, host.isUnknown) as ChildInstanceInputs;
  warnOfWords(host, part);
  if (isLost("profile", raw, part) || isLost("intent", raw, part)) return [];
  return accountProblems(host, olds, part, true);
}

/** What a check is told of the saved state. */
const savedPart = childInstanceOutputs
  .pick({ instances: true, jobId: true, missing: true, unfinished: true })
  .partial();

/**
 * A create for a resource that the saved state holds, without a change that asked for it: by the command, or since the state is
 * tainted. The engine shows no old inputs then, so that only the saved state tells.
 */
function forcedReplacement(
  host: Host,
  inputs: ChildInstanceInputs,
): { problems: Problem[]; decision?: ChildInstanceDecision } {
  const none = { problems: [] };
  const refused = (message: string): { problems: Problem[] } => ({ problems: [{ path: "", message }] });
  const own = ownOf(host);
  if (!own) return none;
  const read = savedPart.safeParse(own);
  if (!read.success)
    return refused(
      "its saved state is damaged, so that what is allocated already cannot be told. Nothing was sent",
    );
  const saved = read.data;
  const ids = (saved.instances ?? []).map((instance) => instance.instanceId);
  if (isAbandoned(host, ids)) return none;
  const missing = saved.missing ?? [];
  const live = (saved.instances ?? []).filter((instance) => !missing.includes(instance.instanceId));
  if (live.length === 0 && saved.unfinished === undefined) return none;
  if (isAwaited(saved))
    return refused(
      `job ${saved.jobId ?? "unknown"} may still be under way, so that a replacement (a change under ` +
        `${say.set("changePolicy", "replace")}, ${forcedBy(host)}) would allocate a second time. Nothing was sent. Take it back, let the job ` +
        `end with ${say.apply}, then change it`,
    );
  const { failed = [] } = saved.unfinished ?? {};
  const isDead = live.every(({ appId }) => failed.includes(appId));
  if (isDead && inputs.deletionPolicy === "abandon") {
    intentsOf(host.session).keep(ids);
    return { problems: [], decision: { abandons: ids } };
  }
  const what = live.length > 0 ? live.map(describeInstance).join(", ") : `job ${saved.jobId ?? "unknown"}`;
  return refused(
    `a replacement was asked for (${forcedBy(host)}), which would allocate a second time: ${what} stays ` +
      `allocated. The API offers no delete. Nothing was sent. ${unforced(host)}` +
      `. To allocate anew on purpose, change an input under ${say.set("changePolicy", "replace")} and ` +
      `${say.set("deletionPolicy", "abandon")}, or take the resource out of the state first`,
  );
}

/** Settings that are missing fail; in a preview, so do credentials that are refused and what the API knows better. */
async function accountProblems(
  host: Host,
  olds: ChildInstanceInputs | undefined,
  inputs: ChildInstanceInputs,
  isPart = false,
): Promise<Problem[]> {
  if (hasUnknown(inputs.profile, host.isUnknown)) return [];
  let account: Account;
  try {
    account = openAccount(host.session, host.settings, inputs.profile);
  } catch (error) {
    return [settingsProblem(error)];
  }
  if (!host.preview) return [];
  announce(host, account);
  const unreachable = host.session.one("unreachable", () => new Set<Account>());
  if (unreachable.has(account)) return [];
  const { clock } = host.session;
  const deadline = clock.now() + timeoutOf(inputs.timeouts, olds ? "update" : "create");
  try {
    return await withDeadline(askedProblems(host, account, olds, inputs, isPart), clock, deadline);
  } catch (error) {
    if (error instanceof AuthenticationError) return [{ path: "", message: error.message }];
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    // Said once, and not tried again for each resource.
    if (!unreachable.has(account))
      host.log.warn(`The API could not be asked in this ${say.planNoun}: ${error.message}`);
    unreachable.add(account);
    return [];
  }
}

/** What the API says against the inputs. */
async function askedProblems(
  host: Host,
  account: Account,
  olds: ChildInstanceInputs | undefined,
  inputs: ChildInstanceInputs,
  isPart: boolean,
): Promise<Problem[]> {
  await host.session.waitingFor("an access token", () => account.client.authenticate());
  if (hasUnknown({ ...inputs, intent: undefined }, host.isUnknown)) {
    host.log.info("Some inputs are not known yet; tenant and units are checked when they are.");
    return [];
  }
  if (isPart) return partProblems(host, account, inputs as ChildInstanceSpec);
  const spec = specOf({ ...inputs, intent: undefined });
  const apps = olds ? lackingApps(host, olds, spec) : slotsOf(spec).map((slot) => slot.appId);
  return apps.length === 0 ? [] : previewProblems(host, account, inputs, apps, olds === undefined);
}

/** Apps that an update would allocate: those that the saved state has no instance of and that no POST is out for. */
function lackingApps(host: Host, olds: ChildInstanceInputs, spec: ChildInstanceSpec): string[] {
  const saved = savedPart.safeParse(ownOf(host)).data;
  if (!saved) return compareAllocations(specOf({ ...olds, intent: undefined }), spec).added;
  const known = [
    ...(saved.instances ?? []).map((instance) => instance.appId),
    ...(saved.unfinished?.awaited ?? []),
  ];
  return slotsOf(spec)
    .map((slot) => slot.appId)
    .filter((app) => !known.includes(app));
}

/** Says once which parent is addressed, and who said so. */
function announce(host: Host, account: Account): void {
  const { parentTsgId, baseUrl, source } = account.settings;
  if (host.session.first(`announced:${parentTsgId}:${baseUrl}:${source}`))
    host.log.info(`Parent TSG ${parentTsgId} at ${baseUrl}; credentials from ${source}.`);
}

function settingsProblem(error: unknown): Problem {
  if (error instanceof SettingsError) return { path: "", message: error.message };
  throw error;
}

/** Fills in what the user left to the settings: each policy's default can be set for a stack or a profile. */
export function withPolicies(input: SettingsInput, inputs: ChildInstanceInputs): ChildInstanceInputs {
  const settings = resolveSettingValues(input, inputs.profile);
  return {
    ...inputs,
    deletionPolicy: inputs.deletionPolicy ?? settings.deletionPolicy ?? "prevent",
    changePolicy: inputs.changePolicy ?? settings.changePolicy ?? "forbid",
    missingPolicy: inputs.missingPolicy ?? settings.missingPolicy ?? "keep",
  };
}

/**
 * Why inputs are refused before anything is sent: by their rules and policies, and, of an allocation that is there and gets
 * more, by what the API shows. `olds` are the inputs of the one that is there.
 */
export async function refusalsOfChildInstance(
  host: Host,
  olds: Given | undefined,
  news: Given,
): Promise<Problem[]> {
  const isThere = olds !== undefined;
  const { problems } = await checkChildInstance({ ...host, preview: isThere }, olds, news);
  return problems.length > 0 ? problems : parentProblems(host, news as ChildInstanceInputs);
}

/** Credentials for another parent TSG than that of what is there. */
function parentProblems(host: Host, { profile }: ChildInstanceInputs): Problem[] {
  const parentTsgId = ownOf(host)?.["parentTsgId"];
  if (typeof parentTsgId !== "string") return [];
  try {
    assertSameParent(host, openAccount(host.session, host.settings, profile), { parentTsgId });
    return [];
  } catch (error) {
    if (!(error instanceof StopError) && !(error instanceof SettingsError)) throw error;
    return [{ path: "", message: error.message }];
  }
}
