import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const readme = readFileSync(resolve(__dirname, "../../README.md"), "utf8");

/** The first block of code in this language below a heading of README.md, as it stands there. */
export function codeBelow(heading: string, language: string): string {
  const [, section] = readme.split(`\n${heading}\n`);
  const code = section?.split(`\n\`\`\`${language}\n`)[1]?.split("\n```")[0];
  if (code === undefined) throw new Error(`README.md has no ${language} below "${heading}".`);
  return `${code}\n`;
}
