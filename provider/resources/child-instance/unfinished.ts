import { say } from "../../words";
import { asClause } from "../clause";
import type { Host, Outcome } from "../../host/contract";
import type { Account } from "../subscription/account";
import type { ChildInstanceSpec, ChildInstanceState, Unfinished } from "./schema";
import { slotsOf } from "./allocation";
import { instancesOf } from "./state";
import { allocatedWords, failureWords } from "./words";

const GIVE_UP = `To give it up, set ${say.set("deletionPolicy", "abandon")}, run ${say.apply}, and take the resource out of the ${say.program}.`;

/** What a user can do about an allocation that stands like this. */
function adviceFor(
  { uncertain = [], awaited = [], failed = [] }: Unfinished,
  address: string,
  isDead: boolean,
): string {
  const advice: string[] = [];
  if (uncertain.length > 0)
    advice.push(
      "It is not known whether the POST took effect. Run the same command again: it looks first, and sends only if nothing came of it.",
    );
  else if (awaited.length > 0)
    advice.push("Run the same command again: it goes on from here and allocates nothing a second time.");
  if (failed.length > 0)
    advice.push(
      `What failed is not allocated again by itself, and is looked at once by each ${say.apply}: once the vendor has repaired ` +
        "it, run the same command again. " +
        (isDead
          ? `To allocate anew and leave this behind, set ${say.set("deletionPolicy", "abandon")} and run ` +
            `${say.replace(address)}.`
          : `To leave it behind, set ${say.set("deletionPolicy", "abandon")} and take its item out of ${say.path("onboard")}.`),
    );
  if (uncertain.length === 0) advice.push(GIVE_UP);
  return advice.join(" ");
}

/** The outcome of an operation that ended with `state`, which is saved; `problem` is why it ended early, if it did. */
export function outcomeOf(
  host: Host,
  account: Account,
  spec: ChildInstanceSpec,
  id: string,
  state: ChildInstanceState,
  problem: string | undefined,
): Outcome<ChildInstanceState> {
  const { unfinished } = state;
  const instances = instancesOf(state);
  const failures = instances
    .filter((instance) => unfinished?.failed?.includes(instance.appId))
    .map(failureWords);
  const problems = [problem, ...failures].filter((words) => words !== undefined);
  if (unfinished === undefined || problems.length === 0) return { id, state };
  const allocated = allocatedWords(spec, state.parentTsgId, { jobId: state.jobId, instances });
  const why = problems.map(asClause).join("; ");
  const reason = `${host.name}: ${why}. ${allocated} ${adviceFor(unfinished, host.address, failures.length === slotsOf(spec).length)}`;
  return { id, state, unfinished: [account.client.redact(reason)] };
}
