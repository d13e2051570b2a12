import { closest, distance } from "fastest-levenshtein";

/** App ids that were seen. The list is open: another one is a warning, not an error. */
export const knownApps = [
  "prisma_access",
  "logging_service",
  "directory_sync",
  "dlp",
  "cgx",
  "zingbox",
  "ng_casb",
  "strata_insights",
];

/** Regions that were seen; an open list too. */
export const knownRegions = ["americas", "au", "ca", "de", "europe", "in", "jp", "sg", "uk"];

/** The known word to show to someone who wrote an unknown one. */
export function hintFor(word: string, known: readonly string[]): string | undefined {
  if (known.includes(word)) return undefined;
  const nearest = closest(word, [...known]);
  return distance(word, nearest) <= Math.max(2, nearest.length / 2)
    ? `did you mean ${nearest}?`
    : `the nearest known one is ${nearest}; known are ${known.join(", ")}`;
}
