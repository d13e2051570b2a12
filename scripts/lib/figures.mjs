import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { inCheckout } from "./checkout.mjs";

/**
 * The text with `content` between the first `begin` and the `end` after it, a blank line on each side.
 * Undefined where the text does not have the two.
 */
export function replaceBetween(text, begin, end, content) {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from + begin.length);
  if (from < 0 || to < 0) return undefined;
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/**
 * Writes what a command has measured into a document, between `<!-- name:begin -->` and `<!-- name:end -->`; where
 * the document lacks the markers, or is not there, they are added at its end.
 */
export async function writeFigures(name, content, file = inCheckout("docs", "reliability.md")) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const before = existsSync(file) ? readFileSync(file, "utf8") : "# Reliability\n";
  const after =
    replaceBetween(before, begin, end, content) ??
    `${before.trimEnd()}\n\n${begin}\n\n${content}\n\n${end}\n`;
  // Loaded here, since it is there only once the dependencies are.
  const { format, resolveConfig } = await import("prettier");
  writeFileSync(file, await format(after, { ...(await resolveConfig(file)), filepath: file }));
}
