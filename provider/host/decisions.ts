import type { z } from "zod";
import { type Host, StopError } from "./contract";

/**
 * What was decided of a resource in this run; undefined where nothing was.
 * @throws StopError where it cannot be read: nothing is made by half of a decision.
 */
export function decisionOf<Decision>(
  { name, decision }: Pick<Host, "name" | "decision">,
  schema: z.ZodType<Decision>,
): Decision | undefined {
  if (decision === undefined) return undefined;
  const read = schema.safeParse(decision);
  if (read.success) return read.data;
  throw new StopError(
    `${name}: what was decided about it cannot be read: another version of provisor may have planned it. Nothing was ` +
      "sent. Run the same command again.",
  );
}
