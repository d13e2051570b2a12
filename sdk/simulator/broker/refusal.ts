import { type HttpAnswer, jsonAnswer } from "../protocol";

/** The codes that the specification knows (section "Error Codes"). */
type BrokerErrorWord = "AsyncRequired" | "ConcurrencyError" | "RequiresApp" | "MaintenanceInfoConflict";

/** The request is refused and has no effect. */
export class BrokerRefusal extends Error {
  override name = "BrokerRefusal";
  constructor(
    readonly status: number,
    /** Shown as the answer's `description`. */
    description: string,
    readonly details: {
      error?: BrokerErrorWord;
      instance_usable?: boolean;
      update_repeatable?: boolean;
    } = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(description);
  }

  /** The answer (section "Service Broker Errors"). */
  get answer(): HttpAnswer {
    return jsonAnswer(this.status, { ...this.details, description: this.message }, this.headers);
  }
}

/** 400: the request breaks a rule of the specification or of the catalog. */
export const badRequest = (description: string): BrokerRefusal => new BrokerRefusal(400, description);

/** 422: another operation is in progress. */
export const concurrencyError = (description: string): BrokerRefusal =>
  new BrokerRefusal(422, description, { error: "ConcurrencyError" });

/** 422: the platform has to say that it can wait. */
export const asyncRequired = (): BrokerRefusal =>
  new BrokerRefusal(422, "The plan works asynchronously only: ask with accepts_incomplete=true.", {
    error: "AsyncRequired",
  });
