import { BrokerError, type LastOperation, ProvisorError } from "../../../sdk/broker";
import { newKey } from "./ids";

/** The last operation on an id, or whether the broker knows of one; `untold` where it did not answer that. */
export type Told = LastOperation["state"] | "unknown" | "untold";

/** Asks for the last operation on what has this id. */
type Ask = (id: string) => Promise<LastOperation>;

/** Whether something was there under the id once: it is done with, or gone. */
export const wasThere = (about: Told): boolean => ["succeeded", "failed", "gone"].includes(about);

/** What the broker tells of the id. */
export async function toldOf(ask: Ask, id: string): Promise<Told> {
  try {
    return (await ask(id)).state;
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return error instanceof BrokerError && error.status < 500 ? "unknown" : "untold";
  }
}

/** The broker found fault with a request of ours, and nothing has changed by it. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof BrokerError &&
  error.effect === "none" &&
  ["BadRequest", "Unprocessable", "Gone", "Other"].includes(error.code);

/**
 * What the broker tells of an id of ours that it refused, where it knows it of something that was there once: the
 * specification lets it never take such an id again. Undefined where it does not know it, or says the same of an id that
 * never was: then the refusal is about something else.
 */
export async function spentId(ask: Ask, id: string): Promise<Told | undefined> {
  const about = await toldOf(ask, id);
  return wasThere(about) && (await toldOf(ask, newKey())) === "unknown" ? about : undefined;
}
