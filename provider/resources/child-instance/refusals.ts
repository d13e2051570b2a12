import { SettingsError } from "../../../sdk/subscription";
import { type Host, type Problem, StopError } from "../../host/contract";
import type { Given } from "../looks";
import { openAccount } from "../subscription/account";
import { checkChildInstance } from "./check";
import { assertSameParent } from "./lifecycle";
import type { ChildInstanceInputs } from "./schema";
import { ownOf } from "../../host/saved-state";

/**
 * Why inputs are refused before anything is sent: by their rules and policies, and, of an allocation that is there and gets
 * more, by what the API shows. `olds` are the inputs of the one that is there.
 */
export async function refusalsOfChildInstance(
  host: Host,
  olds: Given | undefined,
  news: Given,
): Promise<Problem[]> {
  const isThere = olds !== undefined;
  const { problems } = await checkChildInstance({ ...host, preview: isThere }, olds, news);
  return problems.length > 0 ? problems : parentProblems(host, news as ChildInstanceInputs);
}

/** Credentials for another parent TSG than that of what is there. */
function parentProblems(host: Host, { profile }: ChildInstanceInputs): Problem[] {
  const parentTsgId = ownOf(host)?.["parentTsgId"];
  if (typeof parentTsgId !== "string") return [];
  try {
    assertSameParent(host, openAccount(host.session, host.settings, profile), { parentTsgId });
    return [];
  } catch (error) {
    if (!(error instanceof StopError) && !(error instanceof SettingsError)) throw error;
    return [{ path: "", message: error.message }];
  }
}
