import { type Instance, ProvisorError } from "../../../sdk/subscription";
import { DeadlineError } from "../../../sdk/wait";
import { say } from "../../words";
import { formatDuration } from "../../settings";
import { withoutFullStop } from "../../host/errors";
import { type Host, StopError } from "../../host/contract";
import { openAccount } from "../subscription/account";
import { type Sought, placeOf } from "./intent-look";
import { intentsOf } from "./run-state";
import { adoptLine, describeInstance } from "./messages";
import { madeByOthers } from "../subscription/matching";

/** How long an intent that leaves is looked for at most: whoever destroys a stack waits for it. */
const LAST_LOOK_MS = 20_000;

/** A saved intent. */
interface Ending extends Sought {
  before: Readonly<Record<string, readonly string[]>>;
}

/**
 * An intent leaves the state. With its ChildInstance nothing is to be said: that one spoke for itself. Alone it cannot know
 * of one that is in another stack by now, left the state in another command, or has become another provider's; nor whether
 * a run was killed between the POST and its end. So it names what there is, and does not refuse.
 */
export async function warnOfWhatIsLeft(host: Host, intent: Ending): Promise<void> {
  if (Object.keys(intent.before).length === 0 || intentsOf(host.session).takeEnd(intent.want)) return;
  const words = await describeLeft(host, intent, LAST_LOOK_MS);
  if (words !== undefined)
    host.log.warn(`${host.name}: its Intent left the state without its ChildInstance. ${words}`);
}

/**
 * The inputs of `apps` have changed since a run that did not end may have allocated them as they were.
 * @throws StopError where it did, or nobody can tell.
 */
export async function assertNothingLeft(host: Host, intent: Ending, apps: readonly string[]): Promise<void> {
  const pick = <T>(of: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(of).filter(([app]) => apps.includes(app)));
  const before = {
    ...intent,
    want: { ...intent.want, apps: pick(intent.want.apps) },
    before: pick(intent.before),
  };
  const words = await describeLeft(host, before, Infinity);
  if (words !== undefined)
    throw new StopError(
      `${host.name}: its ChildInstance is not in the state. ${words} The inputs of ${apps.join(" + ")} have changed since an ` +
        "earlier run. Nothing was sent. Take the change back and run the same command again: it takes up what is there.",
    );
}

/** What is allocated, or may be, and only this intent knows of. */
async function describeLeft(host: Host, intent: Ending, longestMs: number): Promise<string | undefined> {
  const what = whatOf(intent);
  try {
    const left = await leftBehind(host, intent, longestMs);
    if (left.length === 0) return undefined;
    return (
      `${what} is allocated: ${left.map(describeInstance).join(", ")}. ${MAY_BE_LIVE} Where a ${say.stack} has it, there is ` +
      `nothing to do. Else put the ChildInstance back into a ${say.program} with ` +
      `${adoptLine(left.map((instance) => instance.instanceId))}, which takes it over.`
    );
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return (
      `${what} may be allocated, and nobody can tell now: ${withoutFullStop(error.message)}. ${MAY_BE_LIVE} Look with ` +
      `${say.list("instances")} whether it is there, and ${say.path("adopt")} takes it over.`
    );
  }
}

/** Why what no ChildInstance of this run has may be in use all the same. */
const MAY_BE_LIVE =
  `Another ${say.stack} may have it (${say.move}), or it was let go of (${say.waysToForget}). ` +
  "Or a run that was killed made it, and it is in no state.";

const whatOf = ({ want }: Ending): string => {
  const tenant = want.tenant.tsgName ?? want.tenant.tsgId;
  return `${Object.keys(want.apps).join(" + ")} for ${tenant === undefined ? "the parent TSG" : `tenant ${tenant}`}`;
};

/** Listed instances that were not there before, that nobody else seems to have made and that no ChildInstance has. */
async function leftBehind(host: Host, intent: Ending, longestMs: number): Promise<Instance[]> {
  const { clock } = host.session;
  const account = openAccount(host.session, host.settings, intent.profile);
  const isPlaced = await placeOf(host, account, intent);
  const leftIn = (list: readonly Instance[]): Instance[] => {
    const isForeign = madeByOthers(list, account.settings.clientId);
    return list.filter(
      (instance) =>
        intent.before[instance.appId]?.includes(instance.instanceId) === false &&
        isPlaced(instance) &&
        !isForeign(instance) &&
        !account.claims.isHeld(instance.instanceId) &&
        !intentsOf(host.session).isSpokenFor(instance.instanceId),
    );
  };
  const found = leftIn(await account.instances.refresh());
  if (found.length > 0) return found;
  const lookMs = Math.min(longestMs, account.appearTimeoutMs);
  host.log.info(
    `${host.name}: looking for up to ${formatDuration(lookMs)} whether a run that did not end allocated ${whatOf(intent)}.`,
  );
  const judge = (list: readonly Instance[]): Instance[] | undefined => {
    const left = leftIn(list);
    return left.length > 0 ? left : undefined;
  };
  try {
    return await account.waiter.wait(judge, {
      deadline: clock.now() + lookMs,
      signal: host.signal,
    });
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    // The last word is a look after the time was up: without it, polls that failed would pass for an empty list.
    return leftIn(await account.instances.refresh());
  }
}
