import type { Readable } from "node:stream";
import { ResponseFormatError, type Effect, type RequestInfo } from "./errors";
import { nameOf } from "./request";

/** The answer is larger than the client reads. */
export class BodyTooLarge extends Error {}

/** Reads a body as UTF-8 text. Throws BodyTooLarge beyond `maxBytes`, and the stream's error when it breaks. */
export async function readText(stream: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return decode(chunks);
}

/** The beginning of a body as UTF-8 text: `maxBytes` or a little more, or what has arrived when it breaks. */
export async function readStart(stream: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    // The status is known; only a part of the explanation is lost.
  }
  return decode(chunks);
}

const decode = (chunks: Buffer[]): string =>
  Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "");

/** Levels of arrays and objects in each other that are read: code that walks through a value calls itself. */
const DEEPEST = 100;

/** A number of so many digits may be one that JavaScript cannot hold. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

/**
 * The value in a JSON body. A whole number that JavaScript would round, since it is beyond 2^53, is the text of its
 * digits: it can only be an id. Throws ResponseFormatError, which says what came instead without repeating it.
 */
export function parseJson(
  text: string,
  request: RequestInfo,
  answer: { status: number; effect?: Effect | undefined },
): unknown {
  const unreadable = (what: string): ResponseFormatError =>
    new ResponseFormatError(
      `${nameOf(request)} was answered ${answer.status} with ${what}.`,
      request,
      answer.effect,
      undefined,
      answer.status,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // JSON.parse's own error quotes the body.
    throw unreadable(whatItIs(text));
  }
  if (isDeeperThan(value, DEEPEST)) throw unreadable(`JSON that is nested deeper than ${DEEPEST} levels`);
  // Only where needed, for it takes several times as long.
  return LONG_NUMBER.test(text) ? (JSON.parse(text, keepDigits) as unknown) : value;
}

function keepDigits(_name: string, value: unknown, context?: { source?: string }): unknown {
  const digits = context?.source ?? "";
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(digits) ? digits : value;
}

/** Level by level, since a function that calls itself for each would overflow the stack. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one): unknown[] =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}

function whatItIs(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "an empty body where JSON was expected";
  if (isHtml(trimmed)) return "an HTML page instead of JSON. A proxy or a login page may be in between";
  const closing = { "{": "}", "[": "]" }[trimmed.charAt(0)];
  if (closing === undefined) return "a text that is not JSON";
  return trimmed.endsWith(closing) ? "malformed JSON" : "truncated JSON: the answer ends too early";
}

/** Whether a text is markup (HTML or XML), as proxies and gateways answer. */
export function isHtml(text: string): boolean {
  return text.trimStart().startsWith("<");
}
