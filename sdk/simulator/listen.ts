import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Clock } from "../wait/clock";
import { type HttpAnswer, jsonAnswer, type SimulatorAnswer, type SimulatorRequest } from "./protocol";

/** Where to listen. */
export interface ListenOptions {
  /** Default: a free one. */
  port?: number | undefined;
  /** Default `127.0.0.1`; the simulator knows no TLS, so leave it at loopback. */
  host?: string | undefined;
}

/** A state machine that answers requests. */
export interface Handler {
  readonly clock: Clock;
  handle(request: SimulatorRequest): Promise<SimulatorAnswer>;
}

/** A port that is being served. */
export interface Listener {
  /** For instance `http://127.0.0.1:40123`. */
  url: string;
  host: string;
  port: string;
  /** Stops listening and breaks all connections, those with an answer still to come too. */
  stop(): Promise<void>;
}

/**
 * Serves a state machine over HTTP.
 * @throws Error (`EADDRINUSE`, …) when it cannot listen there.
 */
export async function listen(
  handler: Handler,
  { port = 0, host = "127.0.0.1" }: ListenOptions,
): Promise<Listener> {
  const server = createServer((request, response) => {
    serve(handler, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy(error as Error);
      else void fail(handler, response, 500, `The simulator itself failed: ${(error as Error).message}`);
    });
  });
  // An idle connection that the server closes just as a client sends its next request looks like a fault.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const actualPort = String((server.address() as AddressInfo).port);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actualPort}`,
    host,
    port: actualPort,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function serve(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request);
  if (!url) return fail(handler, response, 400, "The request is for an address that is none.");
  const answer = await handler.handle(await read(request, url));
  if ("hang" in answer) return;
  if ("reset" in answer) request.socket.resetAndDestroy();
  else await send(handler.clock, answer, response);
}

/** An error of either API. */
const fail = ({ clock }: Handler, response: ServerResponse, status: number, words: string): Promise<void> =>
  send(clock, jsonAnswer(status, { message: words, description: words }), response);

/** What is asked for: a path, which may begin with two slashes, or a whole address; undefined where it is neither. */
function urlOf({ url = "/" }: IncomingMessage): URL | undefined {
  const base = "http://simulator.invalid";
  const address = url.startsWith("/") ? `${base}${url}` : url;
  return URL.canParse(address, base) ? new URL(address, base) : undefined;
}

async function read(request: IncomingMessage, url: URL): Promise<SimulatorRequest> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await text(request),
  };
}

async function send(clock: Clock, answer: HttpAnswer, response: ServerResponse): Promise<void> {
  const { status, headers, body, cutAfter, dripMs } = answer;
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, {
    ...headers,
    ...(hasBody ? { "content-length": Buffer.byteLength(body) } : {}),
  });
  if (cutAfter !== undefined) {
    response.write(body.slice(0, cutAfter), () => response.destroy());
    return;
  }
  if (dripMs !== undefined) {
    for (const character of body) {
      if (response.destroyed) return;
      response.write(character);
      await clock.sleep(dripMs);
    }
  }
  response.end(dripMs === undefined ? body : undefined);
}
