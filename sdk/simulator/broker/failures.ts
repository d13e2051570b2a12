import { z } from "zod";
import { takeTurn, Turns, turnsSchema } from "../turns";
import { operationKinds } from "./requests";

/** The ways in which a broker's operations go wrong. */
const brokerFailureKinds = [
  "never-finishes",
  "fails-after",
  "fails-and-leaves",
  "unusable",
  "slow",
  "broken-json",
  "wrong-status",
  "concurrency-error",
  "forgets",
] as const;

export const brokerFailureSchema = z
  .strictObject({
    /** The kind of operation that goes wrong. */
    on: z.enum(operationKinds),
    /**
     * `never-finishes`: in progress for ever (synchronous: no answer, ever).
     * `fails-after`: the operation fails and leaves no trace: nothing was made, changed or deleted.
     * `fails-and-leaves`: it fails, but what was being made goes on existing (state `failed`), and what was being
     * changed is changed.
     * `unusable`: an update or a deprovisioning fails, and the instance can no longer be used.
     * `slow`: takes longer, then succeeds.
     * `broken-json`: takes effect as usual, but the answer's body ends half way.
     * `wrong-status`: takes effect as usual, but is answered with another status.
     * `concurrency-error`: 422 ConcurrencyError, without effect.
     * `forgets`: accepted, and then the broker knows nothing of it: 404.
     * Where the service is synchronous, an operation that fails is answered with 500.
     */
    kind: z.enum(brokerFailureKinds),
    /** Only instances of the service with this name. */
    service: z.string().optional(),
    /** Only requests whose path contains this text, for instance an instance's id. */
    pathContains: z.string().optional(),
    /** Only requests whose body contains this text. */
    bodyContains: z.string().optional(),
    ...turnsSchema,
    /**
     * Milliseconds from the request until it fails, is done (`slow`) or is forgotten. Default: as long as it would
     * have taken; for `slow` ten times that; for `forgets` 0.
     */
    afterMs: z.number().min(0).optional(),
    /** For `wrong-status`. Default 204. */
    status: z.int().min(200).max(599).optional(),
    /** What the broker says about it. */
    description: z.string().min(1).optional(),
    /** `update_repeatable` of an update that failed. Default: not told, so true. */
    updateRepeatable: z.boolean().optional(),
  })
  .refine(({ kind, on }) => kind !== "unusable" || on === "update" || on === "deprovision", {
    path: ["on"],
    message: "only an update or a deprovision can leave an instance unusable",
  });

/** An operation that goes wrong, by script. */
export type BrokerFailure = z.input<typeof brokerFailureSchema>;

/** The operations that are to go wrong, in the order in which they were scripted. */
export class BrokerFailures {
  private readonly script: { failure: BrokerFailure; turns: Turns }[] = [];

  /** @throws ZodError when the failure makes no sense. */
  add(input: BrokerFailure): void {
    const failure = brokerFailureSchema.parse(input);
    this.script.push({ failure, turns: new Turns(failure) });
  }

  /** Takes all failures back that are still to come. */
  clear(): void {
    this.script.length = 0;
  }

  /** How this operation goes wrong, if it does. */
  take(
    on: BrokerFailure["on"],
    about: { service: string; path: string; body: string },
  ): BrokerFailure | undefined {
    const fitting = this.script.filter(
      ({ failure }) =>
        failure.on === on &&
        (failure.service === undefined || failure.service === about.service) &&
        (failure.pathContains === undefined || about.path.includes(failure.pathContains)) &&
        (failure.bodyContains === undefined || about.body.includes(failure.bodyContains)),
    );
    return takeTurn(fitting)?.failure;
  }
}
