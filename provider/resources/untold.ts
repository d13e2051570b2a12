import { type Host, type Problem, StopError } from "../host/contract";

const WORDS =
  "what the state holds of it could not be read, so that this may be a replacement of what is live. Nothing was sent. Run the " +
  "same command again";

/** What stands against a create, as far as its check can tell: of an intent, nothing else shows that it is a replacement. */
export const untoldProblems = ({ saved }: Host): Problem[] =>
  saved.own === "untold" ? [{ path: "", message: WORDS }] : [];

/**
 * Refuses a create that may be a replacement, before anything is sent: it would take what is live for what a run of its own
 * left, or allocate a second time.
 * @param isFirst True where the run itself knows better: it made the intent, or its diff decided what is replaced.
 * @throws StopError
 */
export function assertTold(host: Host, isFirst: boolean): void {
  if (host.saved.own === "untold" && !isFirst) throw new StopError(`${host.name}: ${WORDS}.`);
}
