import type { Host, Log, Resource } from "../../host/contract";
import { shownError } from "./errors";
import { providerProcess } from "./process";
import type { RunInfo } from "./run-memory";
import { isUnknown } from "./wire";

/** What a lifecycle function is given, as far as the engine and the program tell. */
export function hostOf(resource: Resource, info: RunInfo | undefined, id?: string): Host {
  const { session, settings } = providerProcess();
  const urn = info?.urn ?? "";
  // Refresh and destroy tell no URN; the id says which one it is.
  const name = urn.split("::").at(-1) || [resource.name, id].filter(Boolean).join(" ");
  return {
    address: urn,
    of: info?.of ?? urn,
    name,
    preview: info?.preview ?? false,
    settings,
    session,
    signal: new AbortController().signal,
    log: logFor(urn, name),
    isUnknown,
    replacers: info?.replacers ?? [],
    leftOut: info?.leftOut ?? [],
    saved: {
      own: info === undefined || info.isUntold === true ? "untold" : (info.own ?? "none"),
      heldElsewhere: info?.held ?? [],
      heldAtBrokers: info?.heldAtBrokers ?? [],
      liveElsewhere: info?.live ?? [],
    },
  };
}

function logFor(urn: string, name: string): Log {
  const { engine, progress } = providerProcess();
  return {
    info: (text) => {
      engine.log("info", text, urn);
    },
    warn: (text) => {
      engine.log("warning", text, urn);
    },
    progress: (text, since, state) => {
      progress.show(urn, text, since, state, name);
    },
  };
}

/** Runs an operation, and takes its row off the board of progress in the end. */
export async function running<T>(what: string, host: Host, operation: () => Promise<T>): Promise<T> {
  const { progress, session, isDebugging } = providerProcess();
  const started = session.clock.now();
  const note = (how: string): void => {
    if (isDebugging) session.debug(`${what} of ${host.name} ${how}`);
  };
  const after = (): string => `after ${session.clock.now() - started} ms`;
  note("begins");
  try {
    const result = await showingWaits(host, operation);
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
export async function showingWaits<T>(host: Host, operation: () => Promise<T>): Promise<T> {
  const { progress, session } = providerProcess();
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
export async function guarded<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw shownError(error, (text) => providerProcess().session.redact(text));
  }
}
