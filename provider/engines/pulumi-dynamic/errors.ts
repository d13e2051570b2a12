import { ProvisorError } from "../../../sdk/subscription";
import { StopError } from "../../host/contract";

type Properties = Record<string, unknown>;

/** An error that the host turns into a saved state with reasons: an initialisation error, in the engine's words. */
export class Unfinished extends Error {
  readonly properties: Properties;

  constructor(
    readonly id: string,
    outs: Properties,
    inputs: Properties,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
    this.properties = { ...outs, __provider: inputs["__provider"] };
  }
}

/** What the host prints of an error of ours: its text and its stack, each of which is empty. */
export const PRINTED_OF_ERROR = ": \n";

/**
 * The error as a user should see it, without secrets. The host prints text and stack of what check, diff, read and delete
 * throw, on the stack's row, and hands the message to the engine, which shows it on the resource's own. So the text is left
 * to the engine, or it would be said twice. A stack says nothing to a user, and it is the only place where an error of a
 * library could show what it holds.
 */
export function shownError(error: unknown, redact: (text: string) => string): Error {
  const isOurs = error instanceof StopError || error instanceof ProvisorError || error instanceof Unfinished;
  const clean = new Error(
    redact(isOurs ? error.message : `Provisor failed unexpectedly: ${describe(error)}`),
  );
  clean.stack = "";
  clean.toString = () => "";
  if (!(error instanceof Unfinished)) return clean;
  return Object.assign(clean, {
    id: error.id,
    properties: error.properties,
    reasons: error.reasons.map(redact),
  });
}

/**
 * The first sentence on a line of its own. While a command runs the engine shows the first line of an error, more than
 * once, and all of it in its list at the end.
 */
export function inLines(error: unknown): Error {
  const shown = error as Error;
  shown.message = shown.message.replace(/\. /, ".\n");
  return shown;
}

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return "an unknown error";
  return `${error.name}: ${error.message}`;
};
