import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The first block of code in this language below a heading of a page, by default README.md, as it stands there. */
export function codeBelow(heading: string, language: string, page = "README.md"): string {
  const [, section] = readFileSync(resolve(__dirname, "../..", page), "utf8").split(`\n${heading}\n`);
  const code = section?.split(`\n\`\`\`${language}\n`)[1]?.split("\n```")[0];
  if (code === undefined) throw new Error(`${page} has no ${language} below "${heading}".`);
  return `${code}\n`;
}
