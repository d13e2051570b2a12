import type { Resource } from "../contract";
import { checkChildInstance } from "./check";
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
} from "./schema";

/** An instance that is a child of the tenant service group in the access token: one tenant's allocation, by one POST. */
export const childInstance: Resource<ChildInstanceInputs, ChildInstanceState> = {
  name: "ChildInstance",
  description:
    "One tenant's allocation made by one `POST /subscription/v1/instances`: a free app instance, or licenses onboarded to a child tenant.",
  inputs: childInstanceInputs,
  outputs: childInstanceOutputs,
  check: checkChildInstance,
  diff: diffChildInstance,
  create: createChildInstance,
  read: (host, _id, state) => readChildInstance(host, state),
  update: updateChildInstance,
  delete: (host, _id, state) => deleteChildInstance(host, state),
};
