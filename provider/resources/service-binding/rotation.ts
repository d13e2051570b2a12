import { isDeepStrictEqual } from "node:util";
import { say } from "../../words";
import { parseDuration } from "../../settings";

/** The inputs that say when a binding is to be replaced by a successor. Durations such as `720h` or `30d`. */
export interface RotationRules {
  rotateAfter?: string | undefined;
  rotateBefore?: string | undefined;
  rotationTrigger?: unknown;
}

/** What is known of the binding that may be due. Moments are ISO 8601. */
export interface Rotatable {
  createdAt?: string | undefined;
  metadata?: { expiresAt?: string | undefined; renewBefore?: string | undefined } | undefined;
  /** The trigger that it was made, or last rotated, with. */
  rotationTrigger?: unknown;
}

/** Why a rotation is due. */
export interface RotationReason {
  /** The input for whose sake. */
  input: keyof RotationRules;
  /** For people: `since 2026-01-01T00:00:00.000Z (rotateAfter 720h)`. Never holds the value of a trigger. */
  words: string;
}

/** Milliseconds since 1970, undefined for what is absent or no moment. */
export function momentOf(text: string | undefined): number | undefined {
  const moment = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}

const shifted = (moment: string | undefined, ms: number | undefined): number | undefined => {
  const start = momentOf(moment);
  return start === undefined || ms === undefined ? undefined : start + ms;
};

/** Null is how a trigger that was taken away may arrive. */
const isSameTrigger = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(one ?? undefined, other ?? undefined);

interface Moment {
  input: "rotateAfter" | "rotateBefore";
  at: number;
  rule: string;
}

/** When the clock makes a rotation due. */
function momentsOf(rules: RotationRules, binding: Rotatable): Moment[] {
  const { rotateAfter, rotateBefore } = rules;
  const { expiresAt, renewBefore } = binding.metadata ?? {};
  const after = shifted(binding.createdAt, parseDuration(rotateAfter ?? ""));
  const span = parseDuration(rotateBefore ?? "");
  const before = shifted(expiresAt, span === undefined ? undefined : -span);
  const renewal = span === undefined ? undefined : momentOf(renewBefore);
  return [
    { input: "rotateAfter" as const, at: after, rule: `${say.path("rotateAfter")} ${rotateAfter}` },
    {
      input: "rotateBefore" as const,
      at: before,
      rule: `${say.path("rotateBefore")} ${rotateBefore}, expires at ${expiresAt}`,
    },
    { input: "rotateBefore" as const, at: renewal, rule: `the broker's ${say.path("renewBefore")}` },
  ].filter((moment): moment is Moment => moment.at !== undefined);
}

/**
 * Why a successor is due at `now` (milliseconds since 1970); empty when none is.
 * - `rotationTrigger`: when it is another value than the saved one, whether added, changed or taken away.
 * - `rotateAfter`: when that long has passed since the binding was created.
 * - `rotateBefore`: when it expires in that long or less, or the broker's `renewBefore` has passed.
 */
export function rotationReasons(rules: RotationRules, binding: Rotatable, now: number): RotationReason[] {
  const due = momentsOf(rules, binding)
    .filter(({ at }) => at <= now)
    .map(({ input, at, rule }) => ({ input, words: `since ${new Date(at).toISOString()} (${rule})` }));
  return isSameTrigger(rules.rotationTrigger, binding.rotationTrigger)
    ? due
    : [{ input: "rotationTrigger", words: `since ${say.path("rotationTrigger")} changed` }, ...due];
}

/** The rules that made the binding due when it was created already, in words: each up would make a successor. */
export const rulesDueAtOnce = (rules: RotationRules, binding: Rotatable): string[] => {
  const createdAt = momentOf(binding.createdAt) ?? -Infinity;
  return momentsOf(rules, binding)
    .filter(({ at }) => at <= createdAt)
    .map(({ rule }) => rule);
};

/** True when the broker's `expiresAt` has passed at `now`. */
export const hasExpired = (binding: Rotatable, now: number): boolean =>
  (momentOf(binding.metadata?.expiresAt) ?? Infinity) <= now;

/** True when the broker's `renewBefore` has passed at `now`. */
export const isRenewalDue = (binding: Rotatable, now: number): boolean =>
  (momentOf(binding.metadata?.renewBefore) ?? Infinity) <= now;

/** True when `rotateBefore` is given and nothing that the broker told of the binding makes it due, ever. */
export const lacksExpiry = (rules: RotationRules, binding: Rotatable): boolean =>
  rules.rotateBefore !== undefined &&
  momentOf(binding.metadata?.expiresAt) === undefined &&
  momentOf(binding.metadata?.renewBefore) === undefined;
