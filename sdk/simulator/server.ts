import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { SimulatorOptions } from "./options";
import type { HttpAnswer, SimulatorRequest } from "./protocol";
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

/** Where to listen. */
export interface ListenOptions {
  /** Default: a free one. */
  port?: number | undefined;
  /** Default `127.0.0.1`; the simulator knows no TLS, so leave it at loopback. */
  host?: string | undefined;
}

/**
 * Serves a simulator over HTTP.
 * @throws Error (`EADDRINUSE`, …) when it cannot listen there.
 */
export async function startSimulator(
  options: SimulatorOptions & ListenOptions = {},
): Promise<RunningSimulator> {
  const { port = 0, host = "127.0.0.1", ...rest } = options;
  const simulator = new Simulator(rest);
  const server = createServer((request, response) => {
    serve(simulator, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  // An idle connection that the server closes just as a client sends its next request looks like a fault.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const actualPort = String((server.address() as AddressInfo).port);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${actualPort}`;
  const { clientId, clientSecret, tsgId } = simulator.clients.first;
  return {
    url,
    env: {
      SCM_HOST: host,
      SCM_PROTOCOL: "http",
      SCM_PORT: actualPort,
      SCM_AUTH_URL: `${url}/oauth2/access_token`,
      SCM_CLIENT_ID: clientId,
      SCM_CLIENT_SECRET: clientSecret,
      SCM_SCOPE: `tsg_id:${tsgId}`,
    },
    simulator,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function serve(
  simulator: Simulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await simulator.handle(await read(request));
  if ("hang" in answer) return;
  if ("reset" in answer) request.socket.resetAndDestroy();
  else await send(simulator, answer, response);
}

async function read(request: IncomingMessage): Promise<SimulatorRequest> {
  const url = new URL(request.url ?? "/", "http://simulator.invalid");
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await text(request),
  };
}

async function send(simulator: Simulator, answer: HttpAnswer, response: ServerResponse): Promise<void> {
  const { status, headers, body, cutAfter, dripMs } = answer;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  if (cutAfter !== undefined) {
    response.write(body.slice(0, cutAfter), () => response.destroy());
    return;
  }
  if (dripMs !== undefined) {
    for (const character of body) {
      if (response.destroyed) return;
      response.write(character);
      await simulator.clock.sleep(dripMs);
    }
  }
  response.end(dripMs === undefined ? body : undefined);
}
