import type { Host, Log, Resource } from "../../resources/contract";
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
    name,
    preview: info?.preview ?? false,
    settings,
    session,
    signal: new AbortController().signal,
    log: logFor(urn, name),
    isUnknown,
    replacers: info?.replacers ?? [],
    saved: {
      own: info?.own,
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
    const result = await operation();
    note(`ends ${after()}`);
    return result;
  } catch (error) {
    note(`fails ${after()}`);
    throw error;
  } finally {
    progress.end(host.address || host.name);
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
