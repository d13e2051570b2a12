import type { Session } from "../session";
import type { ServiceBindingState } from "./schema";

/** Every text inside. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

type Shown = Pick<ServiceBindingState, "credentials" | "bindingId" | "instance" | "broker" | "endpoints">;

/**
 * From now on nothing that this process says shows the credentials, whoever repeats them. What is to be read beside them
 * in plain text (the broker's address, ids, endpoints) is no secret, and no error could be understood without it.
 */
export function hideCredentials(session: Session, binding: Shown): void {
  const { credentials, bindingId, instance, broker, endpoints } = binding;
  const plain = [broker, bindingId, ...textsIn(instance), ...textsIn(endpoints)];
  session.addCodes(textsIn(credentials).filter((text) => !plain.some((one) => one.includes(text))));
}
