import { z } from "zod";
import type { Markers, Path } from "../../../../schema/markers";
import type { Problem } from "../../../../schema/problem";
import { say } from "../../../../words";
import type { Evidence } from "../kind";

const mark = <T extends z.ZodType>(schema: T, description: string, markers: Markers = {}): T =>
  schema.meta({ description, ...markers }) as T;

const duration = (what: string): z.ZodType =>
  mark(z.string().optional(), `How long ${what} may take: a duration such as \`90m\`.`, { default: "`60m`" });

/** Time-outs, as a block of the resource. */
export const timeouts = z
  .object({ create: duration("a create"), update: duration("an update"), delete: duration("a delete") })
  .optional()
  .meta({ description: "Time-outs of the operations." });

/** Whether a create is waited for. */
export const wait = z.boolean().optional().meta({
  description:
    "False lets a create end once the request was accepted, and an update go on beside others: `provisor_ready` waits for all of them. What depends on it has to depend on that.",
  default: "`true`",
});

/** Arguments that resources of brokers have on this engine beside their own. */
export const brokerArguments = {
  name: mark(
    z.string().trim().min(1).optional(),
    "Name from which the id follows, with the broker and what it belongs to: the same name is the same object, on any machine. Required where neither `intent` nor an id is given.",
  ),
  intent: mark(
    z.string().trim().min(1).optional(),
    "Key of a `provisor_intent`, which is in the state before anything is sent: the id then follows from it.",
  ),
  parametersWo: mark(
    z.record(z.string(), z.unknown()).optional(),
    "Parameters with secrets, merged over `parameters` when they are sent. Write-only: they are in no plan and no state.",
    { secret: true },
  ),
  parametersWoVersion: mark(
    z.number().int().optional(),
    "Change it whenever `parameters_wo` is changed: only then it is sent again.",
  ),
  timeouts,
};

type Properties = Record<string, unknown>;

/** Parameters as they are sent. */
export const mergedParameters = ({ parameters, parametersWo }: Properties): unknown =>
  merged(parameters, parametersWo);

function merged(one: unknown, other: unknown): unknown {
  if (other === undefined || other === null) return one;
  if (!isObject(one) || !isObject(other)) return other;
  const both = Object.entries(other).map(([key, value]) => [key, merged(one[key], value)] as const);
  return { ...one, ...Object.fromEntries(both) };
}

const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is write-only: from now on nothing that is said or saved shows it. */
export const secretsIn = ({ parametersWo }: Properties): { values: string[]; hidden: Path[] } => ({
  values: textsIn(parametersWo),
  hidden: leavesOf(parametersWo, ["parameters"]),
});

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** A list is one value: what stands where in it may change. */
function leavesOf(value: unknown, at: Path): Path[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object" || Array.isArray(value)) return [at];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...at, key]));
}

/** What was sent write-only is sent again only where its version has changed. */
export function withSecrets(state: Properties, before: Properties, given: Properties): Properties {
  const { parametersWo, parametersWoVersion } = given;
  if (parametersWo === undefined || before["parametersWoVersion"] !== parametersWoVersion) return state;
  return { ...state, parameters: merged(state["parameters"], parametersWo) };
}

/** The id of an object of a broker, or the key from which it follows. */
export interface Key {
  readonly id: string;
  /** True for an id that the configuration gives. */
  readonly isGiven: boolean;
}

/** @param names Values of which one has to be given. */
export const nameProblems = (names: readonly unknown[], id: string): Problem[] =>
  names.some((name) => name !== undefined)
    ? []
    : [
        {
          path: "name",
          message:
            "is required: the id follows from it, so that what a run that died has made is found again. Or give " +
            `${say.path("intent")} or ${say.path(id)}`,
        },
      ];

/** What stands for the names of a stack and a project, which Terraform does not have, where brokers are told them. */
const ORIGIN = { stack: "terraform", project: "terraform" };

/** An argument with another description: what is not given comes from elsewhere on this engine. */
export const described = <T extends z.ZodType>(schema: T, description: string): T =>
  schema.meta({ ...schema.meta(), description }) as T;

/** Arguments of the resource itself. */
export function resourceArguments(given: Properties): Properties {
  const {
    name: _name,
    intent: _intent,
    parametersWo: _wo,
    parametersWoVersion: _version,
    wait: _wait,
    ...own
  } = given;
  return { ...own, origin: ORIGIN };
}

/** What an id is to its resource, by what shows that an earlier run of it may have used it. */
export function evidenceOf(
  key: Key | undefined,
  given: Properties,
  recorded: unknown,
  isReplacement: boolean,
): Evidence {
  if (isReplacement) return { intent: recorded, record: recorded };
  if (!key) return { intent: undefined, record: undefined };
  const isProven = given["intent"] !== undefined || recorded !== undefined;
  return {
    intent: { key: key.id, ...(isProven ? {} : { isUnproven: true }) },
    record: given["intent"] === undefined ? { key: key.id } : undefined,
  };
}

/** The parts of an id to import, or what it must be: `BROKER/…`, where `default` is the broker without a profile. */
export function importedParts(id: string, names: readonly string[]): Record<string, string> | string {
  const [broker = "", ...parts] = id.split("/");
  if (broker === "" || parts.length !== names.length || parts.includes(""))
    return `must be ${["PROFILE", ...names.map(say.path)].join("/")}; PROFILE is "default" without a profile`;
  return {
    ...(broker === "default" ? {} : { profile: broker }),
    ...Object.fromEntries(names.map((name, index) => [name, parts[index] as string])),
  };
}
