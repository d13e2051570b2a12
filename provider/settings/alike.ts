import { closest, distance } from "fastest-levenshtein";

/** The known name that someone may have meant who wrote `word`; undefined where none is like it. */
export function alike(word: string, known: readonly string[]): string | undefined {
  const near = known.filter((name) => isLike(word.toLowerCase(), name.toLowerCase()));
  return near.length > 0 ? closest(word, near) : undefined;
}

/** At most every second letter differs, or it is a part of the name. */
const isLike = (word: string, name: string): boolean =>
  distance(word, name) <= Math.max(word.length, name.length) / 2 || (word.length > 2 && name.includes(word));
