import { z } from "zod";
import type { Host } from "../../host/contract";
import { decisionOf } from "../../host/decisions";
import { omitUndefined } from "../../host/saved-state";
import { namesAnother } from "./state";
import { savedPart } from "./saved-part";
import { type ServiceBindingInputs, serviceBindingOutputs } from "./schema";

const { bindingId, metadata, predecessors, given, follows } = serviceBindingOutputs.shape;

/** The binding that gets a successor, as far as that is about it. */
const predecessor = z.object({
  bindingId,
  instance: z.object({ instanceId: z.string() }),
  state: serviceBindingOutputs.shape.state,
  metadata,
  predecessors,
  broker: z.string().optional(),
  given,
});

const successor = z.object({
  predecessor,
  /** True where nothing but a rotation was asked for, so that the broker may derive the successor from it. */
  isRotation: z.boolean(),
  /** Why, for people: what makes the rotation due. */
  reasons: z.array(z.string()),
  /** True where the program names the binding that is to follow, which is taken over. */
  adopts: z.boolean(),
});

const decision = z.object({
  /** The binding that the resource has, what it holds beside it, and what it is the successor of. */
  present: z.object({ bindingId, predecessors, follows }).optional(),
  /** That it is to have a successor. */
  successor: successor.optional(),
  /** How the program wants bindings of the resource to end. Those that were replaced know what was saved with them only. */
  ending: z
    .object({
      /** Name of the resource. */
      name: z.string(),
      deletionPolicy: serviceBindingOutputs.shape.deletionPolicy,
      acceptsIncomplete: z.boolean(),
      timeouts: serviceBindingOutputs.shape.timeouts,
    })
    .optional(),
});

/** What a check and a diff decide of a binding. None of it is a secret. */
export type BindingDecision = z.infer<typeof decision>;

/** A binding that a create of this run makes the successor of. */
export type Replacement = NonNullable<BindingDecision["successor"]>;

/** How the program wants a binding to end. */
export type Ending = NonNullable<BindingDecision["ending"]>;

export const bindingDecision = (host: Host): BindingDecision => decisionOf(host, decision) ?? {};

/** The decision without what is not there, and without what it is not about. */
export const decided = (one: BindingDecision): BindingDecision => decision.parse(omitUndefined(one));

/** The replacement that the saved state tells of: for a create that no diff has decided. */
export function savedReplacement(host: Host, inputs: ServiceBindingInputs): Replacement | undefined {
  const { bindingId: id, instance, state = "succeeded", ...rest } = savedPart(host) ?? {};
  if (id === undefined || instance === undefined) return undefined;
  const adopts = namesAnother({ ...rest, bindingId: id }, inputs);
  return { predecessor: { ...rest, bindingId: id, instance, state }, isRotation: false, reasons: [], adopts };
}
