import {
  ApiError,
  CancelledError,
  ConnectionError,
  ResponseFormatError,
  type RequestError,
} from "../http/errors";
import { BrokerError } from "./errors";
import type { SettledOperation, BrokerRequest } from "./interface";

/** What was answered: the table's column of statuses. */
export type BrokerResponse =
  | "200"
  | "200 with malformed response"
  | '200 with "state": "failed"'
  | "201"
  | "201 with malformed response"
  | "202"
  | "202 with malformed response"
  | "All other 2xx"
  | "408"
  | "All other 4xx"
  | "5xx"
  | "Timeout";

/** A row of the table. */
export interface OrphanMitigationRow {
  requests: readonly BrokerRequest[];
  response: BrokerResponse;
  /** How a platform takes it. */
  interpretation: string;
  /** Whether an instance is to be cleaned up. */
  instances: boolean;
  /** Whether a binding is to be cleaned up. */
  bindings: boolean;
}

const ALL: readonly BrokerRequest[] = ["provision", "deprovision", "bind", "unbind", "update", "other"];

const row = (
  requests: readonly BrokerRequest[],
  response: BrokerResponse,
  interpretation: string,
  mitigation?: "instances" | "bindings",
): OrphanMitigationRow => ({
  requests,
  response,
  interpretation,
  instances: mitigation === "instances",
  bindings: mitigation === "bindings",
});

/** The table of the section "Orphan Mitigation", row by row. */
export const orphanMitigationTable: readonly OrphanMitigationRow[] = [
  row(ALL, "200", "Success, where nothing goes on"),
  row(ALL, "200 with malformed response", "Failure"),
  row(["provision", "deprovision"], '200 with "state": "failed"', "Failure", "instances"),
  row(["bind", "unbind"], '200 with "state": "failed"', "Failure", "bindings"),
  row(ALL, "201", "Success"),
  row(["provision"], "201 with malformed response", "Failure", "instances"),
  row(["bind"], "201 with malformed response", "Failure", "bindings"),
  row(ALL, "202", "Success"),
  row(["provision"], "202 with malformed response", "Failure", "instances"),
  row(["bind"], "202 with malformed response", "Failure", "bindings"),
  row(["provision", "deprovision"], "All other 2xx", "Failure", "instances"),
  row(["bind", "unbind"], "All other 2xx", "Failure", "bindings"),
  row(["update"], "All other 2xx", "Failure"),
  row(ALL, "408", "Failure: the request did not arrive"),
  row(ALL, "All other 4xx", "Refusal"),
  row(["provision", "deprovision"], "5xx", "Failure of the broker", "instances"),
  row(["bind", "unbind"], "5xx", "Failure of the broker", "bindings"),
  row(["update"], "5xx", "Failure of the broker"),
  row(["provision"], "Timeout", "Failure", "instances"),
  row(["bind"], "Timeout", "Failure", "bindings"),
  row(["deprovision", "unbind", "update", "other"], "Timeout", "Failure"),
];

/**
 * Whether what `request` may have left behind is to be deleted (spec: "Orphan Mitigation"), by the table's row.
 *
 * `failure` is what a call of the client threw, or how a wait ended; an operation that is `overdue` counts as failed
 * ("Polling Interval and Duration"), and a request that the caller's signal ended as one without an answer. False for
 * anything else, and where it is certain that nothing was sent. False too where the caller's own deadline ended it: what
 * the broker does goes on, and the same request, or the wait, takes it up again.
 *
 * A call that was repeated needs it when any of its transmissions does, with two exceptions. After ConcurrencyError the
 * specification forbids it. After Conflict the id may be someone else's, which must not be deleted: false, also where it
 * may be the caller's own (`mayBeOwn`). A caller whose ids nobody else can have chosen, such as random ones, deletes
 * what is there all the same, or repeats the request with the values that it first had.
 */
export function needsOrphanMitigation(request: BrokerRequest, failure: unknown): boolean {
  if (failure instanceof BrokerError && ["ConcurrencyError", "Conflict"].includes(failure.code)) return false;
  if (failure instanceof ConnectionError && failure.isByDeadline) return false;
  return failuresIn(failure).some((one) => {
    const response = responseOf(one);
    const found = orphanMitigationTable.find(
      (candidate) => candidate.response === response && candidate.requests.includes(request),
    );
    return found !== undefined && (found.instances || found.bindings);
  });
}

/** The failure and, where a call was repeated, those of its earlier transmissions that leave open what happened. */
function failuresIn(failure: unknown): unknown[] {
  const failures = [failure];
  for (let one = (failure as Partial<RequestError> | undefined)?.earlier; one; one = one.earlier)
    failures.push(one);
  return failures;
}

function responseOf(failure: unknown): BrokerResponse | undefined {
  if (failure instanceof CancelledError) return "Timeout";
  if (failure instanceof ConnectionError) {
    if (failure.ownEffect === "none") return undefined;
    return failure.status === undefined ? "Timeout" : malformed(failure.status);
  }
  if (failure instanceof ResponseFormatError) return malformed(failure.status);
  if (failure instanceof ApiError) return statusOf(failure.status);
  const outcome = (failure as Partial<SettledOperation> | undefined)?.outcome;
  return outcome === "failed" || outcome === "overdue" ? '200 with "state": "failed"' : undefined;
}

/** A good status whose body is not as specified, or broke off. */
function malformed(status: number | undefined): BrokerResponse | undefined {
  if (status === 200) return "200 with malformed response";
  if (status === 201) return "201 with malformed response";
  if (status === 202) return "202 with malformed response";
  return undefined;
}

/** A status that was no success of its request. */
function statusOf(status: number): BrokerResponse | undefined {
  // The broker goes on though it was told not to: that is no answer to this request.
  if (status === 202) return "202 with malformed response";
  if (status === 200 || status === 201) return `${status}`;
  if (status >= 200 && status < 300) return "All other 2xx";
  if (status === 408) return "408";
  if (status >= 400 && status < 500) return "All other 4xx";
  return status >= 500 && status < 600 ? "5xx" : undefined;
}
