import type { z } from "zod";
import { commonFaults, faultSchemaOf, FaultScript } from "./fault-script";
import { requestKinds } from "./protocol";

export const faultSchema = faultSchemaOf(requestKinds, [...commonFaults, "expired-token"]).refine(
  (f) => f.kind !== "expired-token" || f.on !== "token",
  { path: ["on"], message: "a token request bears no token that could be expired" },
);

/** A fault by script: which requests it hits, and what it does to them. */
export type Fault = z.input<typeof faultSchema>;

/** The faults that are still to come, in the order in which they were scripted. */
export class Faults extends FaultScript<Fault> {
  constructor() {
    super(faultSchema);
  }
}
