/**
 * From now on what is printed here goes through `redact`. The host of dynamic providers prints errors that nobody caught
 * as they are, with their stacks, and so may a library.
 */
export function guardOutput(streams: readonly NodeJS.WriteStream[], redact: (text: string) => string): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]): boolean =>
      write(typeof chunk === "string" ? redact(chunk) : chunk, ...rest);
  }
}
