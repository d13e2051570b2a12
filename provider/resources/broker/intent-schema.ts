import { z } from "zod";
import type { Markers } from "../../schema/markers";
import { intentSpec } from "./intent-digest";

const duration = z.string().optional();
const timeouts = z.object({ create: duration, update: duration, delete: duration }).optional();

/** Of a ServiceBinding: when a successor is due. */
const rotation = z.object({
  rotateAfter: z.string().optional(),
  rotateBefore: z.string().optional(),
  /** A digest of the trigger. */
  rotationTrigger: z.string().optional(),
});

/**
 * Inputs of an intent: those of its resource, under the same names, so that whatever an engine makes of them (what a
 * transform changes, what is to be ignored) it makes of both.
 */
export const inputs = z.looseObject({
  profile: z.string().optional(),
  deletionPolicy: z.string().optional(),
  changePolicy: z.string().optional(),
  timeouts,
  /** The id whose successor may be under way; added by check. */
  follows: z.string().optional(),
  /** Base URL of the broker that is asked; added by check. */
  broker: z.string().optional(),
  /** True for a new intent whose resource refuses the inputs, so that nothing is asked for yet; added by check. */
  refused: z.boolean().optional(),
  /** What was wanted, in place of the inputs of the resource, as earlier versions saved it. */
  want: intentSpec.optional(),
  /** The same, of when a successor is due. */
  rotation: rotation.optional(),
});

/** Version of the saved intent. */
export const INTENT_VERSION = 1;

const exposed = { exposed: true } satisfies Markers;

/** What is saved of an intent. */
export const outputs = z.object({
  /** The first id of the resource, from which all others are derived. */
  key: z.string().meta(exposed),
  want: intentSpec,
  /** What was asked for under the same id, the present want last. */
  asked: z.array(intentSpec).meta({ exposed: "hidden too" } satisfies Markers),
  /** Grows by one whenever something else is asked for under the same id. */
  turn: z.number().optional(),
  follows: z.string().optional(),
  broker: z.string().optional(),
  profile: z.string().optional(),
  timeouts,
  /** Ids of successors that were taken back, and that a run which was killed may have made. */
  left: z.array(z.string()).optional(),
  version: z.literal(INTENT_VERSION).meta(exposed),
});

export type IntentInputs = z.output<typeof inputs>;
export type IntentState = z.output<typeof outputs>;
export type Rotation = z.output<typeof rotation>;
