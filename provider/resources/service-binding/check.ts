import { AuthenticationError, ProvisorError, SettingsError } from "../../../sdk/broker";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { type Broker, CATALOG_MAX_AGE_MS, PLATFORM, openBroker, announce } from "../broker/account";
import { warnOfUnusable, type FoundPlan, findPlan } from "../broker/catalog";
import { reserveId } from "../broker/ids";
import { checkParameters } from "../broker/parameters-check";
import { platformProblems } from "../broker/platform";
import { withoutFullStop } from "../../host/errors";
import type { Checked, Host, Problem } from "../../host/contract";
import type { Given } from "../check-against-intent";
import { hasUnknown, type IsUnknown } from "../../schema/unknown";
import { isLost, validPart, problemsOf } from "../../schema/validate";
import { adoptedId } from "./state";
import { changedInputs } from "./changes";
import { timeOf } from "../timeouts";
import { describePreview, UNFETCHABLE_ADVICE, describeUnfetchable } from "./messages";
import { savedPart } from "./saved-part";
import { type ServiceBindingInputs, serviceBindingInputs } from "./schema";
import { type BindingDecision, bindingDecision, decided, savedReplacement } from "./decision";
import { successorProblems } from "./replacement-check";
import { ownOf } from "../../host/saved-state";
import { say } from "../../words";
import { withoutIntent } from "../broker/own-intent";
import { markersOf } from "../../schema/markers";

/**
 * Judges the inputs before anything is sent: by themselves, by what is saved, and by the broker's catalog, whose ids it
 * adds for the diff.
 */
export async function checkServiceBinding(
  host: Host,
  olds: ServiceBindingInputs | undefined,
  news: unknown,
): Promise<Checked> {
  const found = inputProblems(news, host.isUnknown);
  if (found.length > 0)
    return { inputs: news, problems: [...found, ...(await furtherProblems(host, olds, news))] };
  const inputs = withDefaults(host, news as ServiceBindingInputs);
  const decision = decisionFor(host, olds, inputs);
  const problems = successorProblems(host, olds, inputs);
  if (problems.length > 0) return { inputs, problems, decision };
  if (host.preview) describePreview(host, olds, inputs);
  if (isPlanUnknown(host, inputs)) return { inputs, problems: [], decision };
  return { ...(await checkedByCatalog(host, olds, inputs)), decision };
}

/** What else is wrong with a new binding whose inputs are wrong by themselves, as far as they can be read. */
async function furtherProblems(
  host: Host,
  olds: ServiceBindingInputs | undefined,
  news: unknown,
): Promise<Problem[]> {
  const part = validPart(serviceBindingInputs, news, host.isUnknown) as Partial<ServiceBindingInputs>;
  const { instance, intent } = part;
  if (olds !== undefined || instance === undefined || intent === undefined) return [];
  if (isLost("profile", news, part)) return [];
  // Parameters are not judged by another word than the one that was meant.
  const judged = isLost("parametersCheck", news, part) ? { parametersCheck: "off" as const } : {};
  const inputs = withDefaults(host, { ...part, ...judged, instance });
  if (isPlanUnknown(host, inputs)) return [];
  return (await checkedByCatalog(host, olds, inputs)).problems;
}

/**
 * Why inputs are refused before anything is sent. `olds` are those that the binding was given; of it the saved state tells
 * what the catalog said then.
 */
export async function refusalsOfServiceBinding(
  host: Host,
  olds: Given | undefined,
  news: Given,
): Promise<Problem[]> {
  const { serviceId, planId } = (ownOf(host) ?? {}) as Partial<ServiceBindingInputs>;
  const before = olds && { ...withDefaults(host, olds as ServiceBindingInputs), serviceId, planId };
  const { problems } = await checkServiceBinding(host, before, news);
  return problems;
}

/**
 * For the deletes of what is replaced, how the program wants them; and, where the engine shows no old inputs and no diff has
 * decided it, that what is saved is to have a successor.
 */
function decisionFor(
  host: Host,
  olds: ServiceBindingInputs | undefined,
  inputs: ServiceBindingInputs,
): BindingDecision {
  const { name, isUnknown } = host;
  const { deletionPolicy, acceptsIncomplete, timeouts } = inputs;
  const ending = hasUnknown([deletionPolicy, acceptsIncomplete, timeouts], isUnknown)
    ? undefined
    : { name, deletionPolicy, acceptsIncomplete: acceptsIncomplete !== false, timeouts };
  if (olds !== undefined) return decided({ ending });
  const { successor, present } = bindingDecision(host);
  if (successor) return decided({ present, successor, ending });
  const forced = isUnknown(inputs.adopt) ? undefined : savedReplacement(host, inputs);
  return decided({ present: forced && savedPart(host), successor: forced, ending } as BindingDecision);
}

/** The service and the plan of an instance that is still to be made are known; its id is not. */
const isPlanUnknown = ({ isUnknown }: Host, { profile, instance }: ServiceBindingInputs): boolean =>
  isUnknown(instance) || hasUnknown([profile, instance.service, instance.plan], isUnknown);

function withDefaults(host: Host, given: ServiceBindingInputs): ServiceBindingInputs {
  const { context } = given;
  return {
    ...given,
    acceptsIncomplete: given.acceptsIncomplete ?? true,
    deletionPolicy: given.deletionPolicy ?? "delete",
    // A context says which platform it is of.
    ...(context !== undefined && !host.isUnknown(context)
      ? { context: { platform: PLATFORM, ...context } }
      : {}),
  };
}

async function checkedByCatalog(
  host: Host,
  olds: ServiceBindingInputs | undefined,
  inputs: ServiceBindingInputs,
): Promise<{ inputs: ServiceBindingInputs; problems: Problem[] }> {
  const problem = (path: string, message: string): { inputs: ServiceBindingInputs; problems: Problem[] } => ({
    inputs,
    problems: [{ path, message }],
  });
  let broker: Broker;
  try {
    broker = openBroker(host.session, host.settings, inputs.profile);
  } catch (error) {
    if (error instanceof SettingsError) return problem("", error.message);
    throw error;
  }
  announce(host, broker);
  const platform = platformProblems(broker, inputs);
  if (platform.length > 0) return { inputs, problems: platform };
  const path = typeof inputs.adopt === "string" ? "adopt" : "bindingId";
  const id = adoptedId(inputs) ?? inputs.bindingId;
  const taken = reserveId(host, broker, { noun: "binding", id, path, key: inputs.intent?.key });
  if (taken.length > 0) return { inputs, problems: taken };
  const known = idsBefore(olds, inputs);
  const look = await planNow(host, broker, inputs);
  if ("at" in look) {
    if (known === undefined) return problem(`instance.${look.at}`, look.message);
    host.log.warn(`${host.name}: ${look.message}. What was found before is used.`);
    return { inputs: { ...inputs, ...known }, problems: [] };
  }
  if ("why" in look) {
    if (known === undefined && (!host.preview || look.isRefusal))
      return problem("", `the broker's catalog could not be read: ${look.why}. Nothing was sent`);
    if (host.session.first(`catalog-unreadable:${broker.client.baseUrl}`))
      host.log.warn(`The broker's catalog could not be read, and nothing is checked by it: ${look.why}.`);
    return { inputs: { ...inputs, ...known }, problems: [] };
  }
  const { offering, plan } = look;
  const ids = stayingIds(host, known, {
    serviceId: offering.id,
    serviceName: offering.name,
    planId: plan.id,
  });
  const isNew = olds === undefined || changedInputs(olds, inputs, host.isUnknown).length > 0;
  const problems =
    isNew && inputs.adopt === undefined
      ? checkParameters(host, broker, {
          plan,
          schema: plan.schemas?.serviceBinding?.create?.parameters,
          parameters: inputs.parameters,
          check: inputs.parametersCheck,
        })
      : [];
  if (isNew && !plan.bindable)
    problems.push({
      path: "instance.plan",
      message: `plan ${plan.name} of service ${offering.name} cannot be bound (bindable: false in the broker's catalog)`,
    });
  if (isUnfetchableAgain(host, inputs, look))
    problems.push({
      path: "acceptsIncomplete",
      message: `${describeUnfetchable(offering.name)}. The last run found that out, and nothing was sent now. ${UNFETCHABLE_ADVICE}`,
    });
  return { inputs: { ...inputs, ...ids }, problems };
}

/** True where the present binding failed since nothing tells what it gives, and another would in the same way. */
function isUnfetchableAgain(host: Host, inputs: ServiceBindingInputs, { offering }: FoundPlan): boolean {
  const { unfinished, serviceId } = savedPart(host) ?? {};
  const isSame = unfinished?.isUnfetchable === true && serviceId === offering.id;
  return isSame && inputs.acceptsIncomplete !== false && !offering.bindingsRetrievable;
}

interface Ids {
  serviceId: string;
  serviceName?: string;
  planId: string;
}

/** What an earlier check found for the same service and plan. */
function idsBefore(olds: ServiceBindingInputs | undefined, inputs: ServiceBindingInputs): Ids | undefined {
  if (olds?.serviceId === undefined || olds.planId === undefined) return undefined;
  const { serviceId, serviceName, planId } = olds;
  const isSame =
    olds.instance.service === inputs.instance.service && olds.instance.plan === inputs.instance.plan;
  return isSame ? { serviceId, planId, ...(serviceName === undefined ? {} : { serviceName }) } : undefined;
}

/** A binding keeps the ids that it was made with, where it is the catalog that has others for the same names by now. */
function stayingIds(host: Host, before: Ids | undefined, now: Required<Ids>): Ids {
  if (before === undefined || (before.serviceId === now.serviceId && before.planId === now.planId))
    return now;
  if (host.session.first(`ids:${host.address}`))
    host.log.warn(
      `${host.name}: the broker's catalog has the service and the plan of its instance under other ids: service ${now.serviceId}, plan ` +
        `${now.planId}. It was made with service ${before.serviceId}, plan ${before.planId}, which requests about it go on ` +
        "naming. If the broker's operator did not mean that, the ids have to be put back.",
    );
  return before;
}

type Look =
  | FoundPlan
  /** The catalog has none. */
  | { at: "service" | "plan"; message: string }
  /** It could not be read. */
  | { why: string; isRefusal: boolean };

async function planNow(host: Host, broker: Broker, inputs: ServiceBindingInputs): Promise<Look> {
  const { clock } = host.session;
  const { deadline } = timeOf(host, inputs, "create");
  try {
    const catalog = await withDeadline(broker.catalog.get(CATALOG_MAX_AGE_MS), clock, deadline);
    warnOfUnusable(host, broker, catalog);
    const found = findPlan(catalog, inputs.instance.service, inputs.instance.plan);
    return "problem" in found ? found.problem : found;
  } catch (error) {
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    return { why: withoutFullStop(error.message), isRefusal: error instanceof AuthenticationError };
  }
}

// Rules of the inputs that need neither the saved state nor the broker.

const { shape } = serviceBindingInputs;

const inputNames = Object.entries(shape)
  .filter(([, schema]) => markersOf(schema).internal !== true)
  .map(([name]) => name);

const knownKeys = (path: readonly PropertyKey[]): readonly string[] =>
  path[0] === "instance" ? Object.keys(shape.instance.shape) : path.length === 0 ? inputNames : [];

/** What is wrong with the inputs by themselves. */
function inputProblems(raw: unknown, isUnknown: IsUnknown): Problem[] {
  const found = problemsOf(serviceBindingInputs, raw, isUnknown, knownKeys);
  const problems = found.filter(({ path }) => !/^intent\b/.test(path));
  if (typeof raw !== "object" || raw === null) return problems;
  const { intent, adopt, bindingId } = raw as Partial<ServiceBindingInputs>;
  if (found.length > problems.length || intent === undefined) problems.push(withoutIntent("ServiceBinding"));
  if (adopt === true && bindingId === undefined)
    problems.push({
      path: "adopt",
      message: `true needs ${say.path("bindingId")}; or give the id itself`,
    });
  const isOther = typeof adopt === "string" && bindingId !== undefined && adopt !== bindingId;
  if (isOther && !isUnknown(adopt) && !isUnknown(bindingId))
    problems.push({
      path: "adopt",
      message: `is another id than ${say.path("bindingId")}; leave ${say.path("bindingId")} out`,
    });
  return problems;
}
