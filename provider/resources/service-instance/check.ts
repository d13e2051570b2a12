import { AuthenticationError, type Catalog, ProvisorError, SettingsError } from "../../../sdk/broker";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { say } from "../../words";
import { type Broker, CATALOG_MAX_AGE_MS, PLATFORM, openBroker } from "../broker/account";
import { isSameBroker, outOfReach } from "../broker/same-broker";
import { announce } from "../broker/account";
import { warnOfUnusable } from "../broker/catalog";
import { reserveId } from "../broker/ids";
import { platformProblems } from "../broker/platform";
import { withoutIntent } from "../broker/own-intent";
import { withoutFullStop, asSentence } from "../../host/errors";
import type { Host, Problem } from "../../host/contract";
import { forcedBy } from "../forced-replacement";
import type { Given } from "../check-against-intent";
import { hasUnknown } from "../../schema/unknown";
import { isLost, problemsOf, validPart } from "../../schema/validate";
import { timeoutOf } from "../timeouts";
import { doubtProblems } from "./action";
import { type Known, changeProblems, changesOf, givenId, replacementProblems } from "./changes";
import { resolve } from "./plan-check";
import { type ServiceInstanceInputs, serviceInstanceInputs, serviceInstanceOutputs } from "./schema";
import { exists } from "./state";
import { ownOf } from "../../host/saved-state";

interface Checked {
  inputs: ServiceInstanceInputs;
  problems: Problem[];
}

/**
 * Judges the inputs before anything is sent: names are looked up in the broker's catalog, parameters held against the
 * plan's schema, and changes against what the catalog and the policies allow.
 */
export async function checkServiceInstance(
  host: Host,
  olds: ServiceInstanceInputs | undefined,
  news: unknown,
): Promise<{ inputs: unknown; problems: Problem[] }> {
  const known = Object.keys(serviceInstanceInputs.shape);
  const found = problemsOf(serviceInstanceInputs, news, host.isUnknown, (path) =>
    path.length === 0 ? known.filter((name) => !added.includes(name)) : [],
  );
  const problems = found.filter(({ path }) => !/^intent\b/.test(path));
  if (found.length > problems.length)
    return { inputs: news, problems: [...problems, withoutIntent("ServiceInstance")] };
  // What else is wrong is said too, as far as they can be read.
  const part = problems.length > 0 ? validPart(serviceInstanceInputs, news, host.isUnknown) : news;
  const inputs = withDefaults(host, part as ServiceInstanceInputs);
  const all = [...problems, ...adoptProblems(inputs)];
  if (all.length === 0) return inCatalog(host, olds, inputs);
  const isReadable =
    inputs.service !== undefined && inputs.plan !== undefined && !isLost("profile", news, inputs);
  // Parameters are not judged by another word than the one that was meant.
  const judged = isLost("parametersCheck", news, inputs)
    ? { ...inputs, parametersCheck: "off" as const }
    : inputs;
  const more = isReadable && olds === undefined ? await inCatalog(host, olds, judged) : { problems: [] };
  return { inputs: news, problems: [...all, ...more.problems] };
}

/**
 * Why inputs are refused before anything is sent. `olds` are those that an instance which exists was given; of it the saved state
 * tells what the catalog said then.
 */
export async function refusalsOfServiceInstance(
  host: Host,
  olds: Given | undefined,
  news: Given,
): Promise<Problem[]> {
  const { serviceId, planId } = savedOf(host) ?? {};
  const before = olds && { ...withDefaults(host, olds as ServiceInstanceInputs), serviceId, planId };
  const { problems } = await checkServiceInstance(host, before, news);
  return problems;
}

/** Inputs that no user writes. */
const added = ["timeouts", "intent", "origin", "serviceId", "planId", "maintenanceVersion", "fixed"];

function withDefaults(host: Host, given: ServiceInstanceInputs): ServiceInstanceInputs {
  const { context } = given;
  return {
    ...given,
    acceptsIncomplete: given.acceptsIncomplete ?? true,
    deletionPolicy: given.deletionPolicy ?? "delete",
    changePolicy: given.changePolicy ?? "forbid",
    // A context says which platform it is of.
    ...(context !== undefined && !host.isUnknown(context)
      ? { context: { platform: PLATFORM, ...context } }
      : {}),
  };
}

function adoptProblems({ adopt, instanceId }: ServiceInstanceInputs): Problem[] {
  if (adopt === true && instanceId === undefined)
    return [{ path: "adopt", message: `true needs ${say.path("instanceId")}; or give the id itself` }];
  if (typeof adopt === "string" && instanceId !== undefined && instanceId !== adopt)
    return [
      {
        path: "instanceId",
        message: `is not the id that ${say.path("adopt")} names; leave one of the two out`,
      },
    ];
  return [];
}

/** What check is told of the saved state. */
const savedPart = serviceInstanceOutputs.partial();

const savedOf = (host: Host): Known | undefined => {
  const own = ownOf(host);
  const read = savedPart.safeParse(own);
  return own && read.success ? (read.data as Known) : undefined;
};

async function inCatalog(
  host: Host,
  olds: ServiceInstanceInputs | undefined,
  inputs: ServiceInstanceInputs,
): Promise<Checked> {
  if (hasUnknown(inputs.profile, host.isUnknown)) return { inputs, problems: [] };
  let broker: Broker;
  try {
    broker = openBroker(host.session, host.settings, inputs.profile);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { inputs, problems: [{ path: "", message: error.message }] };
  }
  announce(host, broker);
  const platform = platformProblems(broker, inputs);
  if (platform.length > 0) return { inputs, problems: platform };
  const path = typeof inputs.adopt === "string" ? "adopt" : "instanceId";
  const claim = { noun: "instance", id: givenId(inputs), path, key: inputs.intent?.key } as const;
  const claimed = reserveId(host, broker, claim);
  if (claimed.length > 0) return { inputs, problems: claimed };
  const saved = savedOf(host);
  if (saved) warnOfExisting(host, broker, saved);
  const catalog = await catalogOf(host, broker, olds, inputs);
  if ("problem" in catalog) return { inputs: catalog.inputs, problems: catalog.problem };
  warnOfUnusable(host, broker, catalog);
  const resolved = resolve(host, broker, catalog, olds, saved, inputs);
  if (resolved.problems.length > 0) return resolved;
  const problems = problemsOfChange(host, olds, saved, resolved.inputs);
  const isMade = isToBeMade(host, olds, saved, resolved.inputs);
  if (problems.length > 0 || broker.client.keepsInstances || !isMade) return { ...resolved, problems };
  return { ...resolved, problems: doubtProblems(host, saved, resolved.inputs) };
}

/** Whether an instance is to come into being: the first one, another one for it, or one after a create that failed. */
function isToBeMade(
  host: Host,
  olds: ServiceInstanceInputs | undefined,
  saved: Known | undefined,
  inputs: ServiceInstanceInputs,
): boolean {
  if (olds === undefined) return true;
  const before = knownOf(olds, saved);
  return !exists(before) || changesOf(before, inputs, host.isUnknown).replaces.length > 0;
}

/** What a user has to know of the instance before anything is done about it. */
function warnOfExisting(host: Host, broker: Broker, saved: Known): void {
  const { instanceId = "", broker: madeBy, usable } = saved;
  if (!host.session.first(`existing:${madeBy}:${instanceId}`)) return;
  if (madeBy !== undefined && !isSameBroker(broker, { broker: madeBy }))
    host.log.warn(
      `${host.name}: instance ${instanceId} is at the broker ${madeBy}, and the settings (from ${broker.settings.source}) address ` +
        `the one at ${broker.client.baseUrl}. It is neither changed nor deleted while they do.`,
    );
  if (usable === false)
    host.log.warn(
      `${host.name}: instance ${instanceId} is not usable, as the broker said when its last update failed (instance_usable: false).`,
    );
}

/** The catalog; where it cannot be had, what that means. */
async function catalogOf(
  host: Host,
  broker: Broker,
  olds: ServiceInstanceInputs | undefined,
  inputs: ServiceInstanceInputs,
): Promise<Catalog | { problem: Problem[]; inputs: ServiceInstanceInputs }> {
  const { clock } = host.session;
  const deadline = clock.now() + timeoutOf(inputs.timeouts, olds ? "update" : "create");
  try {
    return await withDeadline(broker.catalog.get(CATALOG_MAX_AGE_MS), clock, deadline);
  } catch (error) {
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    const why = withoutFullStop(error.message);
    const { serviceId, planId, maintenanceVersion, fixed } = olds ?? {};
    const isSettled =
      !(error instanceof AuthenticationError) &&
      serviceId !== undefined &&
      planId !== undefined &&
      olds?.service === inputs.service &&
      olds.plan === inputs.plan &&
      olds.maintenanceInfo === inputs.maintenanceInfo;
    if (!isSettled)
      return {
        inputs,
        problem: [
          {
            path: "",
            message: `the broker's catalog cannot be had, so that service and plan cannot be looked up, and nothing was changed. ${asSentence(why)}`,
          },
        ],
      };
    if (host.session.first(`no-catalog:${broker.client.baseUrl}`))
      host.log.warn(
        `The broker's catalog cannot be had; what it said before is taken for granted. ${asSentence(why)}`,
      );
    const before = Object.fromEntries(
      Object.entries({ serviceId, planId, maintenanceVersion, fixed }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    return { inputs: { ...inputs, ...before }, problem: [] };
  }
}

/**
 * What is wrong with changing what is there. Without old inputs it is replaced: by a change that a diff has judged, by
 * `--replace`, or for a taint.
 */
function problemsOfChange(
  host: Host,
  olds: ServiceInstanceInputs | undefined,
  saved: Known | undefined,
  inputs: ServiceInstanceInputs,
): Problem[] {
  if (olds === undefined) {
    if (!saved || !exists(saved)) return [];
    const why = outOfReach(host, saved);
    if (why !== undefined) return [{ path: "", message: why }];
    return replacementProblems(saved, inputs, "").map(({ path, message }) => ({
      path,
      message: `${message}. The replacement was asked for by a change, ${forcedBy(host)}`,
    }));
  }
  const before = knownOf(olds, saved);
  const changes = changesOf(before, inputs, host.isUnknown);
  const problems = changeProblems(before, inputs, changes);
  if (problems.length > 0 || !saved) return problems;
  const why = changes.replaces.length > 0 ? outOfReach(host, saved) : undefined;
  return why === undefined ? [] : [{ path: "", message: why }];
}

/** What is there, as far as a check is told: secrets by the old inputs alone. */
const knownOf = (olds: ServiceInstanceInputs, saved: Known | undefined): Known => ({
  ...picked(olds),
  ...saved,
});

/** What old inputs tell of the state, where the engine shows none. */
function picked(olds: ServiceInstanceInputs): Known {
  const { serviceId, planId, parameters, context, organizationGuid, spaceGuid, instanceId, deletionPolicy } =
    olds;
  const place = { context, organizationGuid, spaceGuid };
  const known = { serviceId, planId, parameters, ...place, instanceId, deletionPolicy };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}
