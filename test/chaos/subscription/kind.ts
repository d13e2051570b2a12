import type { ChildInstanceState } from "../../../provider/resources/child-instance/schema";
import { registry } from "../../../provider/resources/registry";
import type { Engine, Kind } from "../engine";

/** The saved ChildInstances of an engine. */
export const childrenOf = ({ resources }: Engine): ChildInstanceState[] =>
  [...resources.values()].map(({ state }) => state as unknown as ChildInstanceState);

/** Ids of the instances in a saved state. */
export const idsOf = ({ instances }: ChildInstanceState): string[] =>
  instances.map(({ instanceId }) => instanceId);

/** A ChildInstance, as its program registers it. */
export const childInstanceKind: Kind = {
  resource: registry.childInstance,
  intent: registry.childInstanceIntent,
  intentInputs: (inputs) => inputs,
  intentValue: ({ key, before, looked }) => ({ key, before, looked }),
};
