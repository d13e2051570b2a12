/** What is wrong with a client secret, for a sentence that begins with its name; undefined when nothing is. */
export function clientSecretProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return "is missing: it must be a text";
  if (value.trim() === "") return "must not be blank";
  // No server gives one away: it was copied with the end of its line.
  return /\p{Cc}/u.test(value) ? "must not hold a line break or another control character" : undefined;
}

/** The same for a client id, which ends at the first colon of what is sent (basic authentication). */
export function clientIdProblem(value: unknown): string | undefined {
  return clientSecretProblem(value) ?? (String(value).includes(":") ? "must not hold a colon" : undefined);
}
