import { type HttpAnswer, jsonAnswer, type LateAnswer, type SimulatorAnswer } from "../protocol";
import { type BrokerWorld, type Call } from "./call";
import { isAsync } from "./catalog";
import type { BrokerFailure } from "./failures";
import { type BrokerSettings, durationOf } from "./options";
import { BrokerRefusal, concurrencyError } from "./refusal";
import type { OperationKind } from "./requests";
import type { Operation, Thing } from "./things";
import type { BrokerService } from "./catalog-schema";

/** What is to be done. */
interface Order {
  kind: OperationKind;
  service: BrokerService;
  thing: Thing;
  /** The plan before it. */
  planId: string;
  /** The request, to know it again when it is repeated. */
  request: unknown;
  failure: BrokerFailure | undefined;
  succeed(): void;
  /** With what it made or changed still there (`leaves`), or not. */
  fail(leaves: boolean): void;
  /** The answer once it is done at once. */
  done(): HttpAnswer;
  /** True where it takes as long as what is accepted, while the caller waits. */
  takesTime?: true;
  /** What the answer to something accepted tells besides the operation. */
  accepted?: Record<string, unknown>;
}

/** How this operation is to go wrong. @throws BrokerRefusal 422 where it is by a ConcurrencyError. */
export function failureOf(
  { failures }: BrokerWorld,
  { request }: Call,
  kind: OperationKind,
  service: BrokerService,
): BrokerFailure | undefined {
  const about = { service: service.name, path: request.path, body: request.body ?? "" };
  const failure = failures.take(kind, about);
  if (failure?.kind !== "concurrency-error") return failure;
  throw concurrencyError(failure.description ?? "Another operation is in progress.");
}

/** Begins an operation and answers; what is done synchronously is answered when it is over. */
export function operate(world: BrokerWorld, call: Call, order: Order): SimulatorAnswer | LateAnswer {
  const { kind, thing, failure } = order;
  const isAccepted = isAsync(order.service, kind);
  const operation = operationOf(world, order, isAccepted);
  call.onEffect({ summary: `${kind} of ${thing.id}`, operation: operation.id });
  world.store.begin(thing, operation, ({ state }) => {
    if (state === "succeeded") order.succeed();
    else order.fail(failure?.kind === "fails-and-leaves");
    if (failure?.kind === "unusable") thing.rest = "unusable";
  });
  if (isAccepted) return mangle(acceptedAnswer(world.settings, operation, order.accepted), failure);
  if (operation.endsAt === Infinity) return { hang: true };
  const due = (): HttpAnswer => {
    world.store.settle(operation.endsAt);
    return mangle(operation.outcome === "failed" ? failedAnswer(operation) : order.done(), failure);
  };
  const afterMs = operation.endsAt - operation.startedAt;
  return afterMs > 0 ? { afterMs, due } : due();
}

/**
 * The answer to a request for what is being done already.
 * @throws BrokerRefusal 422 where the service does it synchronously, so that it must not be polled.
 */
export function repeatedAnswer(
  { settings }: BrokerWorld,
  service: BrokerService,
  operation: Operation,
  more?: Record<string, unknown>,
): HttpAnswer {
  if (isAsync(service, operation.kind)) return acceptedAnswer(settings, operation, more);
  throw concurrencyError(`The ${operation.kind} is in progress.`);
}

const acceptedAnswer = (
  settings: BrokerSettings,
  { id }: Operation,
  more: Record<string, unknown> = {},
): HttpAnswer =>
  jsonAnswer(202, { ...(id === undefined ? {} : { operation: id }), ...more }, retryAfter(settings));

/** The header that says when to ask again. */
export const retryAfter = ({ retryAfterS }: BrokerSettings): Record<string, string> =>
  retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) };

function operationOf(world: BrokerWorld, order: Order, isAccepted: boolean): Operation {
  const { kind, service, failure } = order;
  const startedAt = world.now();
  // The plus sign must be percent-encoded in a query: who forgets that asks for another operation.
  const hasId = isAccepted && service.simulated?.operationIds !== false;
  const fails = ["fails-after", "fails-and-leaves", "unusable"].includes(failure?.kind ?? "");
  const succeeds = failure?.kind === "forgets" ? "forgotten" : "succeeded";
  return {
    id: hasId ? `${kind}+${world.ids.text("operation", 12)}` : undefined,
    kind,
    startedAt,
    endsAt:
      startedAt + lengthOf(durationOf(world.settings, kind), isAccepted || order.takesTime === true, failure),
    state: "in progress",
    outcome: fails ? "failed" : succeeds,
    description: failure?.description,
    instanceUsable: failure?.kind === "unusable" ? false : undefined,
    updateRepeatable: kind === "update" ? failure?.updateRepeatable : undefined,
    planId: order.planId,
    request: order.request,
  };
}

/** Milliseconds that an operation takes. */
function lengthOf(usualMs: number, takesTime: boolean, failure: BrokerFailure | undefined): number {
  if (failure?.kind === "never-finishes") return Infinity;
  if (failure?.kind === "forgets") return failure.afterMs ?? 0;
  if (failure?.kind === "slow") return failure.afterMs ?? usualMs * 10;
  return failure?.afterMs ?? (takesTime ? usualMs : 0);
}

/** What a failed operation says, in an error's answer and in that of `last_operation`. */
export const failureBody = ({ kind, description, instanceUsable, updateRepeatable }: Operation) => ({
  description: description ?? `The ${kind} failed.`,
  ...(instanceUsable === undefined ? {} : { instance_usable: instanceUsable }),
  ...(updateRepeatable === undefined ? {} : { update_repeatable: updateRepeatable }),
});

const failedAnswer = (operation: Operation): HttpAnswer => {
  const { description, ...details } = failureBody(operation);
  return new BrokerRefusal(500, description, details).answer;
};

/** What a failure makes of an answer whose effect took place. */
function mangle(answer: HttpAnswer, failure: BrokerFailure | undefined): HttpAnswer {
  if (failure?.kind === "broken-json") {
    return { ...answer, body: answer.body.slice(0, Math.max(1, Math.floor(answer.body.length / 2))) };
  }
  if (failure?.kind !== "wrong-status") return answer;
  const { status = 204 } = failure;
  return { ...answer, status, body: status === 204 ? "" : answer.body };
}
