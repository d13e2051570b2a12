import { asClause } from "../../http/clause";
import { ProvisorError } from "../../http/errors";
import { DeadlineError } from "../../wait/batch-waiter";
import { withDeadline } from "../../wait/with-deadline";
import type { Catalog } from "../catalog-types";
import { nextTry } from "./busy";
import type { OperationContext } from "./context";

/** A 404 that may be another's than the broker's: what it is about may exist. */
export class DoubtfulAbsence extends ProvisorError {
  override name = "DoubtfulAbsence";
}

/**
 * Looks once more, after a pause, where a 404 would have something forgotten. A gateway answers so too, while the broker behind it
 * starts anew or has moved; what counts is a look that comes after the broker has shown that it is there, by a catalog
 * that has the service.
 * @throws DoubtfulAbsence where it has not
 */
export async function confirmAbsence<T>(
  work: OperationContext,
  serviceId: string,
  deadline: number | undefined,
  look: () => Promise<T>,
): Promise<T> {
  const { clock } = work;
  const at = Math.min(nextTry(work, clock.now()), deadline ?? Infinity);
  await clock.sleep(Math.max(0, at - clock.now()), work.signal);
  const doubt = await doubtAbout(work, serviceId, deadline);
  if (doubt === undefined) return look();
  throw new DoubtfulAbsence(`An answer 404 alone does not show that it is gone. ${doubt}.`);
}

/** Why nobody knows whether it is the broker that answers; undefined where it is. */
async function doubtAbout(
  { clock, freshCatalog }: OperationContext,
  serviceId: string,
  deadline: number | undefined,
): Promise<string | undefined> {
  const fetched = freshCatalog();
  let services: Catalog["services"];
  try {
    ({ services } = await (deadline === undefined ? fetched : withDeadline(fetched, clock, deadline)));
  } catch (error) {
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    return `Its catalog could not be had: ${asClause(error.message)}`;
  }
  return services.some(({ id }) => id === serviceId)
    ? undefined
    : `Its catalog does not have the service ${serviceId}`;
}
