import { createHash, randomUUID } from "node:crypto";

/** A random id, chosen once: the key of an intent, which is the first id of its instance or binding. */
export const newKey = (): string => randomUUID();

/**
 * The id of what comes after `id`: its replacement, its rotated successor, the next attempt. The same for the same key
 * and id, so that a run that died after its PUT leaves a successor that the next one finds.
 */
export const followingId = (key: string, id: string): string => guidOf("following", key, id);

/** A UUID that is the same for the same texts. */
export function guidOf(...texts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(texts)).digest();
  // Some brokers accept only the variant and the versions of RFC 4122; 5 is the one for names.
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
