/** What a program declared secret: the values, and the names of the inputs that hold any. */
export interface Declared {
  readonly values: readonly string[];
  readonly names: readonly string[];
}

/** What was declared at one time or the other: what was allocated with an earlier secret goes on repeating it. */
export const eitherOf = (one: Declared, other: Declared): Declared => ({
  values: [...new Set([...one.values, ...other.values])],
  names: [...new Set([...one.names, ...other.names])],
});

/** Whether `now` hides more than what was saved when it was `then`, names of which earlier versions did not save. */
export const hidesMore = (now: Declared, then: Declared): boolean =>
  now.values.some((value) => !then.values.includes(value)) ||
  ((then.names.length > 0 || then.values.length === 0) &&
    now.names.some((name) => !then.names.includes(name)));
