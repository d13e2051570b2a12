/**
 * Patterns that mean the same to ECMAScript, which JSON Schema asks for, as to the dialects that brokers are written in
 * (Ruby, Python, Go, Java, .NET, PCRE): a broker's author tries a pattern with what its own language has.
 */

const HEX = "[0-9A-Fa-f]";

/** In a class and outside: letters that all dialects read alike, and signs but for those that are anchors elsewhere. */
const escapes = ["[dDwWsSnrtf]", `x${HEX}{2}`, `u${HEX}{4}`, "[^\\p{L}\\p{N}\\s<>`']"];
/** What ECMAScript has with the flag `u` only: without it, these are letters, or a character by its number. */
const withU = ["[pP]\\{(?:\\p{Lu}\\p{Ll}?|(?:Script|sc|General_Category|gc)=\\w+)\\}"];
const outsideWithU = ["[1-9]", "k<\\w+>"];

/** Each text is read in one way at most, so that none takes long. */
function grammar(inAndOutside: readonly string[], outside: readonly string[]): RegExp {
  const escaped = (more: readonly string[]): string => `\\\\(?:${[...inAndOutside, ...more].join("|")})`;
  // No class inside of a class (unions, [[:alpha:]]), no operator between two, and none that begins with `]`.
  const member = `(?:${escaped([])}|(?!&&|--|~~|\\|\\|)[^\\\\\\[\\]])`;
  const tokens = [
    `\\[(?:\\^|(?!\\^))${member}+\\]`,
    escaped(["[bB]", ...outside]),
    // Other groups are flags, comments, conditions, atoms, or names in another dialect.
    "\\((?:\\?(?::|=|!|<=|<!|<[A-Za-z_]\\w*>)|(?!\\?))",
    "\\)",
    "(?:[*+?]|\\{\\d+(?:,\\d*)?\\})\\??(?!\\?)",
    "[^\\\\\\[(){*+?]",
  ];
  return new RegExp(`^(?:${tokens.join("|")})*$`, "u");
}

const plainWithU = grammar([...escapes, ...withU], outsideWithU);
const plainWithout = grammar(escapes, []);

/**
 * The pattern as JSON Schema reads it, with the flag `u`; one that is none then, as JavaScript does without, which refuses
 * fewer. Undefined for one that is not plainly ECMAScript, so that nothing can be said by it.
 */
export function plainPattern(pattern: string): RegExp | undefined {
  const strict = compiled(pattern, "u");
  if (strict) return plainWithU.test(pattern) ? strict : undefined;
  return plainWithout.test(pattern) ? compiled(pattern, "") : undefined;
}

function compiled(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
