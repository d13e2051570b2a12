import "./speech";
import type { Host, SavedState } from "../../provider/host/contract";
import { RunState } from "../../provider/host/run-state";
import type { SettingsInput } from "../../provider/settings";
import { type RunningSimulator, type SimulatorOptions, startSimulator } from "../../sdk/simulator";
import type { Clock } from "../../sdk/wait";
import { FastClock } from "./fast-clock";

/** Stands for a value that the engine does not know yet. */
export const UNKNOWN = "unknown-until-later";

/** Settings from a configuration, an environment and files, all given as objects. */
export function settingsFrom(
  env: Record<string, string | undefined>,
  config: Record<string, string> = {},
  files: Record<string, string> = {},
): SettingsInput {
  return {
    config: (name) => config[name],
    env,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      return text;
    },
  };
}

/** What a resource said, in order. */
export interface RecordedLog {
  infos: string[];
  warnings: string[];
  progress: string[];
}

/** A host that notes what it is told. */
export interface TestHost extends Host {
  readonly recorded: RecordedLog;
}

export interface TestHostOptions {
  name?: string;
  preview?: boolean;
  settings?: SettingsInput;
  /** Its clock is the machine's unless the session says otherwise. */
  session?: RunState;
  signal?: AbortSignal;
  saved?: Partial<SavedState>;
  replacers?: string[];
  leftOut?: string[];
  decision?: unknown;
}

const alive = (): Promise<void> => Promise.resolve();

/** One run of the engine, as a resource sees it: nothing of an earlier one is remembered. */
export const newSession = (clock: Clock = new FastClock(), assertEngineAlive = alive): RunState =>
  new RunState(clock, assertEngineAlive);

export function testHost(options: TestHostOptions = {}): TestHost {
  const recorded: RecordedLog = { infos: [], warnings: [], progress: [] };
  const name = options.name ?? "child";
  const address = `test::${name}`;
  return {
    address,
    of: address,
    name,
    preview: options.preview ?? false,
    settings: options.settings ?? settingsFrom({}),
    session: options.session ?? newSession(),
    signal: options.signal ?? new AbortController().signal,
    log: {
      info: (text) => recorded.infos.push(text),
      warn: (text) => recorded.warnings.push(text),
      progress: (text) => recorded.progress.push(text),
    },
    isUnknown: (value) => value === UNKNOWN,
    replacers: options.replacers ?? [],
    leftOut: options.leftOut ?? [],
    saved: {
      own: "none",
      real: "none",
      others: [],
      ...options.saved,
    },
    decision: options.decision,
    recorded,
  };
}

/** How long things take with the account of {@link startAccount}; its clock runs fast. */
export const timings = {
  POLL: "100ms",
  APPEAR: 300,
  PROVISION: 1_000,
  APPEAR_TIMEOUT: 2_000,
};

/** A simulator on a port, and hosts whose settings address it. */
export interface TestAccount extends RunningSimulator {
  readonly clock: FastClock;
  /** A host of the run that goes on: of the first one, until `crash`. */
  host(options?: TestHostOptions, env?: Record<string, string>): TestHost;
  /** Ends the run: what comes after knows nothing of it, as after a crash or simply in the next command. */
  nextRun(): void;
  /** Instances that POSTs made. */
  made(): number;
}

export async function startAccount(options: SimulatorOptions = {}): Promise<TestAccount> {
  const clock = new FastClock();
  const { APPEAR: appearAfterMs, PROVISION: provisionMs } = timings;
  const running = await startSimulator({ appearAfterMs, provisionMs, ...options, clock });
  const env = {
    ...running.env,
    PROVISOR_POLL_INTERVAL: timings.POLL,
    PROVISOR_APPEAR_TIMEOUT: `${timings.APPEAR_TIMEOUT}ms`,
  };
  let session = newSession(clock);
  return {
    ...running,
    clock,
    host: (hostOptions = {}, more = {}) =>
      testHost({ session, settings: settingsFrom({ ...env, ...more }), ...hostOptions }),
    nextRun: () => {
      session = newSession(clock);
    },
    made: () => running.simulator.account().instancesCreated,
  };
}
