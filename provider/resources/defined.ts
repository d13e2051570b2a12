/** The object without what is undefined: an engine would save nothing of it, and then see a difference. */
export const defined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
