import type { JsonSchema, ServicePlan } from "../../../sdk/broker";
import { say } from "../../words";
import { withoutFullStop } from "../../host/errors";
import type { Host, Problem } from "../../host/contract";
import { formatDoubts, parameterProblems, schemaDoubt } from "./parameters";
import type { Broker } from "./account";

/** How much the schema of a plan is believed. */
export type ParametersCheck = "error" | "warn" | "off";

/** What is judged, and by what. */
interface Judged {
  plan: Pick<ServicePlan, "id" | "name">;
  schema: JsonSchema | undefined;
  parameters: unknown;
  /** The input `parametersCheck`; that of the settings where it is not given. */
  check: unknown;
}

/**
 * What the schema of a plan says against parameters, each with where it comes from. The broker has the last word: formats
 * are only warned of, and under `warn` everything is.
 */
export function checkParameters(
  host: Host,
  { settings }: Broker,
  { plan, schema, parameters, check }: Judged,
): Problem[] {
  const { isUnknown } = host;
  const mode = (check ?? settings.parametersCheck) as ParametersCheck;
  if (isUnknown(mode) || mode === "off") return [];
  const warn = (text: string): void => {
    if (host.session.first(`parameters:${host.address || host.name}:${plan.id}:${text}`))
      host.log.warn(`${host.name}: ${text}.`);
  };
  const from = `(by the schema of plan ${plan.name})`;
  const doubt = schemaDoubt(schema);
  if (doubt !== undefined)
    warn(
      `parameters are not checked: the schema of plan ${plan.name} cannot be used (${withoutFullStop(doubt)})`,
    );
  const problems = parameterProblems(schema, parameters, "parameters", isUnknown);
  for (const { path, message } of formatDoubts(schema, parameters, "parameters", isUnknown))
    warn(`${path} ${message} ${from}; whether it is taken is for the broker to say`);
  if (mode === "warn") {
    for (const { path, message } of problems) warn(`${path} ${message} ${from}`);
    return [];
  }
  return problems.map(({ path, message }, index) => ({
    path,
    message:
      index < problems.length - 1
        ? `${message} ${from}`
        : `${message} ${from}. Nothing was sent. If the broker takes it all the same, set ${say.set("parametersCheck", "warn")}`,
  }));
}
