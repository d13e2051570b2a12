import { z } from "zod";
import { SettingsError } from "../../../../../sdk/subscription";
import type { ProviderProcess } from "../../../../host/process";
import type { Call, Properties } from "../../../../host/serve";
import { serve } from "../../../../host/serve";
import { hasUnknown } from "../../../../schema/unknown";
import {
  type ChildInstanceInputs,
  type IntentValue,
  childInstanceInputs,
  childInstanceOutputs,
} from "../../../../resources/child-instance/schema";
import { slotsOf } from "../../../../resources/child-instance/allocation";
import { placeOfLook } from "../../../../resources/child-instance/identity";
import { intentsOf } from "../../../../resources/child-instance/run-state";
import { idOf, specOf } from "../../../../resources/child-instance/state";
import { registry } from "../../../../resources/registry";
import { openAccount } from "../../../../resources/subscription/account";
import { isUnknown } from "../../unknown";
import { visible } from "../attributes";
import { intentOfText } from "../intent-key";
import type { ManagedKind } from "../kind";
import { timeouts, wait } from "./broker-arguments";

const inputs = z.strictObject({
  ...Object.fromEntries(visible(childInstanceInputs)),
  intent: z.string().optional().meta({
    description:
      "Key of a `provisor_intent`, which is in the state before anything is sent: what is there and was not when it was made is taken for this object's own.",
  }),
  wait,
  timeouts,
});

const outputs = z.object({
  id: z.string().meta({ description: "Parent TSG, tenant and apps: `1000000001/acme/prisma_access`." }),
  ...Object.fromEntries(
    visible(childInstanceOutputs).filter(([name]) => !(name in childInstanceInputs.shape)),
  ),
});

const allocated = ({ freeApp, onboard, profile }: Properties): ChildInstanceInputs =>
  ({ freeApp, onboard, profile }) as ChildInstanceInputs;

function identityOf(process: ProviderProcess, given: Properties): string | undefined {
  if (hasUnknown(allocated(given), isUnknown)) return undefined;
  const read = childInstanceInputs.safeParse(allocated(given));
  if (!read.success) return undefined; // For the check to report.
  try {
    const { profile } = read.data;
    const { settings } = openAccount(process.session, process.settings, profile);
    return `child instance ${idOf(read.data, settings.parentTsgId)}`;
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

/** A look at what is there before anything is sent: by it a later run tells what came since. */
async function lookedNow(process: ProviderProcess, given: Properties): Promise<IntentValue> {
  const call: Call = { address: "", saved: { own: "none", real: "none", others: "untold" } };
  const news = { properties: given, declared: { values: [], names: [] } };
  const { properties } = await serve(registry.childInstanceIntent, () => process).create(call, news);
  const { key, before, looked } = properties;
  return { key, before, looked } as IntentValue;
}

/** What a `provisor_intent` of the state says: all that was listed when it was made was there before. */
function intended(process: ProviderProcess, given: Properties): IntentValue | undefined {
  const { intent } = given;
  if (typeof intent !== "string" || isUnknown(intent)) return undefined;
  const { id, listed } = intentOfText(intent);
  if (listed === undefined)
    throw new Error(
      "its intent was made without an account of the subscription service, so that it tells nothing of what was there. Nothing was " +
        "sent. Give it the credentials, and replace the intent.",
    );
  const apps = slotsOf(specOf(allocated(given))).map(({ appId }) => appId);
  const account = openAccount(process.session, process.settings, allocated(given).profile);
  const { parentTsgId, host, instanceIds } = listed;
  return {
    key: id,
    before: Object.fromEntries(apps.map((app) => [app, [...instanceIds]])),
    looked: { ...placeOfLook(account, allocated(given)), parentTsgId, host },
  };
}

const covers = (given: Properties, intent: unknown): intent is IntentValue =>
  intent !== undefined &&
  !hasUnknown(allocated(given), isUnknown) &&
  slotsOf(specOf(allocated(given))).every(({ appId }) => appId in (intent as IntentValue).before);

/** The intent with a look for each app: for those that it does not know, a look now. */
async function covering(process: ProviderProcess, given: Properties, saved: unknown): Promise<IntentValue> {
  if (covers(given, saved)) return saved;
  const now = await lookedNow(process, allocated(given) as Properties);
  return { ...now, before: { ...now.before, ...(saved as IntentValue | undefined)?.before } };
}

const FORM = "must be PARENT/TENANT/APP, with several apps as APP+APP, or the id of an instance";

/** What the list shows under this id: nobody else tells what other objects hold, so that ids are named. */
async function imported(
  process: ProviderProcess,
  id: string,
): Promise<{ inputs: Properties } | { problem: string }> {
  const account = openAccount(process.session, process.settings, undefined);
  const { parentTsgId } = account.settings;
  const [list, tenants] = await Promise.all([account.instances.get(0), account.tenants.get(0)]);
  const known = "list" in tenants ? tenants.list : [];
  const parts = id.split("/");
  const [parent = "", name = "", apps = ""] = parts;
  if (![1, 3].includes(parts.length) || parts.includes("")) return { problem: FORM };
  if (parts.length === 3 && parent !== parentTsgId)
    return { problem: `is of parent TSG ${parent}, and the credentials are for ${parentTsgId}` };
  const tenant = known.find((one) => [one.name, one.tsgId].includes(name));
  const tsgId = name === parentTsgId ? name : tenant?.tsgId;
  const found =
    parts.length === 1
      ? list.filter(({ instanceId }) => instanceId === id)
      : list.filter((one) => apps.split("+").includes(one.appId) && one.tsgId === tsgId);
  if (found.length === 0)
    return { problem: `${FORM}. There is none like this under parent TSG ${parentTsgId}` };
  if (new Set(found.map(({ appId }) => appId)).size < found.length)
    return {
      problem: `fits several instances: ${found.map(({ instanceId }) => instanceId).join(", ")}. Give the id of one`,
    };
  const onboard = found.map(({ appId, region, tsgId: of }) => ({
    appId,
    platformRegion: region,
    tsgName: of === parentTsgId ? undefined : known.find((one) => one.tsgId === of)?.name,
  }));
  return { inputs: { onboard, adopt: found.map(({ instanceId }) => instanceId) } };
}

export const childInstanceKind: ManagedKind = {
  typeName: "provisor_child_instance",
  resource: registry.childInstance,
  inputs,
  outputs,
  stable: ["id", "parentTsgId"],
  writeOnly: [],
  mayGoOn: true,
  problems: () => [],
  secretsIn: () => ({ values: [], hidden: [] }),
  withSecrets: (state) => state,
  resourceInputs: ({ intent: _intent, wait: _wait, ...own }) => own,
  outputsOf: (state) => state,
  identityOf,
  identityOfState: (state) =>
    `child instance ${idOf(specOf(allocated(state)), String(state["parentTsgId"]))}`,
  evidenceFor: async (process, memory, given, recorded, isReplacement) => {
    const own = isReplacement ? undefined : intended(process, given);
    if (own) {
      if (memory.isFreshIntent(own.key))
        for (const app of Object.keys(own.before)) intentsOf(process.session).markFresh(own.key, app);
      return { intent: own, record: undefined };
    }
    const intent = isReplacement
      ? await lookedNow(process, allocated(given) as Properties)
      : await covering(process, given, recorded);
    return { intent, record: intent };
  },
  // One that does not know of all apps gets its look when it is needed.
  plannedIntent: (process, given, recorded) =>
    covers(given, recorded)
      ? recorded
      : hasUnknown(allocated(given), isUnknown)
        ? undefined
        : intended(process, given),
  intentFor: covering,
  completed: (state, given) => {
    const [onboard, now] = [state["onboard"], given["onboard"]] as (Properties[] | undefined)[];
    if (!onboard || !now) return state;
    const completed = onboard.map((item) => ({
      ...now.find(({ appId }) => appId === item["appId"]),
      ...Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)),
    }));
    return { ...state, onboard: completed };
  },
  importsOf: imported,
};
