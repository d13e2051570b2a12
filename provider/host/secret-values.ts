import { REDACTED, spellingsOf } from "../../sdk/subscription";

/** Shorter values are not taken out: anybody can guess them, and a text is full of them. */
const SHORTEST = 4;

/** Shorter values are taken out where they stand as words; the others inside of words too, as in an address. */
const SHORTEST_INSIDE = 8;

/**
 * Values that a program declared secret. Unlike credentials they may be ordinary words, such as a region, so that short
 * ones are looked for as whole words only.
 */
export class SecretValues {
  private readonly values = new Set<string>();
  private pattern: RegExp | undefined;

  constructor(values: Iterable<string> = []) {
    this.add(values);
  }

  add(values: Iterable<string>): void {
    for (const value of values) {
      if (this.values.has(value)) continue;
      this.values.add(value);
      this.pattern = undefined;
    }
  }

  /** Whether `text` is one of the values, however short, or holds one that would be taken out. */
  holds(text: string): boolean {
    return this.values.size > 0 && (this.values.has(text) || this.redact(text) !== text);
  }

  /** The text without the values. */
  redact(text: string): string {
    if (this.values.size === 0) return text;
    return text.replace((this.pattern ??= patternOf(this.values)), REDACTED);
  }
}

/** Finds the values in each spelling; the longest first, since one may hold another. */
function patternOf(values: ReadonlySet<string>): RegExp {
  const spellings = new Set([...values].filter((value) => value.length >= SHORTEST).flatMap(spellingsOf));
  const parts = [...spellings].sort((a, b) => b.length - a.length).map(partOf);
  return parts.length > 0 ? new RegExp(parts.join("|"), "gu") : /(?!)/g;
}

function partOf(value: string): string {
  // Messages of the API are shown in one line, with single spaces.
  const literal = value.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+");
  return value.length < SHORTEST_INSIDE ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
}
