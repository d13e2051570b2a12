import { plainPattern } from "../../../../../provider/resources/broker/plain-pattern";

describe("a pattern", () => {
  it.each([
    ["", "anything"],
    ["^[a-z][a-z0-9-]{0,61}[a-z0-9]$", "my-db"],
    ["^\\d{1,3}(?:\\.\\d{1,3}){3}$", "10.0.0.1"],
    ["^(?!admin$)[^\\s/]+$", "me"],
    ["(?<=a)b|(?<!c)d", "ab"],
    ["^(?<year>[0-9]{4})-\\k<year>$", "2026-2026"],
    ["^(['\"]).*\\1$", "'x'"],
    ["^\\p{Lu}\\P{L}+\\p{Script=Greek}$", "Z1β"],
    ["^[\\w-.]+$", "a-b.c"], // none with the flag `u`
    ["^\\@\\_\\-$", "@_-"], // likewise
    ["^a{2,}?b??c+?$", "aac"],
    ["^\\x41\\u0042\\t?$", "AB"],
    ["^[^^]]$", "a]"],
    ["^[\\^\\[\\]\\\\&|~-]$", "&"],
    ["^}]$", "}]"],
  ])("is judged that is plainly ECMAScript: %s", (pattern, value) => {
    expect(plainPattern(pattern)?.test(value)).toBe(true);
  });

  it.each([
    ["Ruby's and Python's anchors", "\\A[a-z]+\\z"],
    ["Python's end", "^[a-z]+\\Z"],
    ["a hexadecimal digit, or a horizontal blank", "^\\h+$"],
    ["the same in a class", "^[\\h]+$"],
    ["a line break", "^a\\R$"],
    ["vertical blanks", "^\\v$"],
    ["a grapheme", "^\\X$"],
    ["quoted text", "^\\Qa.b\\E$"],
    ["an octal number", "^\\012$"],
    ["NUL", "\\0"],
    ["a bell", "\\a"],
    ["an escape", "\\e"],
    ["a code point in braces without p", "^\\x{41}$"],
    ["anchors of words", "\\<a\\>"],
    ["a POSIX class", "^[[:alpha:]]+$"],
    ["a POSIX class among others", "^[a-z[:digit:]_]+$"],
    ["an intersection", "^[a-z&&[^aeiou]]+$"],
    ["an intersection without brackets", "^[\\w&&\\D]+$"],
    ["a difference", "^[a-z--b]+$"],
    ["a union", "^[a-c[x-z]]+$"],
    ["an open bracket in a class", "^[[]+$"],
    ["a class that begins with its end", "^[]a]+$"],
    ["a class of everything", "^[^]+$"],
    ["a Unicode block", "^\\p{InGreek}+$"],
    ["a script as Java has it", "^\\p{IsLatin}+$"],
    ["a POSIX property", "^\\p{Alpha}+$"],
    ["the signs, which are more elsewhere", "^\\p{punct}+$"],
    ["a property without braces", "^\\pL+$"],
    ["a property beside what only JavaScript reads", "^\\p{L}[\\w-.]$"],
    ["a possessive quantifier", "^a++$"],
    ["a possessive question mark", "^a?+$"],
    ["a possessive number", "^a{2}+$"],
    ["a number without a beginning", "^a{,3}$"],
    ["a brace that is none elsewhere", "^{a}$"],
    ["a flag", "(?i)^abc$"],
    ["a flag for a group", "^(?i:abc)$"],
    ["a flag that is taken away", "^(?-i:abc)$"],
    ["an atomic group", "^(?>a+)b$"],
    ["a named group of Python and Go", "^(?P<x>a)$"],
    ["a reference to it", "^(?P<x>a)(?P=x)$"],
    ["a group named with quotes", "^(?'x'a)$"],
    ["a comment", "^a(?#why)$"],
    ["a condition", "^(a)?(?(1)b|c)$"],
    ["a branch reset", "^(?|a|b)$"],
    ["a reference to a group that there is not", "^a\\1$"],
    ["a named reference without a name", "^a\\k<x>$"],
    ["where the last match ended", "\\Ga"],
    ["a start that is kept out", "a\\Kb"],
    ["no pattern at all", "^(a$"],
  ])("is not judged that has %s: %s", (_what, pattern) => {
    expect(plainPattern(pattern)).toBeUndefined();
  });

  it.each(["a??".repeat(40), "[^^]".repeat(40), "\\p{Lu}".repeat(40), "[a^]".repeat(40)])(
    "is read quickly: %s",
    (pattern) => {
      const started = performance.now();
      plainPattern(`${pattern}\\h`);
      expect(performance.now() - started).toBeLessThan(500);
    },
  );
});
