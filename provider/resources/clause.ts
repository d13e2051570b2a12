/** A message as a part of a longer sentence: without its full stop. */
export const asClause = (message: string): string => message.replace(/\.$/, "");

/** The same as a sentence of its own. */
export const asSentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${asClause(message).slice(1)}.`;
