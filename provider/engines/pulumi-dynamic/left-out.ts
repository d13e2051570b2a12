import type * as pulumi from "@pulumi/pulumi";
import { programSession } from "./program-session";
import type { RunInfo } from "./run-memory";
import { kinds } from "./tokens";
import { typeOf, withType } from "./urns";

const leftOut = (): Set<string> => programSession().one("left-out", () => new Set<string>());

/** Notes what `--target` leaves out and the state does not have. */
export const noteLeftOut = (urn: string): void => void leftOut().add(urn);

/** What a provider is told of the run, and what of these `needs` of the resource is left out of it. */
export async function withLeftOut(
  run: Promise<RunInfo>,
  needs: readonly pulumi.Resource[],
): Promise<RunInfo> {
  const urns = await Promise.all(needs.map(urnOf));
  const missing = [...urns.flatMap(intentOf), ...urns].filter((urn) => leftOut().has(urn));
  return missing.length > 0 ? { ...(await run), leftOut: missing } : run;
}

/**
 * The URN of a resource when it is registered, empty where that fails. A promise and no output: the engine would hide `run`
 * itself where one of those that it depends on is to be replaced.
 */
const urnOf = ({ urn }: pulumi.Resource): Promise<string> =>
  (urn as unknown as { promise(): Promise<string> }).promise().catch(() => "");

/** The URN of the intent of a resource, which is left out with it. */
const intentOf = (urn: string): string[] =>
  kinds
    .filter(({ type }) => type === typeOf(urn))
    .map(({ type, intentType }) => withType(urn, type, intentType));
