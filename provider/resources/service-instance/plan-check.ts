import { isDeepStrictEqual } from "node:util";
import type { Catalog, JsonSchema, ServiceOffering, ServicePlan } from "../../../sdk/broker";
import type { FoundPlan } from "../broker/catalog";
import type { Broker } from "../broker/account";
import { checkParameters } from "../broker/parameters-check";
import type { Host, Problem } from "../../host/contract";
import { omitUndefined } from "../../host/saved-state";
import { hasUnknown } from "../../schema/unknown";
import { catalogEntry } from "./catalog-entry";
import type { Known } from "./changes";
import type { ServiceInstanceInputs } from "./schema";
import { sentParameters } from "./sent-parameters";
import { exists, sameParameters } from "./state";

interface Resolved {
  inputs: ServiceInstanceInputs;
  problems: Problem[];
}

/** What the catalog says of the inputs: the ids of service and plan, the version, what cannot be changed in place. */
export function resolve(
  host: Host,
  broker: Broker,
  catalog: Catalog,
  olds: ServiceInstanceInputs | undefined,
  saved: Known | undefined,
  inputs: ServiceInstanceInputs,
): Resolved {
  const { service, plan } = inputs;
  if (hasUnknown([service, plan], host.isUnknown)) return { inputs, problems: [] };
  // An instance that is replaced, or whose create failed, is provisioned anew.
  const present = olds !== undefined && exists(saved ?? {}) ? { ...olds, ...saved } : undefined;
  const found = catalogEntry(host, catalog, present as Known | undefined, inputs);
  if ("problem" in found)
    return {
      inputs,
      problems: [{ path: found.problem.at, message: `${found.problem.message}. Nothing was sent` }],
    };
  if ("kept" in found) {
    const { maintenanceVersion, fixed } = olds ?? {};
    return { inputs: omitUndefined({ ...inputs, ...found.kept, maintenanceVersion, fixed }), problems: [] };
  }
  const version = maintenanceOf(host, found, present, inputs);
  const problems = [
    ...("problem" in version ? [version.problem] : []),
    ...parametersOf(host, broker, found, olds, present, inputs),
  ];
  const fixed = fixedOf(broker, found.offering, present);
  return {
    inputs: {
      ...inputs,
      serviceId: found.offering.id,
      planId: found.plan.id,
      ...("version" in version ? { maintenanceVersion: version.version } : {}),
      ...(fixed.length > 0 ? { fixed } : {}),
    },
    problems,
  };
}

/** The version to ask for: the catalog has one for each plan, and a broker accepts no other. */
function maintenanceOf(
  host: Host,
  { offering, plan }: FoundPlan,
  present: { planId?: string | undefined; maintenanceInfo?: unknown } | undefined,
  inputs: ServiceInstanceInputs,
): { version: string } | { problem: Problem } | object {
  const asked = inputs.maintenanceInfo;
  if (asked === undefined || host.isUnknown(asked)) return {};
  const problem = (message: string): { problem: Problem } => ({
    problem: { path: "maintenanceInfo", message: `${message}. Nothing was sent` },
  });
  const current = plan.maintenanceInfo?.version;
  if (current === undefined)
    return problem(
      `the catalog has no maintenance version for plan ${plan.name} of service ${offering.name}; leave it out`,
    );
  if (asked === "latest" || asked === current) return { version: current };
  const has = present?.maintenanceInfo as { version?: string } | string | undefined;
  const hasVersion = typeof has === "object" ? has.version : has;
  // An instance that has an older version keeps it for as long as nothing else is asked for.
  if (present?.planId === plan.id && hasVersion === asked) return { version: asked };
  return problem(
    `the catalog has version ${current} for plan ${plan.name}, and a broker accepts no other; write "latest" for it`,
  );
}

/** Parameters are judged where they are to be sent: all of them by a create, changed ones by an update. */
function parametersOf(
  host: Host,
  broker: Broker,
  { plan }: FoundPlan,
  olds: ServiceInstanceInputs | undefined,
  present: unknown,
  inputs: ServiceInstanceInputs,
): Problem[] {
  if (present !== undefined && isDeepStrictEqual(olds?.parameters, inputs.parameters)) return [];
  if (present !== undefined && sameParameters(olds?.parameters, inputs.parameters)) return [];
  if (inputs.adopt !== undefined && present === undefined) return [];
  const { create, update } = plan.schemas?.serviceInstance ?? {};
  const schema = schemaFor(present === undefined ? [create] : [update, create]);
  const now = inputs.parameters;
  const parameters =
    present === undefined ? now : sentParameters(plan, now ?? {}, [olds?.parameters ?? {}], host.isUnknown);
  return checkParameters(host, broker, { plan, schema, parameters, check: inputs.parametersCheck });
}

const schemaFor = (
  candidates: readonly ({ parameters?: JsonSchema | undefined } | undefined)[],
): JsonSchema | undefined =>
  candidates.map((candidate) => candidate?.parameters).find((parameters) => parameters !== undefined);

/** The present plan says whether it may be left; where the catalog has it no more, the service does. */
function fixedOf(
  { client }: Broker,
  { plans, planUpdateable, allowContextUpdates }: ServiceOffering,
  present: { planId?: string | undefined; plan?: string | undefined } | undefined,
): NonNullable<ServiceInstanceInputs["fixed"]> {
  if (present === undefined) return [];
  if (!client.keepsInstances) return ["plan", "context", "parameters"];
  const plan: Pick<ServicePlan, "planUpdateable"> = plans.find(({ id }) => id === present.planId) ??
    plans.find(({ name }) => name === present.plan) ?? { planUpdateable };
  return [
    ...(plan.planUpdateable ? [] : (["plan"] as const)),
    ...(allowContextUpdates ? [] : (["context"] as const)),
  ];
}
