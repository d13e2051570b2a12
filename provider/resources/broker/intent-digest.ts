import { z } from "zod";
import { digestOf } from "../../host/digest";
import { omitUndefined } from "../../host/saved-state";
import type { Markers } from "../../schema/markers";

/** Always a secret: whoever has the digest of a secret can try guesses, and nothing tells which one is of a secret. */
const digest = z
  .string()
  .optional()
  .meta({ secret: true } satisfies Markers);

/** What an intent is for, in short: by it a later run knows what an earlier one may have asked the broker for. */
export const intentSpec = z.object({
  /** Service and plan as the program has them: name or id. */
  service: z.string().optional(),
  plan: z.string().optional(),
  /** The instance that is bound; of bindings only. */
  instanceId: z.string().optional(),
  /** The id that the program gave: `instanceId` or `bindingId`, or what it adopts. */
  id: z
    .string()
    .optional()
    .meta({ exposed: "digest" } satisfies Markers),
  /** Digest of the parameters. */
  parameters: digest,
  /** Digest of what else is sent: context and so on. */
  rest: digest,
});

export type IntentSpec = z.output<typeof intentSpec>;

/** What an intent passes to its resource. */
export const intentValue = z.object({
  /** The first id of the resource, and the key of all others. */
  key: z.string(),
  /** What was asked for under the same id, by this run and earlier ones; the present want last. None where it was refused. */
  asked: z.array(intentSpec).optional(),
  /** How many times something else was asked for. */
  turn: z.number().optional(),
  /**
   * True where the key follows from names, and nothing shows that a run of this very resource has used it before: what has
   * the id is then somebody else's, until the broker says otherwise.
   */
  isUnproven: z.boolean().optional(),
});

export type IntentValue = z.output<typeof intentValue>;

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const restOf = (rest: object): string | undefined =>
  Object.values(rest).every((value) => value === undefined) ? undefined : digestOf(rest);

/** What the intent of a ServiceInstance with these inputs is for. */
export function intentSpecOfInstance(inputs: {
  service?: unknown;
  plan?: unknown;
  instanceId?: unknown;
  adopt?: unknown;
  parameters?: unknown;
  context?: unknown;
  organizationGuid?: unknown;
  spaceGuid?: unknown;
}): IntentSpec {
  const { service, plan, instanceId, adopt, parameters, context, organizationGuid, spaceGuid } = inputs;
  return omitUndefined<IntentSpec>({
    service: textOf(service),
    plan: textOf(plan),
    id: textOf(instanceId) ?? textOf(adopt),
    parameters: digestOf(parameters),
    rest: restOf({ context, organizationGuid, spaceGuid }),
  });
}

/** What the intent of a ServiceBinding with these inputs is for. */
export function intentSpecOfBinding(inputs: {
  instance?: { instanceId?: unknown; service?: unknown; plan?: unknown } | undefined;
  bindingId?: unknown;
  adopt?: unknown;
  bindResource?: unknown;
  parameters?: unknown;
  context?: unknown;
}): IntentSpec {
  const { instance, bindingId, adopt, bindResource, parameters, context } = inputs;
  return omitUndefined<IntentSpec>({
    service: textOf(instance?.service),
    plan: textOf(instance?.plan),
    instanceId: textOf(instance?.instanceId),
    id: textOf(bindingId) ?? textOf(adopt),
    parameters: digestOf(parameters),
    rest: restOf({ bindResource, context }),
  });
}
