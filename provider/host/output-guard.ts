/**
 * From now on what is printed here goes through `redact`. The host of dynamic providers prints errors that nobody caught
 * as they are, with their stacks, and so may a library. What is but `noise` is not printed.
 */
export function guardOutput(
  streams: readonly NodeJS.WriteStream[],
  redact: (text: string) => string,
  noise: string,
): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]): boolean =>
      chunk === noise || write(typeof chunk === "string" ? redact(chunk) : chunk, ...rest);
  }
}
