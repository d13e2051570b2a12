import { say } from "../../words";
import { withoutIntent } from "../broker/target";
import type { Problem } from "../../host/contract";
import { markersOf } from "../../schema/markers";
import type { IsUnknown } from "../../schema/unknown";
import { problemsOf } from "../../schema/validate";
import { type ServiceBindingInputs, serviceBindingInputs } from "./schema";

/** Rules of the inputs that need neither the saved state nor the broker. */

const { shape } = serviceBindingInputs;

const inputNames = Object.entries(shape)
  .filter(([, schema]) => markersOf(schema).internal !== true)
  .map(([name]) => name);

const knownKeys = (path: readonly PropertyKey[]): readonly string[] =>
  path[0] === "instance" ? Object.keys(shape.instance.shape) : path.length === 0 ? inputNames : [];

/** What is wrong with the inputs by themselves. */
export function inputProblems(raw: unknown, isUnknown: IsUnknown): Problem[] {
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
