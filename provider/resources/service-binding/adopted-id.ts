import type { ServiceBindingInputs } from "./schema";

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
