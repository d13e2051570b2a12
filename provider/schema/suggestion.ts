import { alike } from "../settings";

/** A question that names the known name that is like `word`, to stand behind a message; nothing where none is. */
export function suggestion(
  word: string,
  known: readonly string[],
  spelled: (name: string) => string = (name) => name,
): string {
  const meant = alike(word, known);
  return meant === undefined ? "" : ` (did you mean ${spelled(meant)}?)`;
}
