import { ProvisorError } from "../../../sdk/subscription";
import { StopError } from "../../resources/contract";

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

/**
 * The error as a user should see it, without secrets. The host prints the stack of what check, diff, read and delete throw; a stack
 * says nothing to a user, and it is the only place where an error of a library could show what it holds.
 */
export function shownError(error: unknown, redact: (text: string) => string): Error {
  const isOurs = error instanceof StopError || error instanceof ProvisorError || error instanceof Unfinished;
  const clean = new Error(
    redact(isOurs ? error.message : `Provisor failed unexpectedly: ${describe(error)}`),
  );
  // The host prints name, message and stack once more, on the stack's row.
  clean.name = "";
  clean.stack = "";
  if (!(error instanceof Unfinished)) return clean;
  return Object.assign(clean, {
    id: error.id,
    properties: error.properties,
    reasons: error.reasons.map(redact),
  });
}

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return "an unknown error";
  return `${error.name}: ${error.message}`;
};
