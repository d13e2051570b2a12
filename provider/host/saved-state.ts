import type { z } from "zod";
import { say } from "../words";
import { type Host, StopError } from "./contract";
import { pathText } from "../schema/validate";

/**
 * A saved state as what it is said to be. One of another version may mean other things by the same names, and one that
 * is damaged means nothing: neither is guessed at.
 * @throws StopError that names what cannot be read, never a value.
 */
export function readSaved<State>(host: Host, schema: z.ZodType, version: number, saved: unknown): State {
  const found = (saved as { version?: unknown } | null | undefined)?.version ?? 1;
  if (Number.isInteger(found) && found !== version)
    throw new StopError(
      `${host.name}: its saved state has version ${String(found)}, and this Provisor knows version ${version}. Nothing ` +
        "was done. Install the version of provisor that saved it, or a newer one.",
    );
  const read = schema.safeParse(saved);
  if (read.success) return saved as State;
  const paths = [...new Set(read.error.issues.map((issue) => pathText(issue.path)))]
    .filter(Boolean)
    .map(say.path);
  throw new StopError(
    `${host.name}: its saved state is damaged${paths.length > 0 ? ` (${paths.slice(0, 5).join(", ")})` : ""}. Nothing was ` +
      `done. Bring back an earlier state: ${say.earlierState}.`,
  );
}
