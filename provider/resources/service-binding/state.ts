import type { Binding } from "../../../sdk/broker";
import { omitUndefined } from "../../host/saved-state";
import type { ServiceBindingInputs, ServiceBindingState } from "./schema";

/** Version of the saved state; a state of another one is read by a migration, never guessed at. */
export const STATE_VERSION = 1;

/** What is saved beside the inputs, the version and the key of the intent. */
export type Known = Omit<ServiceBindingState, keyof ServiceBindingInputs | "version" | "intentKey"> &
  Pick<ServiceBindingState, "bindingId" | "serviceId" | "serviceName" | "planId" | "context">;

/** What is to be saved. */
export function stateOf(inputs: ServiceBindingInputs, known: Known): ServiceBindingState {
  const { intent, origin: _origin, ...kept } = inputs;
  const predecessors = known.predecessors?.length ? known.predecessors : undefined;
  return omitUndefined({ ...kept, ...known, predecessors, intentKey: intent?.key, version: STATE_VERSION });
}

/** Everything that is known of a saved binding beside its inputs. */
export function knownOf(state: ServiceBindingState): Known {
  const { bindingId, serviceId, serviceName, planId, context, credentials, broker, follows } = state;
  const { syslogDrainUrl, routeServiceUrl, volumeMounts, endpoints, metadata, createdAt } = state;
  const { operation, description, predecessors, unfinished, mitigated, given } = state;
  return {
    ...{ bindingId, serviceId, serviceName, planId, context, credentials, broker, follows },
    ...{ syslogDrainUrl, routeServiceUrl, volumeMounts, endpoints, metadata, createdAt },
    ...{ operation, description, predecessors, unfinished, mitigated, given },
    state: state.state,
  };
}

/** What a binding gives, as it is saved; what the broker does not say stays as it is `known`. */
export function givenBy(binding: Binding, known: Partial<Known> = {}): Partial<Known> {
  return {
    credentials: binding.credentials ?? known.credentials,
    syslogDrainUrl: binding.syslogDrainUrl ?? known.syslogDrainUrl,
    routeServiceUrl: binding.routeServiceUrl ?? known.routeServiceUrl,
    volumeMounts: binding.volumeMounts ?? known.volumeMounts,
    endpoints: binding.endpoints ?? known.endpoints,
    metadata: binding.metadata ?? known.metadata,
  };
}

/** How a binding is called among all that a run holds. */
export const heldAs = (broker: string | undefined, bindingId: string | undefined): string =>
  `binding ${String(bindingId)} at ${String(broker)}`;

type Named = Pick<ServiceBindingInputs, "adopt" | "bindingId">;

/** The id that `adopt` names: itself, or `bindingId` where it is `true`. */
export const adoptedId = ({ adopt, bindingId }: Named): string | undefined =>
  adopt === true ? bindingId : adopt;

/** True for an id that the program names, to be made or to be taken over. */
export const isGiven = (inputs: Named, id: string): boolean =>
  id === inputs.bindingId || id === adoptedId(inputs);

/**
 * True where the program names a binding to take over that is not the present one, whose id `before` has. An `adopt` that
 * stays in the program while what it named gets successors names nothing new.
 */
export function namesAnother(before: Partial<Named>, now: Named): boolean {
  const id = adoptedId(now);
  const isNew = now.bindingId !== undefined || now.adopt !== before.adopt;
  return id !== undefined && id !== before.bindingId && isNew;
}
