/** A message as a part of a longer sentence: without its full stop. */
export const asClause = (message: string): string => message.replace(/\.$/, "");
