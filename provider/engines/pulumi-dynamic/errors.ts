import type { Properties } from "./dynamic-handler";

/** What the host of dynamic providers prints of an error of ours: its text and its stack, each of which is empty. */
export const PRINTED_OF_ERROR = ": \n";

/**
 * An error of which the host of dynamic providers prints nothing. It prints text and stack of what check, diff, read and
 * delete throw, on the stack's row, and hands the message to the engine, which shows it on the resource's own. So the text
 * is left to the engine, or it would be said twice.
 */
export function unprinted(error: Error): Error {
  error.stack = "";
  error.toString = () => "";
  return error;
}

/** An error that the host turns into a saved state with reasons: an initialisation error, in the engine's words. */
export const initError = (id: string, properties: Properties, reasons: readonly string[]): Error =>
  Object.assign(unprinted(new Error(reasons.join("\n"))), { id, properties, reasons });

/**
 * The first sentence on a line of its own. While a command runs the engine shows the first line of an error, more than
 * once, and all of it in its list at the end.
 */
export function inLines(error: Error): Error {
  error.message = error.message.replace(/\. /, ".\n");
  return error;
}
