import { asClause } from "../../http/clause";
import { AuthenticationError, ProvisorError, RequestError } from "../../http/errors";
import { BrokerError } from "../errors";
import type { DeleteResult } from "../types";
import { BusyError, nextTry, retryWhileBusy } from "./busy";
import { DoubtfulAbsence, confirmAbsence } from "./confirm-absence";
import { lastLookWords, awaitOperation } from "./await-operation";
import { isAbsence, phaseOf } from "./phase";
import type { OperationContext, Operation } from "./context";
import type { Orphan, SettledOperation } from "../interface";

/** What became of a clean-up. */
export interface CleanedUp {
  /** True when the broker confirmed that nothing is left: 200, 410, or a delete operation that succeeded. */
  confirmed: boolean;
  /** Of a confirmed one: true where there was nothing to delete. */
  isNothing?: true;
  /** Why it is not confirmed, as a clause. */
  why?: string;
}

/**
 * For how long attempts that fail are repeated, in milliseconds: whoever runs a program waits for it, and the next run
 * goes on with it. A delete that the broker accepted is waited for until the deadline. A clean-up that no user has asked
 * for may go on for so long, however near the deadline is.
 */
const FAILING_MS = 60_000;

/** Until when a clean-up goes on, in milliseconds since the epoch, and for how long beyond that where it has to. */
export interface CleanUpLimits {
  deadline: number;
  /** Milliseconds, 60 000 by default. 0: all ends at the deadline, as for what a user is deleting. */
  graceMs?: number | undefined;
}

/**
 * Removes what a failed request may have left (spec: "Orphan Mitigation"): DELETE without originating identity, since no
 * user asked for it, repeated until the broker confirms. At least one is sent, however late it is.
 */
export async function cleanUp(
  work: OperationContext,
  orphan: Orphan,
  { deadline, graceMs = FAILING_MS }: CleanUpLimits,
): Promise<CleanedUp> {
  const { clock } = work;
  const since = clock.now();
  const failingUntil = since + FAILING_MS;
  const until = Math.max(deadline, since + graceMs);
  let hasEnded = false;
  for (let isFirst = true; ; isFirst = false) {
    const seen = await attempt(work, until, orphan, hasEnded);
    // What an earlier attempt was answered with leaves open whether it was that one that deleted it.
    if (seen.confirmed) return { confirmed: true, ...(isFirst && seen.isNothing && { isNothing: true }) };
    if (seen.final) return seen;
    if (seen.hasEnded !== undefined) {
      hasEnded = seen.hasEnded;
      continue;
    }
    const at = nextTry(work, since, seen.retryAfterMs);
    if (at >= Math.min(failingUntil, until)) return seen;
    work.onWait("cleaning up (trying again)", since);
    await clock.sleep(at - clock.now(), work.signal);
  }
}

const NOTHING: CleanedUp = { confirmed: true, isNothing: true };

interface Attempt extends CleanedUp {
  /** True when another attempt would end in the same way. */
  final?: boolean;
  /** An operation was under way that has ended by now: true where it succeeded. */
  hasEnded?: boolean;
  retryAfterMs?: number | undefined;
}

/** `hasEnded`: what was under way at an earlier attempt has succeeded, and may have been the deletion itself. */
async function attempt(
  work: OperationContext,
  deadline: number,
  orphan: Orphan,
  hasEnded: boolean,
): Promise<Attempt> {
  const { instanceId, bindingId, serviceId, planId } = orphan;
  const { client, signal, beforeSend } = work;
  const plan = { serviceId, planId };
  const since = work.clock.now();
  const options = { originatingIdentity: null, signal, deadline, beforeSend };
  const send = (): Promise<DeleteResult> =>
    retryWhileBusy(work, deadline, "the clean-up", () =>
      bindingId === undefined
        ? client.deprovision(instanceId, plan, options)
        : client.unbind(instanceId, bindingId, plan, options),
    );
  try {
    const result = await send().catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      return confirmAbsence(work, serviceId, deadline, send);
    });
    if (result.outcome !== "accepted") return result.outcome === "gone" ? NOTHING : { confirmed: true };
    const settled = await awaitOperation(work, {
      instanceId,
      bindingId,
      query: { ...plan, operation: result.operation },
      purpose: "delete",
      doing: "cleaning up",
      since,
      deadline,
      originatingIdentity: null,
      repeat: send,
    });
    return afterOperation(settled);
  } catch (error) {
    if (!isNotFound(error)) return afterError(error);
    // Brokers that do not answer 410 answer 404, which counts where they know of no operation either.
    const about = { instanceId, bindingId, query: plan, deadline, originatingIdentity: null };
    const standing = await phaseOf(work, about);
    if (isAbsence(standing)) return NOTHING;
    if (standing === "in progress") return afterBusy(work, { ...about, since });
    // Had it been made or changed meanwhile, it would be known.
    if (hasEnded) return { confirmed: true };
    // Something may be under way of which the broker tells by its name only: another attempt shows what it came to.
    return { ...afterError(error), final: standing !== "untold" };
  }
}

/** The broker does not know what it works on: it is busy with it, perhaps with its deletion. */
async function afterBusy(
  work: OperationContext,
  about: Omit<Operation, "purpose" | "doing" | "plan" | "repeat">,
): Promise<Attempt> {
  const doing = "the delete waits: another operation is in progress at the broker";
  const settled = await awaitOperation(work, { ...about, purpose: "delete", doing });
  if (settled.outcome === "gone") return { confirmed: true };
  if (settled.outcome !== "deadline") return { confirmed: false, hasEnded: settled.outcome === "succeeded" };
  const why = `another operation was still in progress when the time was up${lastLookWords(settled)}`;
  return { confirmed: false, why, final: true };
}

const isNotFound = (error: unknown): boolean => error instanceof BrokerError && error.code === "NotFound";

function afterOperation(settled: SettledOperation): Attempt {
  switch (settled.outcome) {
    case "succeeded":
    case "gone":
      return { confirmed: true };
    case "failed":
      return {
        confirmed: false,
        why: `the delete failed: ${asClause(settled.description ?? "the broker does not say why")}`,
      };
    default:
      return {
        confirmed: false,
        why: `the delete had not ended when the time was up${lastLookWords(settled)}`,
        final: true,
      };
  }
}

function afterError(error: unknown): Attempt {
  if (error instanceof BusyError)
    return {
      confirmed: false,
      why: "another operation was still in progress when the time was up",
      final: true,
    };
  if (!(error instanceof ProvisorError)) throw error;
  const why = asClause(error.message);
  // A broker that starts anew is there again before long.
  if (error instanceof DoubtfulAbsence) return { confirmed: false, why };
  if (error instanceof AuthenticationError || !(error instanceof RequestError))
    return { confirmed: false, why, final: true };
  const isRefused = error instanceof BrokerError && error.status >= 400 && error.status < 500;
  const retryAfterMs = error instanceof BrokerError ? error.retryAfterMs : undefined;
  return {
    confirmed: false,
    why,
    final: isRefused && error.status !== 408 && error.status !== 429,
    retryAfterMs,
  };
}
