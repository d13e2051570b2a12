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
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}

/** The value in a JSON body. Throws ResponseFormatError, which says what came instead without repeating it. */
export function parseJson(
  text: string,
  request: RequestInfo,
  answer: { status: number; effect?: Effect | undefined },
): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse's own error quotes the body.
    const problem = `${nameOf(request)} was answered ${answer.status} with ${whatItIs(text)}.`;
    throw new ResponseFormatError(problem, request, answer.effect);
  }
}

function whatItIs(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "an empty body where JSON was expected";
  if (isHtml(trimmed)) return "an HTML page instead of JSON; a proxy or a login page may be in between";
  const closing = { "{": "}", "[": "]" }[trimmed.charAt(0)];
  if (closing === undefined) return "a text that is not JSON";
  return trimmed.endsWith(closing) ? "malformed JSON" : "truncated JSON: the answer ends too early";
}

/** Whether a text is markup (HTML or XML), as proxies and gateways answer. */
export function isHtml(text: string): boolean {
  return text.trimStart().startsWith("<");
}
