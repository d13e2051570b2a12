import { checkAgainstIntent } from "../check-against-intent";
import { checkChildInstance } from "./check";
import { placeOfInputs, savedPlace } from "./identity";
import { createChildInstance } from "./create";
import { deleteChildInstance } from "./delete";
import { diffChildInstance } from "./diff";
import { readChildInstance } from "./read";
import { updateChildInstance } from "./update";
import {
  type ChildInstanceInputs,
  type ChildInstanceState,
  childInstanceInputs,
  savedChildInstance,
} from "./schema";
import { readingSaved } from "../../host/saved-state";
import { STATE_VERSION } from "./state";

/** An instance that is a child of the tenant service group in the access token: one tenant's allocation, by one POST. */
export const childInstance = readingSaved<ChildInstanceInputs, ChildInstanceState>({
  ...savedChildInstance,
  description:
    "One tenant's allocation made by one `POST /subscription/v1/instances`: a free app instance, or licenses onboarded to a child tenant.",
  inputs: childInstanceInputs,
  version: STATE_VERSION,
  holds: ({ instances = [], jobId }) =>
    instances.length === 0 && jobId !== undefined
      ? [`job ${jobId}`]
      : instances.map(({ instanceId }) => instanceId),
  replaced: ({ replaced = [] }) => replaced,
  check: checkAgainstIntent(
    {
      resource: "ChildInstance",
      intent: "Intent",
      identity: (inputs) => ({ ...placeOfInputs(inputs), profile: inputs["profile"] }),
      saved: savedPlace,
    },
    checkChildInstance,
  ),
  diff: diffChildInstance,
  create: createChildInstance,
  read: async (host, _id, state) => readChildInstance(host, state),
  update: updateChildInstance,
  delete: async (host, _id, state) => deleteChildInstance(host, state),
});
