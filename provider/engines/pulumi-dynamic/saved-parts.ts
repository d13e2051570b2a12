import { digestOf } from "../../resources/broker/want";
import type { Properties } from "./dynamic-handler";
import {
  childInstanceType,
  intentType,
  serviceBindingIntentType,
  serviceBindingType,
  serviceInstanceIntentType,
  serviceInstanceType,
} from "./tokens";
import { isMarked, withoutMarks } from "./wire";

/** What the saved state holds for one ChildInstance, secrets left out. */
export interface SavedChildInstance {
  instances: { appId: string; instanceId: string; region?: string; tsgId?: string }[];
  /** The API and the parent TSG whose list shows them. */
  host?: string;
  parentTsgId?: string;
  jobId?: string;
  missing?: string[];
  unfinished?: unknown;
}

/** The instances stay known where the state hides them as a whole, since a part of them repeats a secret. */
function childInstancePart(outputs: Properties): Properties {
  const { instances, ...rest } = withoutMarks(outputs) as Properties;
  return {
    instances: (Array.isArray(instances) ? (instances as Properties[]) : []).map((instance) =>
      picked(instance, ["appId", "instanceId", "region", "tsgId"]),
    ),
    ...picked(rest, ["host", "parentTsgId", "jobId", "missing", "unfinished"]),
  };
}

/** Outputs of a ServiceInstance and of a ServiceBinding that say what it is and where it stands. */
const serviceFields = [
  "version",
  "broker",
  "given",
  "intentKey",
  "service",
  "plan",
  "serviceId",
  "planId",
  "organizationGuid",
  "spaceGuid",
  "instance",
  "instanceId",
  "bindingId",
  "state",
  "operation",
  "unfinished",
  "mitigated",
  "usable",
  "createdAt",
  "rotateAfter",
  "rotateBefore",
  "rotationTrigger",
  "rotationOverlap",
  "predecessors",
  "follows",
  "adopt",
  "profile",
  "deletionPolicy",
  "changePolicy",
];

/** The metadata of an instance may hold anything; that of a binding says when it ends. */
function servicePart(outputs: Properties): Properties {
  const { metadata } = outputs;
  const ends =
    typeof metadata === "object" && metadata !== null
      ? picked(metadata as Properties, ["expiresAt", "renewBefore"])
      : {};
  return {
    ...picked(outputs, serviceFields),
    // In part it would be another one.
    ...(hasMarks(outputs["context"]) ? {} : picked(outputs, ["context"])),
    ...(Object.keys(ends).length > 0 ? { metadata: ends } : {}),
  };
}

/** A trigger is told apart from another by its digest: it may be a secret. */
function bindingPart(outputs: Properties): Properties {
  const triggerDigest = digestOf(withoutMarks(outputs["rotationTrigger"]));
  return { ...servicePart(outputs), ...(triggerDigest === undefined ? {} : { triggerDigest }) };
}

const intentPart = (outputs: Properties): Properties => picked(outputs, ["version", "key"]);

/** The ids that were asked for, beside that: the program's own by their digests, others as nothing. */
function serviceIntentPart(outputs: Properties): Properties {
  const asked = withoutMarks(outputs["asked"]);
  const ids = Array.isArray(asked) ? (asked as Properties[]).map(({ id }) => digestOf(id) ?? "") : [];
  return { ...intentPart(outputs), asked: ids };
}

/** What of its saved outputs a provider may be told, by type. Nothing of other types. */
export const partOf: Readonly<Record<string, ((outputs: Properties) => Properties) | undefined>> = {
  [childInstanceType]: childInstancePart,
  [intentType]: intentPart,
  [serviceInstanceType]: servicePart,
  [serviceInstanceIntentType]: serviceIntentPart,
  [serviceBindingType]: bindingPart,
  [serviceBindingIntentType]: intentPart,
};

/** These fields as far as they are there, without what is marked secret at any depth. */
function picked(outputs: Properties, fields: readonly string[]): Properties {
  return Object.fromEntries(
    fields
      .map((field) => [field, withoutSecrets(outputs[field])] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** The value without its secret parts; undefined where it is one itself. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets).filter((item) => item !== undefined);
  if (typeof value !== "object" || value === null) return value;
  if (isMarked(value)) return undefined;
  return picked(value as Properties, Object.keys(value));
}

/** True for a value with a secret in it. */
function hasMarks(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isMarked(value) || Object.values(value).some(hasMarks);
}
