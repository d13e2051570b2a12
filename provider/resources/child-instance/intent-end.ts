import { type Instance, ProvisorError } from "../../../sdk/subscription";
import { DeadlineError } from "../../../sdk/wait";
import { type Host, StopError } from "../contract";
import { openAccount } from "../subscription/account";
import { type Sought, placeOf } from "./intent-look";
import { intentsOf } from "./intents";
import { adoptLine, instanceWords } from "./words";

/** How long is looked at most for what an earlier run may have allocated a moment ago. */
const LAST_LOOK_MS = 10_000;

/** A saved intent. */
interface Ending extends Sought {
  before: Readonly<Record<string, readonly string[]>>;
  /** True when a delete leaves behind what is allocated. */
  abandon?: boolean | undefined;
}

/**
 * An intent leaves the state. With its ChildInstance nothing is to be said: that one spoke for itself. Alone it is what
 * a run left behind that was killed between the POST and its end; what that run allocated would be forgotten with it.
 * @throws StopError where something is listed that only this intent knows of, or where nobody can tell, unless what is
 *   allocated may be abandoned: then it warns.
 */
export async function assertNothingLeft(host: Host, intent: Ending): Promise<void> {
  if (Object.keys(intent.before).length === 0 || intentsOf(host.session).hasEnded(intent.want)) return;
  const words = await leftWords(host, intent);
  if (words === undefined) return;
  if (intent.abandon !== true)
    throw new StopError(
      `${words} Nothing was done. To leave it allocated on purpose, take this Intent out of the state with ` +
        "`pulumi state delete`.",
    );
  host.log.warn(`${words} It is left behind, as deletionPolicy: "abandon" says.`);
}

/** What is allocated, or may be, and only this intent knows of. */
async function leftWords(host: Host, intent: Ending): Promise<string | undefined> {
  const what = whatOf(intent);
  try {
    const left = await leftBehind(host, intent);
    if (left.length === 0) return undefined;
    return (
      `${host.name}: ${what} is allocated and is in no ChildInstance of the state, as after a run that was killed: ` +
      `${left.map(instanceWords).join(", ")}. To take it up, put the ChildInstance back into the program and run ` +
      `\`pulumi up\`; anywhere else, set ${adoptLine(left.map((instance) => instance.instanceId))}.`
    );
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return (
      `${host.name}: a run that was killed may have allocated ${what}, and nobody can tell now: ` +
      `${error.message.replace(/\.$/, "")}. Run the same command again when the API can be asked.`
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
