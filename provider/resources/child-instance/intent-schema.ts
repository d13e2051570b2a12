import { z } from "zod";
import type { Markers } from "../../schema/markers";

const want = z.object({
  tenant: z.object({ tsgName: z.string().optional(), tsgId: z.string().optional() }),
  /** A digest of each app's item. */
  apps: z.record(z.string(), z.string()),
});

/**
 * Those of the ChildInstance, under the same names, so that whatever an engine makes of them (what a transform changes, what
 * is to be ignored) it makes of both; and what check adds.
 */
export const inputs = z.looseObject({
  profile: z.string().optional(),
  changePolicy: z.string().optional(),
  deletionPolicy: z.string().optional(),
  timeouts: z.object({ create: z.string().optional(), update: z.string().optional() }).optional(),
  /** True when a change of what is allocated replaces the ChildInstance: then the intent is renewed with it. */
  renewable: z.boolean().optional(),
  /** True when the ChildInstance is in the saved state: then its own check judges a change. */
  accompanied: z.boolean().optional(),
  /** True for a new intent whose ChildInstance refuses the inputs: nothing is wanted, and nothing was looked at. */
  refused: z.boolean().optional(),
  /** What was wanted, in place of the inputs of the ChildInstance, as earlier versions saved it. */
  want: want.optional(),
});

const hidden = { secret: true } satisfies Markers;

const exposed = { exposed: true } satisfies Markers;

export const outputs = z.object({
  key: z.string().meta(exposed),
  before: z.record(z.string(), z.array(z.string())),
  /** A secret as a whole: it names the tenant, and has digests of what may be secrets. */
  want: want.meta(hidden),
  /** Where it looked: the account, tenant, apps and regions. Absent in what earlier versions saved. */
  looked: z.record(z.string(), z.string()).optional().meta(hidden),
  profile: z.string().optional(),
  /** Absent in what version 0.1.0 saved, which means 1. */
  version: z.literal(1).optional().meta(exposed),
});

/** Version of the saved intent. */
export const INTENT_VERSION = 1;

export type IntentInputs = z.output<typeof inputs>;
export type IntentState = z.output<typeof outputs>;
