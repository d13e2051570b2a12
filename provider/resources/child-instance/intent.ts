import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ProvisorError } from "../../../sdk/subscription";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { formatDuration } from "../../settings";
import { type Change, type Host, type Outcome, type Resource, StopError } from "../contract";
import { type Account, openAccount } from "../subscription/account";
import { type ResolvedTenant, TenantError, resolveTenant } from "../subscription/tenants";
import { intentsOf } from "./intents";
import { withPolicies } from "./policies";
import type { ChildInstanceInputs } from "./schema";
import { timeoutOf } from "./timeouts";

/**
 * The companion of a ChildInstance that the engine saves before the ChildInstance's own create begins: a random key,
 * chosen once, and which instances of the same tenant and app were there before. After a crash the next run is handed
 * the same intent, and knows by it what came since (docs/decisions/0002-intent.md).
 */

/** How old the list may be from which `before` is taken. Many intents are made at once; they share one. */
const BEFORE_MAX_AGE_MS = 1_000;

const want = z.object({
  tenant: z.object({ tsgName: z.string().optional(), tsgId: z.string().optional() }),
  /** A digest of each app's item. */
  apps: z.record(z.string(), z.string()),
});

const inputs = z.object({
  want,
  profile: z.string().optional(),
  /** Policies of the ChildInstance, replaced by `renewable` in check. */
  changePolicy: z.string().optional(),
  deletionPolicy: z.string().optional(),
  /** Time-outs of the ChildInstance, which hold for its companion too. */
  timeouts: z.object({ create: z.string().optional(), update: z.string().optional() }).optional(),
  /** True when a change of what is allocated replaces the ChildInstance: then the intent is renewed with it. */
  renewable: z.boolean().optional(),
});

const outputs = z.object({
  key: z.string(),
  before: z.record(z.string(), z.array(z.string())),
  want,
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;

/** The tenant; a wrong one is for the ChildInstance itself to report, which comes next. */
async function tenantOf(host: Host, account: Account, input: Inputs): Promise<ResolvedTenant> {
  try {
    return await resolveTenant(account, input.want.tenant, (text) => {
      host.log.warn(text);
    });
  } catch (error) {
    if (error instanceof TenantError) return { name: undefined, tsgId: undefined };
    throw error;
  }
}

/** Ids listed now of each app, in the tenant or (where the tenant is not known or not the only place) anywhere. */
async function listed(host: Host, input: Inputs, apps: readonly string[]): Promise<State["before"]> {
  if (apps.length === 0) return {};
  const account = openAccount(host.session, host.settings, input.profile);
  const [tenant, list] = await Promise.all([
    tenantOf(host, account, input),
    account.instances.get(BEFORE_MAX_AGE_MS),
  ]);
  const { parentTsgId } = account.settings;
  const places = tenant.tsgId === undefined ? undefined : [tenant.tsgId, parentTsgId];
  const ids = (app: string): string[] =>
    list
      .filter((instance) => instance.appId === app)
      .filter(
        ({ tsgId }) =>
          !places ||
          tsgId === undefined ||
          places.includes(tsgId) ||
          tenant.knownTsgIds?.has(tsgId) === false,
      )
      .map((instance) => instance.instanceId);
  return Object.fromEntries(apps.map((app) => [app, ids(app)]));
}

function check(
  host: Host,
  _olds: Inputs | undefined,
  news: unknown,
): Promise<{ inputs: unknown; problems: [] }> {
  const { changePolicy, deletionPolicy, ...kept } = news as Inputs;
  const policies = { changePolicy, deletionPolicy, profile: kept.profile } as ChildInstanceInputs;
  let renewable = false;
  try {
    const resolved = withPolicies(host.settings, policies);
    renewable = resolved.changePolicy === "replace" && resolved.deletionPolicy === "abandon";
  } catch {
    // What is wrong with the settings is said by the ChildInstance itself, which is checked next.
  }
  return Promise.resolve({ inputs: renewable ? { ...kept, renewable } : kept, problems: [] });
}

function changeOf(state: State, input: Inputs): { renewed: boolean; added: string[]; same: boolean } {
  const [old, now] = [state.want, input.want];
  const added = Object.keys(now.apps).filter((app) => !(app in old.apps));
  const moved = old.tenant.tsgName !== now.tenant.tsgName || old.tenant.tsgId !== now.tenant.tsgId;
  const changed = Object.keys(now.apps).some((app) => app in old.apps && old.apps[app] !== now.apps[app]);
  const removed = Object.keys(old.apps).some((app) => !(app in now.apps));
  return {
    renewed: (moved || changed) && input.renewable === true,
    added,
    same: !moved && !changed && !removed && added.length === 0,
  };
}

function diff(host: Host, state: State, input: Inputs): Change {
  if (host.isUnknown(input.want)) return { changes: true, replaces: [] };
  const change = changeOf(state, input);
  return { changes: !change.same, replaces: change.renewed ? ["want"] : [] };
}

/** What is there now, looked at within the time-out of the operation. */
async function looked(
  host: Host,
  input: Inputs,
  apps: readonly string[],
  operation: "create" | "update",
): Promise<State["before"]> {
  const { clock } = host.session;
  const timeout = timeoutOf(input.timeouts, operation);
  try {
    return await withDeadline(listed(host, input, apps), clock, clock.now() + timeout);
  } catch (error) {
    const isLate = error instanceof DeadlineError;
    if (!isLate && !(error instanceof ProvisorError)) throw error;
    const why = isLate
      ? `no answer within its time-out of ${formatDuration(timeout)} (customTimeouts)`
      : error.message;
    throw new StopError(
      `${host.name}: what is there already could not be looked at: ${why.replace(/\.$/, "")}. Nothing was sent and nothing ` +
        "was allocated. Run the same command again.",
    );
  }
}

async function create(host: Host, input: Inputs): Promise<Outcome<State>> {
  const apps = Object.keys(input.want.apps);
  const before = await looked(host, input, apps, "create");
  const key = randomBytes(8).toString("hex");
  for (const app of apps) intentsOf(host.session).markFresh(key, app);
  return { id: key, state: { key, before, want: input.want } };
}

/** Added apps get their own look at what was there before; the key and the looks of the others stay. */
async function update(host: Host, id: string, state: State, input: Inputs): Promise<Outcome<State>> {
  const { added } = changeOf(state, input);
  const kept = Object.fromEntries(Object.entries(state.before).filter(([app]) => app in input.want.apps));
  const before = { ...kept, ...(await looked(host, input, added, "update")) };
  for (const app of added) intentsOf(host.session).markFresh(state.key, app);
  return { id, state: { key: state.key, before, want: input.want } };
}

export const childInstanceIntent: Resource<Inputs, State> = {
  name: "Intent",
  description:
    "The companion of a ChildInstance that remembers, before anything is allocated, what was there.",
  inputs,
  outputs,
  check,
  diff,
  create,
  read: (_host, _id, state) => Promise.resolve(state),
  update,
  delete: () => Promise.resolve(),
};
