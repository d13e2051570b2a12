/**
 * Switches stack traces off until the returned function is called. For each property of a resource the SDK takes
 * several, to say where an output leaked; under ts-node each is mapped back to its source. Over many resources that is
 * a fifth of a program's time.
 */
export function withoutStackTraces(): () => void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = limit;
  };
}
