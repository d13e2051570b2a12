import { listen, type ListenOptions } from "./listen";
import type { SimulatorOptions } from "./options";
import { Simulator } from "./simulator";

/** A simulator that listens. */
export interface RunningSimulator {
  /** For instance `http://127.0.0.1:40123`. */
  readonly url: string;
  /** What a program needs in its environment to use it: the SCM_* settings of the first client. */
  readonly env: Record<string, string>;
  /** The state machine, to script faults and to look at what happened. */
  readonly simulator: Simulator;
  /** Stops listening and breaks all connections, those with an answer still to come too. */
  stop(): Promise<void>;
}

/**
 * Serves a simulator over HTTP.
 * @throws Error (`EADDRINUSE`, …) when it cannot listen there.
 */
export async function startSimulator(
  options: SimulatorOptions & ListenOptions = {},
): Promise<RunningSimulator> {
  const { port, host, ...rest } = options;
  const simulator = new Simulator(rest);
  const listener = await listen(simulator, { port, host });
  const { clientId, clientSecret, tsgId } = simulator.clients.first;
  return {
    url: listener.url,
    env: {
      SCM_HOST: listener.host,
      SCM_PROTOCOL: "http",
      SCM_PORT: listener.port,
      SCM_AUTH_URL: `${listener.url}/oauth2/access_token`,
      SCM_CLIENT_ID: clientId,
      SCM_CLIENT_SECRET: clientSecret,
      SCM_SCOPE: `tsg_id:${tsgId}`,
    },
    simulator,
    stop: listener.stop,
  };
}
