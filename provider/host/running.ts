import type { Host, Log } from "./contract";
import { shownError } from "./errors";
import type { ProviderProcess } from "./process";

/** Where the words of the resource at `address` go; `name` stands for one whose address the engine does not tell. */
export const logOf = ({ engine, progress }: ProviderProcess, address: string, name: string): Log => ({
  info: (text) => {
    engine.log("info", text, address);
  },
  warn: (text) => {
    engine.log("warning", text, address);
  },
  progress: (text, since, state) => {
    progress.show(address, text, since, state, name);
  },
});

/** Runs an operation, and takes its row off the board of progress in the end. */
export async function running<T>(
  process: ProviderProcess,
  what: string,
  host: Host,
  operation: () => Promise<T>,
): Promise<T> {
  const { progress, session, isDebugging } = process;
  const started = session.clock.now();
  const note = (how: string): void => {
    if (isDebugging) session.debug(`${what} of ${host.name} ${how}`);
  };
  const after = (): string => `after ${session.clock.now() - started} ms`;
  note("begins");
  try {
    const result = await showingWaits(process, host, operation);
    note(`ends ${after()}`);
    return result;
  } catch (error) {
    note(`fails ${after()}`);
    throw error;
  } finally {
    progress.end(host.address || host.name);
  }
}

/** After so long, in milliseconds, a row says what is waited for. */
const SILENT_MS = 3_000;

/** Runs an operation. While it says nothing itself, and a token or a list is waited for, its row says that. */
export async function showingWaits<T>(
  { progress, session }: ProviderProcess,
  host: Host,
  operation: () => Promise<T>,
): Promise<T> {
  const key = host.address || host.name;
  let isShown = false;
  const look = (): void => {
    const [oldest] = session.waits;
    const isSlow = oldest !== undefined && session.clock.now() - oldest.since >= SILENT_MS;
    if (isShown && !isSlow) progress.end(key);
    else if (isSlow && (isShown || !progress.has(key)))
      host.log.progress(`waiting for ${oldest.what}`, oldest.since);
    else return;
    isShown = isSlow;
  };
  const timer = setInterval(look, 1_000).unref();
  try {
    return await operation();
  } finally {
    clearInterval(timer);
    if (isShown) progress.end(key);
  }
}

/** What an operation throws, as a user should see it. */
export async function guarded<T>({ session }: ProviderProcess, operation: () => T | Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw shownError(error, (text) => session.redact(text));
  }
}
