import { type Simulator, type SimulatorOptions, startSimulator } from "../../sdk/simulator";
import { FastClock } from "../support/fast-clock";
import { Gateway } from "./gateway";

/** So many times faster than the machine's the clock runs. */
const FACTOR = 40;

/** What things take, in milliseconds of the fast clock. */
export const timings = {
  appearAfterMs: 600,
  provisionMs: 3_000,
  pollMs: 400,
  appearTimeoutMs: 4_000,
  operationMs: 40_000,
};

/** How long one request may take, in milliseconds of the machine's clock, as the transport has it. */
const REQUEST_TIMEOUT_MS = 250;

/** What a request may take on the fast clock. */
export const requestTimeoutMs = REQUEST_TIMEOUT_MS * FACTOR;

/** Secrets that are nowhere else in a text: where this word is found, one has leaked. */
const CANARY = /CANARY/;

const clientSecret = "CLIENT-SECRET-CANARY-7hX2";
const headerSecret = "HEADER-SECRET-CANARY-9kQ4";

/** An API on real sockets, the way to it, and all that those who use it write. */
export interface World {
  readonly simulator: Simulator;
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

export async function startWorld(options: SimulatorOptions = {}): Promise<World> {
  const clock = new FastClock(FACTOR);
  const { appearAfterMs, provisionMs } = timings;
  const tsgId = "1000000001";
  const clientId = "client@chaos";
  const { simulator, env, stop } = await startSimulator({
    appearAfterMs,
    provisionMs,
    clients: [{ clientId, clientSecret, tsgId }],
    ...options,
    clock,
  });
  const gateway = new Gateway({ host: "127.0.0.1", port: Number(env["SCM_PORT"]) });
  await gateway.open();
  const tokens = issuedTokens(simulator);
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return {
    simulator,
    gateway,
    clock,
    written: [],
    env: {
      ...env,
      SCM_PORT: String(gateway.port),
      SCM_AUTH_URL: `http://127.0.0.1:${gateway.port}/oauth2/access_token`,
      SCM_HEADERS: JSON.stringify({ "x-gateway-key": headerSecret }),
      PROVISOR_DEBUG: "true",
      PROVISOR_POLL_INTERVAL: `${timings.pollMs}ms`,
      PROVISOR_APPEAR_TIMEOUT: `${timings.appearTimeoutMs}ms`,
      PROVISOR_REQUEST_TIMEOUT: `${REQUEST_TIMEOUT_MS}ms`,
    },
    echo: () => [basic, clientSecret, headerSecret, ...tokens].join(" and "),
    startRun: () => {
      tokens.length = 0;
    },
    isLeak: (text) => CANARY.test(text) || text.includes(basic),
    repair: async () => {
      simulator.faults.clear();
      await gateway.open();
    },
    stop: async () => {
      await gateway.close();
      await stop();
    },
  };
}

/** The tokens that a simulator issues from now on. */
function issuedTokens({ clients }: Simulator): string[] {
  const tokens: string[] = [];
  const issue = clients.issue.bind(clients);
  clients.issue = (...about) => {
    const token = issue(...about);
    tokens.push(token);
    return token;
  };
  return tokens;
}
