import { ProvisorError } from "../../sdk/subscription";
import { StopError } from "./contract";

/**
 * The error as a user should see it, without secrets, and without a stack: that says nothing to a user, and it is the only
 * place where an error of a library could show what it holds.
 */
export function shownError(error: unknown, redact: (text: string) => string): Error {
  const isOurs = error instanceof StopError || error instanceof ProvisorError;
  const shown = new Error(
    redact(isOurs ? error.message : `Provisor failed unexpectedly: ${describe(error)}`),
  );
  shown.stack = "";
  return shown;
}

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return "an unknown error";
  return `${error.name}: ${error.message}`;
};

/** A message as a part of a longer sentence: without its full stop. */
export const withoutFullStop = (message: string): string => message.replace(/\.$/, "");

/** The same as a sentence of its own. */
export const asSentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${withoutFullStop(message).slice(1)}.`;
