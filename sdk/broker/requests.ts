import type { z } from "zod";
import { SettingsError } from "../http/errors";
import {
  accepted,
  beyondOutcome,
  beyondOutcomeOfAction,
  binding,
  instanceDetails,
  lastOperation,
  outcome,
  outcomeOfAction,
} from "./answers";
import { compact } from "./fields";
import { bindingPath, instancePath, lastOperationPath } from "./paths";
import { bindPayload, type Manner, provisionPayload, rotatePayload, updatePayload } from "./payload";
import { checkRequired } from "./required";
import type { BrokerAnswer, BrokerCall } from "./session";
import type {
  Accepted,
  Binding,
  BindRequest,
  BindResult,
  DeleteResult,
  LastOperation,
  OperationQuery,
  PlanRef,
  ProvisionRequest,
  ProvisionResult,
  RotateRequest,
  ServiceInstanceDetails,
  UpdateRequest,
  UpdateResult,
} from "./types";

/* What each endpoint is sent, which statuses are a success there, and what those mean. */

/** Whether the broker may answer 202 and go on by itself. */
export interface Asynchronous {
  acceptsIncomplete?: boolean | undefined;
}

/** An instance, or a binding of it. */
export interface Target {
  instanceId: string;
  bindingId?: string | undefined;
}

export function provisionCall(
  target: Target,
  request: ProvisionRequest,
  manner: Manner,
  options: Asynchronous = {},
): BrokerCall<ProvisionResult> {
  const platform = manner.sendsPlatform ? (["organizationGuid", "spaceGuid"] as const) : [];
  checkRequired(request, "serviceId", "planId", ...platform);
  return {
    method: "PUT",
    path: pathOf(target),
    json: provisionPayload(request, manner),
    ...asynchronous(patience(options, manner), [200, 201]),
    ...action(manner),
    read(answer) {
      const isAction = !manner.keepsInstances;
      const outcomeTold = answer.read(isAction ? outcomeOfAction : outcome);
      const response = answer.read(isAction ? beyondOutcomeOfAction : beyondOutcome);
      answer.hide(response);
      const told = compact({ ...outcomeTold, response });
      return answer.status === 202
        ? { ...acceptedWith(answer), ...told }
        : { outcome: createdOrExists(answer), ...told };
    },
  };
}

export function updateCall(
  target: Target,
  request: UpdateRequest,
  manner: Manner,
  options: Asynchronous = {},
): BrokerCall<UpdateResult> {
  checkRequired(request, "serviceId");
  return {
    method: "PATCH",
    path: pathOf(target),
    json: updatePayload(request, manner),
    ...asynchronous(options, [200]),
    read(answer) {
      const told = answer.read(outcome, NOTHING);
      return answer.status === 202
        ? { ...acceptedWith(answer, NOTHING), ...told }
        : { outcome: "updated", ...told };
    },
  };
}

export function bindCall(
  target: Target,
  request: BindRequest,
  manner: Manner,
  options?: Asynchronous,
): BrokerCall<BindResult> {
  checkRequired(request, "serviceId", "planId");
  return newBindingCall(target, bindPayload(request, manner), options);
}

export function rotateCall(
  target: Target,
  request: RotateRequest,
  options?: Asynchronous,
): BrokerCall<BindResult> {
  checkRequired(request, "serviceId", "planId", "predecessorBindingId");
  if (request.predecessorBindingId === target.bindingId)
    throw new SettingsError("Nothing was sent: a binding cannot be its own predecessor.");
  return newBindingCall(target, rotatePayload(request), options);
}

function newBindingCall(target: Target, json: object, options: Asynchronous = {}): BrokerCall<BindResult> {
  return {
    method: "PUT",
    path: pathOf(target),
    json,
    ...asynchronous(options, [200, 201]),
    read(answer) {
      if (answer.status === 202) return acceptedWith(answer);
      return { outcome: createdOrExists(answer), binding: answer.read(binding) };
    },
  };
}

/** What says that something is deleted: the specification knows only 200, brokers also say 204 and others. */
const DONE: readonly number[] = Array.from({ length: 100 }, (_, index) => 200 + index).filter(
  (status) => status !== 202,
);

/** Of deprovisioning and unbinding. */
export function deleteCall(
  target: Target,
  plan: PlanRef,
  manner: Manner,
  options: Asynchronous = {},
): BrokerCall<DeleteResult> {
  checkRequired(plan, "serviceId", "planId");
  const { query, successes } = asynchronous(patience(options, manner), [...DONE, 410]);
  return {
    method: "DELETE",
    path: pathOf(target),
    query: { ...planQuery(plan), ...query },
    successes,
    ...action(manner),
    read(answer) {
      const { status } = answer;
      if (status === 410) return { outcome: "gone", status };
      if (status === 202) return { ...acceptedWith(answer, NOTHING), status };
      // A page may be that of a login in between, and JSON that ends half way of anybody; for all else the status speaks.
      if (/^\s*[<{[]/.test(answer.text)) answer.json();
      return { outcome: "deleted", status };
    },
  };
}

export const instanceCall = (
  target: Target,
  plan: Partial<PlanRef> = {},
): BrokerCall<ServiceInstanceDetails> => fetchCall(target, plan, instanceDetails);

export const bindingCall = (target: Target, plan: Partial<PlanRef> = {}): BrokerCall<Binding> =>
  fetchCall(target, plan, binding);

const fetchCall = <T>(target: Target, plan: Partial<PlanRef>, schema: z.ZodType<T>): BrokerCall<T> => ({
  method: "GET",
  path: pathOf(target),
  query: planQuery(plan),
  successes: [200],
  read: (answer) => answer.read(schema),
});

export function lastOperationCall(target: Target, query: OperationQuery = {}): BrokerCall<LastOperation> {
  return {
    method: "GET",
    path: lastOperationPath(pathOf(target)),
    query: { ...planQuery(query), operation: query.operation || undefined },
    successes: [200, 410],
    read(answer) {
      const seen: LastOperation = answer.status === 410 ? { state: "gone" } : answer.read(lastOperation);
      const description = seen.description && (answer.shown(seen.description) || undefined);
      return compact({ ...seen, description, retryAfterMs: answer.retryAfterMs });
    },
  };
}

/**
 * What an empty body stands for where the expected one is `{}`: the status says all. Not where something is created,
 * for there an answer without a body has lost something.
 */
const NOTHING = {};

const pathOf = ({ instanceId, bindingId }: Target): string =>
  bindingId === undefined ? instancePath(instanceId) : bindingPath(instanceId, bindingId);

/** An empty id is none: where ids are optional, the specification wants them to say something. */
const planQuery = ({ serviceId, planId }: OperationQuery): Record<string, string | undefined> => ({
  service_id: serviceId || undefined,
  plan_id: planId || undefined,
});

/** How long an action may take, in milliseconds: its caller waits for it. */
const ACTION_MS = 60 * 60_000;

/** A broker that keeps nothing would carry out a second request anew. */
const action = ({ keepsInstances }: Manner): Pick<BrokerCall<unknown>, "isAction" | "timeoutMs"> =>
  keepsInstances ? {} : { isAction: true, timeoutMs: ACTION_MS };

/** It has nothing to ask for later either. */
const patience = (options: Asynchronous, { keepsInstances }: Manner): Asynchronous =>
  keepsInstances ? options : { acceptsIncomplete: false };

/** 202 is a success only where `accepts_incomplete` allowed it. */
const asynchronous = (
  { acceptsIncomplete = true }: Asynchronous,
  successes: number[],
): { query: Record<string, string>; successes: number[] } =>
  acceptsIncomplete
    ? { query: { accepts_incomplete: "true" }, successes: [...successes, 202] }
    : { query: {}, successes };

const createdOrExists = ({ status }: BrokerAnswer): "created" | "exists" =>
  status === 201 ? "created" : "exists";

const acceptedWith = ({ read, retryAfterMs }: BrokerAnswer, empty?: object): Accepted =>
  compact({ outcome: "accepted", operation: read(accepted, empty).operation, retryAfterMs });
