import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { finished } from "node:stream/promises";
import { text } from "node:stream/consumers";

/** One request as it arrived. */
export interface Received {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** Answers the request number `count` (from 1) of a server. */
export type Answer = (response: http.ServerResponse, request: Received, count: number) => void;

/** A real server on a free loopback port that notes what arrives and answers as it is told. */
export interface LocalServer {
  readonly url: string;
  readonly received: Received[];
  answer: Answer;
  close(): Promise<void>;
}

export async function startServer(answer: Answer, tls?: { key: string; cert: string }): Promise<LocalServer> {
  const received: Received[] = [];
  const listener = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const arrived: Received = {
      method: request.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: await text(request),
    };
    const count = received.push(arrived);
    local.answer(response, arrived, count);
    await finished(response).catch(() => undefined);
  };
  const onRequest = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    void listener(request, response);
  };
  const server = tls ? https.createServer(tls, onRequest) : http.createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const local: LocalServer = {
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    received,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return local;
}

/** Answers with JSON. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));

/** Answers with a text as it is. */
export const raw =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);

/** Closes the connection without an answer. */
export const reset: Answer = (response) => response.destroy();

/** Never answers. */
export const hang: Answer = () => undefined;

/** One answer after the other; the last one for all further requests. */
export const inTurn =
  (...answers: Answer[]): Answer =>
  (response, request, count) =>
    answers[Math.min(count, answers.length) - 1]?.(response, request, count);
