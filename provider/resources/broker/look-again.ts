import { type Catalog, ProvisorError } from "../../../sdk/broker";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { asClause } from "../clause";
import type { Host } from "../contract";
import type { Broker } from "./account";
import { nextTry } from "./busy";

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
export async function lookAgain<T>(
  host: Host,
  broker: Broker,
  serviceId: string,
  deadline: number | undefined,
  look: () => Promise<T>,
): Promise<T> {
  const { clock } = host.session;
  const at = Math.min(nextTry(host, broker, clock.now(), undefined), deadline ?? Infinity);
  await clock.sleep(Math.max(0, at - clock.now()), host.signal);
  const doubt = await doubtAbout(host, broker, serviceId, deadline);
  if (doubt === undefined) return look();
  throw new DoubtfulAbsence(
    `The answer 404 is not taken for the broker's own word that it is gone, since after that ${doubt}.`,
  );
}

/** Why nobody knows whether it is the broker that answers, as a clause; undefined where it is. */
async function doubtAbout(
  host: Host,
  { catalog }: Broker,
  serviceId: string,
  deadline: number | undefined,
): Promise<string | undefined> {
  // What is remembered, or was asked for before, tells nothing of now.
  const fetched = catalog.refresh();
  let services: Catalog["services"];
  try {
    ({ services } = await (deadline === undefined
      ? fetched
      : withDeadline(fetched, host.session.clock, deadline)));
  } catch (error) {
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    return `its catalog could not be had: ${asClause(error.message)}`;
  }
  return services.some(({ id }) => id === serviceId)
    ? undefined
    : `its catalog does not have the service ${serviceId}`;
}
