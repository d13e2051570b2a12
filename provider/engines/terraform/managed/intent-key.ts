import { randomUUID } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** What the key of a `provisor_intent` says, by which an object tells its own from somebody else's. */
export interface IntentKey {
  /** Random: the id of what a broker makes for it. */
  readonly id: string;
  /** What was listed under the parent TSG when it was made; absent where no subscription account was addressed. */
  readonly listed?: {
    readonly parentTsgId: string;
    readonly host: string;
    readonly instanceIds: readonly string[];
  };
}

export const newIntentKey = (listed: IntentKey["listed"]): IntentKey =>
  listed === undefined ? { id: randomUUID() } : { id: randomUUID(), listed };

/** As one text, which is in the state and says no secret: `UUID`, or `UUID.…` with what was listed. */
export function intentText({ id, listed }: IntentKey): string {
  if (!listed) return id;
  return `${id}.${deflateRawSync(JSON.stringify(listed)).toString("base64url")}`;
}

/** @throws Error where it is no key of ours. */
export function intentOfText(text: string): IntentKey {
  const [id = "", packed] = text.split(".");
  if (packed === undefined) return { id };
  try {
    const listed = JSON.parse(
      inflateRawSync(Buffer.from(packed, "base64url")).toString(),
    ) as IntentKey["listed"];
    return listed === undefined ? { id } : { id, listed };
  } catch {
    throw new Error(
      "the key of its intent cannot be read. Nothing was sent. Give the key of a provisor_intent.",
    );
  }
}
