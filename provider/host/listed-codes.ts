import { REDACTED, spellingsOf } from "../../sdk/subscription";

/** Shorter ones are words and numbers that a text is full of. */
const SHORTEST = 6;

/** Where a code can begin: not within a word. */
const BEGINNING = /(?<![\p{L}\p{N}_])\S/gu;
const IN_A_WORD = /^[\p{L}\p{N}_]/u;

/** Auth codes and keys. There may be thousands, too many for a pattern: a text is looked up in them by their lengths. */
export class ListedCodes {
  private readonly spellings = new Set<string>();
  private lengths: number[] = [];

  add(codes: Iterable<string>): void {
    const size = this.spellings.size;
    for (const code of codes)
      if (code.length >= SHORTEST && !this.spellings.has(code))
        for (const spelling of spellingsOf(code)) this.spellings.add(spelling);
    if (this.spellings.size === size) return;
    // The longest first, since one may hold another.
    this.lengths = [...new Set([...this.spellings].map(({ length }) => length))].sort((a, b) => b - a);
  }

  /** The text without the codes, wherever one stands as a word or words. */
  redact(text: string): string {
    if (this.lengths.length === 0) return text;
    let shown = "";
    let from = 0;
    for (const { index } of text.matchAll(BEGINNING)) {
      if (index < from) continue;
      const length = this.lengths.find(
        (one) =>
          this.spellings.has(text.slice(index, index + one)) && !IN_A_WORD.test(text.slice(index + one)),
      );
      if (length === undefined) continue;
      shown += text.slice(from, index) + REDACTED;
      from = index + length;
    }
    return shown + text.slice(from);
  }
}
