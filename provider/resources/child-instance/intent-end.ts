import { type Instance, ProvisorError } from "../../../sdk/subscription";
import { DeadlineError } from "../../../sdk/wait";
import type { Host } from "../contract";
import { openAccount } from "../subscription/account";
import { type Sought, placeOf } from "./intent-look";
import { intentsOf } from "./intents";
import { adoptLine, instanceWords } from "./words";

/** How long is looked at most for what an earlier run may have allocated a moment ago. */
const LAST_LOOK_MS = 10_000;

/** A saved intent. */
interface Ending extends Sought {
  before: Readonly<Record<string, readonly string[]>>;
}

/**
 * An intent leaves the state. With its ChildInstance nothing is to be said: that one spoke for itself. Alone it is what
 * a run left behind that was killed between the POST and its end, and what that run allocated would be forgotten with it.
 * It warns and does not refuse: an intent cannot know of a ChildInstance that left the state in another command, or that
 * has become another provider's.
 */
export async function warnOfWhatIsLeft(host: Host, intent: Ending): Promise<void> {
  if (Object.keys(intent.before).length === 0 || intentsOf(host.session).hasEnded(intent.want)) return;
  const words = await leftWords(host, intent);
  if (words !== undefined) host.log.warn(words);
}

/** What is allocated, or may be, and only this intent knows of. */
async function leftWords(host: Host, intent: Ending): Promise<string | undefined> {
  const what = whatOf(intent);
  try {
    const left = await leftBehind(host, intent);
    if (left.length === 0) return undefined;
    return (
      `${host.name}: ${what} is allocated, and no resource that left the state in this run had it: ` +
      `${left.map(instanceWords).join(", ")}. If a run that was killed made it, it is in no state now and stays allocated. To ` +
      `take it over, put the ChildInstance back into the program with ${adoptLine(left.map((instance) => instance.instanceId))}.`
    );
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return (
      `${host.name}: a run that was killed may have allocated ${what}, and nobody can tell now: ` +
      `${error.message.replace(/\.$/, "")}. Look with getInstances whether it is there: it is in no state now.`
    );
  }
}

const whatOf = ({ want }: Ending): string => {
  const tenant = want.tenant.tsgName ?? want.tenant.tsgId;
  return `${Object.keys(want.apps).join(" + ")} for ${tenant === undefined ? "the parent TSG" : `tenant ${tenant}`}`;
};

/** Listed instances that were not there before, that nobody else seems to have made and that left no state in this run. */
async function leftBehind(host: Host, intent: Ending): Promise<Instance[]> {
  const { clock } = host.session;
  const account = openAccount(host.session, host.settings, intent.profile);
  const isPlaced = await placeOf(host, account, intent);
  const { clientId } = account.settings;
  const leftIn = (list: readonly Instance[]): Instance[] =>
    list.filter(
      (instance) =>
        intent.before[instance.appId]?.includes(instance.instanceId) === false &&
        isPlaced(instance) &&
        (instance.createdBy === undefined || instance.createdBy === clientId) &&
        !intentsOf(host.session).hasLeft(instance.instanceId),
    );
  const found = leftIn(await account.instances.refresh());
  if (found.length > 0) return found;
  const lookMs = Math.min(LAST_LOOK_MS, account.appearTimeoutMs);
  const judge = (list: readonly Instance[]): Instance[] | undefined => {
    const left = leftIn(list);
    return left.length > 0 ? left : undefined;
  };
  try {
    return await account.waiter.wait(judge, { deadline: clock.now() + lookMs, signal: host.signal });
  } catch (error) {
    if (error instanceof DeadlineError) return [];
    throw error;
  }
}
