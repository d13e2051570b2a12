import { type LastOperation, SettingsError } from "../../../sdk/broker";
import { say } from "../../words";
import { withoutFullStop } from "../../host/errors";
import { type Host, StopError } from "../../host/contract";
import { type Broker, openBroker } from "./account";
import { spentId } from "./spent-id";

/** Something at a broker, with the base URL of that broker. */
interface Placed {
  broker: string;
  /** True for an id that the program gave. */
  given?: boolean | undefined;
}

/** What another broker does not know need not be gone. */
export const isSameBroker = (broker: Broker, { broker: madeBy }: Placed): boolean =>
  broker.client.baseUrl === madeBy;

const REMEDY = "Use settings for that broker, or the profile that has them";

/** The same, and what to do where the broker has moved. */
const describeMoved = (given: boolean | undefined): string =>
  `${REMEDY}. If it is the same broker at a new address` +
  (given === true
    ? `, an id of the ${say.program} cannot show that. Set ${say.set("deletionPolicy", "abandon")} and run ${say.apply}, then take the ` +
      `resource out of the ${say.program} and run it again. Then put it back with ${say.path("adopt")}`
    : `, run ${say.refreshAnew} first: what it tells of stays in the state, under that address`);

/** An id that the program gave may be another one's at another broker. */
export const mayBeAnothers = (broker: Broker, placed: Placed): boolean =>
  placed.given === true && !isSameBroker(broker, placed);

const notItsMaker = ({ client, settings }: Broker, { broker: madeBy }: Placed): string =>
  `the broker addressed now (${client.baseUrl}, by the settings from ${settings.source}) is not the one that made it (${madeBy})`;

/** Why what the broker says of something that it does not know counts for nothing, as a clause. */
export const describeOtherBroker = (broker: Broker, placed: Placed): string =>
  `${notItsMaker(broker, placed)}, and does not know it. ${REMEDY}`;

/** Why the broker is asked nothing about something whose id may be another `noun`'s there, as a clause. */
export const describeAnothers = (broker: Broker, placed: Placed, noun: "instance" | "binding"): string =>
  `${notItsMaker(broker, placed)}. Its id is the ${say.program}'s own: another ${noun} may have it there. ${REMEDY}`;

/** Nothing is asked of a broker about what is at another one. `what` is how the message begins. @throws StopError */
export function assertSameBroker(host: Host, broker: Broker, placed: Placed, what: string): void {
  if (isSameBroker(broker, placed)) return;
  throw new StopError(
    `${host.name}: ${what}. The settings (from ${broker.settings.source}) address the broker at ` +
      `${broker.client.baseUrl}, not the one that has it, at ${placed.broker}. Nothing was done and the state is as it ` +
      `was. ${describeMoved(placed.given)}.`,
  );
}

/**
 * Why a replacement could not delete what it replaces, as a sentence: the settings of its own profile address another
 * broker by now, so that it would stay where it is and be forgotten.
 */
export function outOfReach(
  host: Host,
  saved: {
    broker?: string | undefined;
    given?: boolean | undefined;
    profile?: string | undefined;
    deletionPolicy?: string | undefined;
  },
): string | undefined {
  const { broker: madeBy, profile, deletionPolicy, given } = saved;
  if (madeBy === undefined || deletionPolicy === "abandon") return undefined;
  try {
    const broker = openBroker(host.session, host.settings, profile);
    if (isSameBroker(broker, { broker: madeBy })) return undefined;
    return (
      `a replacement would have to delete what is at the broker ${madeBy}, and the settings (from ${broker.settings.source}) ` +
      `address the one at ${broker.client.baseUrl}. Nothing was sent. ${describeMoved(given)}`
    );
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return (
      `a replacement would have to delete what is at the broker ${madeBy}, and there are no settings for it: ` +
      `${withoutFullStop(error.message)}. Nothing was sent`
    );
  }
}

/** What `open` gives for a delete. @throws StopError where there are no settings for the broker, as `stays` begins. */
export function openedToDelete<T>(stays: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new StopError(`${stays}. ${error.message}`);
  }
}

/**
 * What a refresh saves as the broker of something that cannot be fetched: the one addressed now where it tells of this very
 * id, and of none that never was; the one that was saved where it does not.
 */
export async function addressAfterLook(
  broker: Broker,
  placed: Placed,
  id: string,
  ask: (id: string) => Promise<LastOperation>,
): Promise<string> {
  if (isSameBroker(broker, placed)) return placed.broker;
  const told = await spentId(ask, id);
  return told === "succeeded" || told === "failed" ? broker.client.baseUrl : placed.broker;
}
