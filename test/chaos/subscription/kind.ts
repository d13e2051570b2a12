import type { ChildInstanceState } from "../../../provider/resources/child-instance/schema";
import type { SavedState } from "../../../provider/host/contract";
import { registry } from "../../../provider/resources/registry";
import type { Engine, Kind, Properties } from "../engine";

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
  told: (own, others) => toldOf(own, others),
  toldIntent: () => ({}),
};

/** The saved state, as a program tells a provider of it. */
function toldOf(own: Properties | undefined, others: readonly Properties[]): Partial<SavedState> {
  const state = own as ChildInstanceState | undefined;
  const saved: Partial<SavedState> = state ? { own: withoutSecrets(state) } : {};
  if (state && state.unfinished === undefined) return saved;
  const rest = others as unknown as ChildInstanceState[];
  return {
    ...saved,
    heldElsewhere: rest.flatMap((other) => idsOf(other)),
    liveElsewhere: rest.map((other) => ({
      host: other.host,
      parentTsgId: other.parentTsgId,
      instanceIds: idsOf(other).filter((id) => other.missing?.includes(id) !== true),
    })),
  };
}

function withoutSecrets({ instances, jobId, missing, unfinished }: ChildInstanceState): SavedState["own"] {
  return {
    instances: instances.map(({ appId, instanceId, region, tsgId }) => ({
      appId,
      instanceId,
      region,
      tsgId,
    })),
    ...(jobId === undefined ? {} : { jobId }),
    ...(missing === undefined ? {} : { missing }),
    ...(unfinished === undefined ? {} : { unfinished }),
  };
}
