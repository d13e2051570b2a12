import { z } from "zod";
import type { Host } from "../../host/contract";
import { decisionOf } from "../../host/decisions";

/** What a check and a diff decide of a ChildInstance. */
const decision = z.object({
  /** Ids of instances that its replacement leaves behind, as its inputs say; what is saved with them may still say otherwise. */
  abandons: z.array(z.string()).optional(),
  /** Ids of those that it has replaced before. */
  abandoned: z.array(z.string()).optional(),
});

export type ChildInstanceDecision = z.infer<typeof decision>;

export const childDecision = (host: Host): ChildInstanceDecision => decisionOf(host, decision) ?? {};

/** Ids of instances that a replacement leaves behind. */
export const abandonedNow = (host: Host): string[] => childDecision(host).abandons ?? [];

/** True where all of these are left behind, now or before. */
export function isAbandoned(host: Host, instanceIds: readonly string[]): boolean {
  const { abandons = [], abandoned = [] } = childDecision(host);
  return instanceIds.length > 0 && instanceIds.every((id) => [...abandons, ...abandoned].includes(id));
}
