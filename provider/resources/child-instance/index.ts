import { besideIntent } from "../beside-intent";
import type { Host, Resource } from "../../host/contract";
import { checkChildInstance } from "./check";
import { placeOfInputs, savedPlace } from "./identity";
import {
  createChildInstance,
  deleteChildInstance,
  diffChildInstance,
  readChildInstance,
  updateChildInstance,
} from "./lifecycle";
import {
  type ChildInstanceInputs,
  type ChildInstanceState,
  childInstanceInputs,
  childInstanceOutputs,
  savedChildInstance,
} from "./schema";
import { readSaved } from "../../host/saved-state";
import { STATE_VERSION } from "./state";

const savedState = (host: Host, state: unknown): ChildInstanceState =>
  readSaved(host, childInstanceOutputs, STATE_VERSION, state);

/** An instance that is a child of the tenant service group in the access token: one tenant's allocation, by one POST. */
export const childInstance: Resource<ChildInstanceInputs, ChildInstanceState> = {
  ...savedChildInstance,
  description:
    "One tenant's allocation made by one `POST /subscription/v1/instances`: a free app instance, or licenses onboarded to a child tenant.",
  inputs: childInstanceInputs,
  holds: ({ instances = [], jobId }) =>
    instances.length === 0 && jobId !== undefined
      ? [`job ${jobId}`]
      : instances.map(({ instanceId }) => instanceId),
  check: besideIntent(
    {
      resource: "ChildInstance",
      intent: "Intent",
      identity: (inputs) => ({ ...placeOfInputs(inputs), profile: inputs["profile"] }),
      saved: savedPlace,
    },
    checkChildInstance,
  ),
  diff: (host, state, inputs) => diffChildInstance(host, savedState(host, state), inputs),
  create: createChildInstance,
  read: async (host, _id, state) => readChildInstance(host, savedState(host, state)),
  update: async (host, id, state, inputs) => updateChildInstance(host, id, savedState(host, state), inputs),
  delete: async (host, _id, state) => deleteChildInstance(host, savedState(host, state)),
};
