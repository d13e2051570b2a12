import { z } from "zod";
import type { Host } from "../../host/contract";
import { decisionOf } from "../../host/decisions";

/** What a diff decides of an instance. */
const decision = z.object({
  /** Id of the instance that is to have a successor. */
  follows: z.string().optional(),
});

export type ServiceInstanceDecision = z.infer<typeof decision>;

export const instanceDecision = (host: Host): ServiceInstanceDecision => decisionOf(host, decision) ?? {};
