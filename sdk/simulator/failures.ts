import { z } from "zod";
import { failureNames, failures, type Phase, type Timing, usual } from "./timeline";
import { takeTurn, Turns, turnsSchema } from "./turns";

const phaseSchema = z.strictObject({
  /** Milliseconds after the POST. */
  afterMs: z.number().min(0),
  stage: z.enum(["hidden", "working", "done", "failed", "gone"]),
  status: z.string().optional(),
  provisioningStatus: z.string().optional(),
  provisioningMessage: z.string().optional(),
});

export const failureSchema = z.strictObject({
  /** Only instances of this app, so that one app of a bundle can fail. Default: any. */
  appId: z.string().optional(),
  /** Only instances in the tenant of this name or id. Default: any. */
  tsg: z.string().optional(),
  ...turnsSchema,
  /**
   * `at-once` (failed when the list first shows it), `late` (works, then fails), `disappears` (works, then is
   * gone), `never-appears`, `unknown-status` (a status nobody published, for ever), `stuck` (works for ever),
   * `back-to-working` (done, then at work again, then done); or the phases of a job of your own, in their order.
   */
  how: z.union([z.enum(failureNames), z.array(phaseSchema).min(1)]),
  /** When it happens for `late`, `disappears`, `back-to-working`: milliseconds after the POST. Default: when it
   * would have been done. */
  afterMs: z.number().min(0).optional(),
  /** The `provisioning_message` of the phase that fails. */
  message: z.string().optional(),
});

/** A provisioning job that goes another way than the usual one. */
export type Failure = z.input<typeof failureSchema>;

/** The jobs that are to go wrong, in the order in which they were scripted. */
export class Failures {
  private readonly script: { failure: Failure; turns: Turns }[] = [];

  add(input: Failure): void {
    const failure = failureSchema.parse(input);
    this.script.push({ failure, turns: new Turns(failure) });
  }

  /** The way that the next job of this app in this tenant takes. */
  next(appId: string, tenant: { id: string; name: string }, timing: Timing): Phase[] {
    const fitting = this.script.filter(
      ({ failure }) =>
        (failure.appId === undefined || failure.appId === appId) &&
        (failure.tsg === undefined || failure.tsg === tenant.id || failure.tsg === tenant.name),
    );
    const failure = takeTurn(fitting)?.failure;
    if (!failure) return usual(timing);
    const phases =
      typeof failure.how === "string"
        ? failures[failure.how](timing, failure.afterMs ?? timing.provisionMs)
        : failure.how;
    const { message } = failure;
    if (message === undefined) return phases;
    return phases.map((phase) =>
      phase.stage === "failed" ? { ...phase, provisioningMessage: message } : phase,
    );
  }
}
