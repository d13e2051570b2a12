import { FastClock } from "../support/fast-clock";
import type { Gateway } from "./gateway";

/** So many times faster than the machine's the clock runs. */
const FACTOR = 40;

/** How long one request may take, in milliseconds of the machine's clock, as the transport has it. */
export const REQUEST_TIMEOUT_MS = 250;

/** What a request may take on the fast clock. */
export const requestTimeoutMs = REQUEST_TIMEOUT_MS * FACTOR;

/** The clock of everything in a case. */
export const fastClock = (): FastClock => new FastClock(FACTOR);

/** Sent with every request; nowhere else in a text: where it is found, it has leaked. */
export const headerSecret = "HEADER-SECRET-CANARY-9kQ4";

/** Secrets that are nowhere else in a text: where this word is found, one has leaked. */
export const CANARY = /CANARY/;

/** What happened at a simulated API, as far as every one of them tells. */
export interface ApiEvent {
  kind: string;
  request?: string | undefined;
}

/** What becomes of a request of a simulated API. */
export interface ApiFault {
  on: string;
  times?: number | "always" | undefined;
  effect?: "before" | "after" | undefined;
  kind: string | { status: number; headers?: Record<string, string> | undefined; body?: unknown };
}

/** What every simulated API lets be done. */
export interface SimulatedApi {
  on(listener: (event: ApiEvent) => void): () => void;
  fault(fault: ApiFault): unknown;
}

/** An API on real sockets, the way to it, and all that those who use it write. */
export interface World<Api extends SimulatedApi = SimulatedApi> {
  readonly simulator: Api;
  readonly gateway: Gateway;
  readonly clock: FastClock;
  /** Settings that address it. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that was shown to a user or stored, in order. */
  readonly written: string[];
  /** A text that holds every secret that the run which goes on was given, as a careless server repeats them. */
  echo(): string;
  /** A new run begins: what an earlier one was given is no server's to repeat to it. */
  startRun(): void;
  /** Whether a text holds a secret. */
  isLeak(text: string): boolean;
  /** From now on everything works. */
  repair(): Promise<void>;
  stop(): Promise<void>;
}
