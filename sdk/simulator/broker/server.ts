import { listen, type ListenOptions } from "../listen";
import type { BrokerCredentials, BrokerSimulatorOptions } from "./options";
import { BrokerSimulator } from "./simulator";

/** A simulated broker that listens. */
export interface RunningBrokerSimulator {
  /** With the base path: for instance `http://127.0.0.1:40123/openservicebroker`. */
  readonly url: string;
  /** What a program needs in its environment to use it: OSB_URL, what proves who asks, and what the broker is like. */
  readonly env: Record<string, string>;
  /** The state machine, to script faults and failures and to look at what happened. */
  readonly simulator: BrokerSimulator;
  /** Stops listening and breaks all connections, those with an answer still to come too. */
  stop(): Promise<void>;
}

/**
 * Serves a simulated broker over HTTP.
 * @throws Error (`EADDRINUSE`, …) when it cannot listen there, or that names each option that is wrong.
 */
export async function startBrokerSimulator(
  options: BrokerSimulatorOptions & ListenOptions = {},
): Promise<RunningBrokerSimulator> {
  const { port, host, ...rest } = options;
  const simulator = new BrokerSimulator(rest);
  const listener = await listen(simulator, { port, host });
  const url = `${listener.url}${simulator.settings.basePath}`;
  const { credentials } = simulator;
  return {
    url,
    env: {
      OSB_URL: url,
      ...accessTo(url, credentials),
      ...(simulator.settings.kind === "actions"
        ? { OSB_KEEPS_INSTANCES: "false", OSB_SENDS_PLATFORM: "false" }
        : {}),
    },
    simulator,
    stop: listener.stop,
  };
}

/** A token, a client that gets tokens, or user name and password. */
function accessTo(url: string, credentials: BrokerCredentials): Record<string, string> {
  if ("token" in credentials) return { OSB_TOKEN: credentials.token };
  const { client, username, password } = credentials;
  if (!client) return { OSB_USERNAME: username, OSB_PASSWORD: password };
  return {
    OSB_TOKEN_URL: `${url}/oauth/token`,
    OSB_CLIENT_ID: client.clientId,
    OSB_CLIENT_SECRET: client.clientSecret,
  };
}
