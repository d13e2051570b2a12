import { z } from "zod";
import { want } from "./want";

const duration = z.string().optional();
const timeouts = z.object({ create: duration, update: duration, delete: duration }).optional();

/** Of a ServiceBinding: when a successor is due. */
const rotation = z.object({
  rotateAfter: z.string().optional(),
  rotateBefore: z.string().optional(),
  /** A digest of the trigger. */
  rotationTrigger: z.string().optional(),
});

/** Inputs of an intent: what it is for, and what holds for its resource and for it. */
export const inputs = z.object({
  want,
  profile: z.string().optional(),
  deletionPolicy: z.string().optional(),
  changePolicy: z.string().optional(),
  timeouts,
  rotation: rotation.optional(),
  /** The id whose successor may be under way; added by check. */
  follows: z.string().optional(),
  /** Base URL of the broker that is asked; added by check. */
  broker: z.string().optional(),
});

/** Version of the saved intent. */
export const INTENT_VERSION = 1;

/** What is saved of an intent. */
export const outputs = z.object({
  /** The first id of the resource, from which all others are derived. */
  key: z.string(),
  want,
  /** What was asked for under the same id, the present want last. */
  asked: z.array(want),
  /** Grows by one whenever something else is asked for under the same id. */
  turn: z.number().optional(),
  follows: z.string().optional(),
  broker: z.string().optional(),
  profile: z.string().optional(),
  timeouts,
  /** Ids of successors that were taken back, and that a run which was killed may have made. */
  left: z.array(z.string()).optional(),
  version: z.literal(INTENT_VERSION),
});

export type IntentInputs = z.output<typeof inputs>;
export type IntentState = z.output<typeof outputs>;
export type Rotation = z.output<typeof rotation>;
