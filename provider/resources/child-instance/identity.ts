import { type Identity, textOf, type Given } from "../check-against-intent";
import type { Account } from "../subscription/account";
import type { IntentValue, ChildInstanceState } from "./schema";
import { say } from "../../words";
import { type Host, StopError } from "../../host/contract";

type Item = Readonly<Record<string, unknown>>;

const itemOf = (value: unknown): Item => (typeof value === "object" && value !== null ? (value as Item) : {});

/** Tenant, apps and regions, by which a ChildInstance finds its instances. The inputs may be wrong, or not known yet. */
export function placeOfInputs({ onboard, freeApp }: Given): Identity {
  const { appId, region } = itemOf(freeApp);
  const free = { "freeApp.appId": appId, "freeApp.region": region };
  if (onboard !== undefined && !Array.isArray(onboard)) return { ...free, onboard };
  const items = ((onboard ?? []) as unknown[]).map(itemOf);
  const tenant = (field: string): unknown => items.find((item) => item[field] !== undefined)?.[field];
  const made = items
    .filter(({ tenantId }) => tenantId === undefined)
    .sort((one, other) => (String(one["appId"]) < String(other["appId"]) ? -1 : 1));
  return {
    ...free,
    "onboard.tsgName": tenant("tsgName"),
    "onboard.tsgId": tenant("tsgId"),
    "onboard.appId": made.map((item) => item["appId"]),
    "onboard.platformRegion": made.map(({ platformRegion }) => platformRegion ?? null),
  };
}

/** Names of what says which account it is. */
const accountParts = ["parentTsgId", "host"];

/** The account that an intent looked at. */
export const placeOfAccount = ({ settings }: Account): Record<string, string> => ({
  parentTsgId: settings.parentTsgId,
  host: settings.baseUrl,
});

/** Where a look is at: what an intent saves of it. */
export const placeOfLook = (account: Account, inputs: Given): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(placeOfInputs(inputs)).flatMap(([path, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [[path, text]];
    }),
  ),
  ...placeOfAccount(account),
});

/** What the intent has saved of the inputs, with what it did not find there. */
export function savedPlace(inputs: Given): Identity | undefined {
  const { looked } = (inputs["intent"] ?? {}) as Partial<IntentValue>;
  if (looked === undefined) return undefined;
  return Object.fromEntries(Object.keys(placeOfInputs(inputs)).map((path) => [path, looked[path]]));
}

/** The account of a look that was saved. */
export const accountLooked = (looked: IntentValue["looked"] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(looked).filter(([name]) => accountParts.includes(name)));

/** Whether a look was at this account; of one that an earlier version saved nothing tells. */
export const isLookAt = (account: Account, looked: IntentValue["looked"]): boolean | undefined =>
  looked && Object.entries(placeOfAccount(account)).every(([name, value]) => looked[name] === value);

/** Why a look at another account is no evidence, and what to do. */
export const describeOtherLook = ({ settings }: Account, looked: IntentValue["looked"]): string =>
  `its Intent looked at what was there in parent TSG ${looked?.["parentTsgId"] ?? ""} at ${looked?.["host"] ?? ""}, and the ` +
  `settings (from ${settings.source}) address parent TSG ${settings.parentTsgId} at ${settings.baseUrl}. Nothing was sent. Use ` +
  "settings for that account, or the profile that has them.";

/** A token for another TSG sees another list: not an empty one, but the wrong one. */
export function assertSameParent(
  host: Host,
  account: Account,
  state: Pick<ChildInstanceState, "parentTsgId">,
): void {
  const { parentTsgId, source } = account.settings;
  if (parentTsgId === state.parentTsgId) return;
  throw new StopError(
    `${host.name}: the credentials are for parent TSG ${parentTsgId} (from ${source}), but this resource belongs to ` +
      `parent TSG ${state.parentTsgId}. Nothing was done and the state is as it was. Use credentials whose scope is ` +
      `tsg_id:${state.parentTsgId}, or the profile that has them.${say.deleteSettings}`,
  );
}
