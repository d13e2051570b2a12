import { childInstance } from "./child-instance";
import { childInstanceIntent } from "./child-instance/intent";
import type { Resource } from "./contract";

/** Every resource there is. An engine adapter serves whatever is in it. */
export const registry = {
  childInstance: childInstance as unknown as Resource,
  childInstanceIntent: childInstanceIntent as unknown as Resource,
};
