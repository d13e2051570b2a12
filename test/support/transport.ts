import { Redactor } from "../../sdk/http/redact";
import type { HttpRequest } from "../../sdk/http/request";
import { createTransport, type Transport, type TransportOptions } from "../../sdk/http/transport";
import { systemClock } from "../../sdk/wait/clock";

/** A transport on the machine's clock. */
export const transport = (over: Partial<TransportOptions> = {}): Transport =>
  createTransport({ clock: systemClock, redactor: new Redactor(), requestTimeoutMs: 20_000, ...over });

export const get = (url: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url: new URL(url),
  ...over,
});

export const post = (url: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "POST",
  url: new URL(url),
  body: { json: {} },
  ...over,
});

/** The error that `sending` ends in, which must be of that class. */
export async function errorOf<T extends Error>(
  type: new (...args: never[]) => T,
  sending: Promise<unknown>,
): Promise<T> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(type);
  return error as T;
}
