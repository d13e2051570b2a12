import { registry } from "../../../provider/resources/registry";
import type { Kind, Kinds } from "../engine";

const kindOf = (name: "serviceInstance" | "serviceBinding"): Kind => ({
  resource: registry[name],
  intent: registry[`${name}Intent`],
  intentInputs: ({ origin: _origin, ...inputs }) => inputs,
  intentValue: ({ key, asked, turn }) => ({ key, asked, turn }),
});

/** ServiceInstance and ServiceBinding, as their programs register them. */
export const kinds: Kinds = {
  ServiceInstance: kindOf("serviceInstance"),
  ServiceBinding: kindOf("serviceBinding"),
};
