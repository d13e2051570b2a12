import { type Instance, phaseOf } from "../../../sdk/subscription";
import type { Host } from "../../host/contract";
import { omitUndefined, othersOf, ownOf } from "../../host/saved-state";
import type { Account } from "../subscription/account";
import { slotsOf, tenantRefOf } from "./allocation";
import {
  type ChildInstanceInputs,
  type ChildInstanceSpec,
  type ChildInstanceState,
  type InstanceOutput,
  type Unfinished,
  childInstanceInputs,
  fullInstance,
} from "./schema";

/** Version of the saved state; a state of another one is read by a migration, never guessed at. */
export const STATE_VERSION = 1;

/** Inputs with ids as strings and sizes as numbers. They were checked before, so that this cannot fail. */
export const specOf = (inputs: ChildInstanceInputs): ChildInstanceSpec => childInstanceInputs.parse(inputs);

/** The inputs that a saved state holds. */
export function inputsOfState(state: ChildInstanceState): ChildInstanceInputs {
  const shape = Object.keys(childInstanceInputs.shape);
  return Object.fromEntries(
    Object.entries(state).filter(([key]) => shape.includes(key)),
  ) as ChildInstanceInputs;
}

/**
 * The resource's id: parent, tenant and app. It is fixed before the POST, since an update can never change it.
 */
export function idOf(spec: ChildInstanceSpec, parentTsgId: string): string {
  const { tsgName, tsgId } = tenantRefOf(spec);
  const apps = slotsOf(spec)
    .map((slot) => slot.appId)
    .sort();
  return [parentTsgId, tsgName ?? tsgId ?? parentTsgId, apps.join("+")].join("/");
}

/** The part of a listed instance that is saved. */
export function toOutput(instance: Instance): InstanceOutput {
  const { associations, ...rest } = instance;
  // Their order means nothing, and would show as drift.
  const sorted = associations?.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return fullInstance.parse({ ...rest, ...(sorted ? { associations: sorted } : {}) });
}

/** The saved instances, with the secrets that are saved apart. */
export function instancesOf(state: ChildInstanceState): InstanceOutput[] {
  return state.instances.map((instance) => ({
    ...instance,
    ...state.instanceSecrets?.[instance.instanceId],
  }));
}

/** Instances and their secrets as they are saved. */
function apart(
  instances: readonly InstanceOutput[],
): Pick<ChildInstanceState, "instances" | "instanceSecrets"> {
  const secrets = instances.flatMap(({ instanceId, authCode, extra }) =>
    authCode === undefined && extra === undefined
      ? []
      : [[instanceId, omitUndefined({ authCode, extra })] as const],
  );
  return {
    instances: instances.map(({ authCode: _authCode, extra: _extra, ...rest }) => rest),
    instanceSecrets: secrets.length > 0 ? Object.fromEntries(secrets) : undefined,
  };
}

/** What is to be saved, without anything that is empty. */
export function stateOf(
  account: Account,
  inputs: ChildInstanceInputs,
  known: {
    instances: InstanceOutput[];
    /** Base URL of the API that made it; by default the one addressed now. */
    host?: string | undefined;
    jobId?: string | undefined;
    tenantId?: string | undefined;
    tenantInstanceName?: string | undefined;
    missing?: string[] | undefined;
    replaced?: readonly string[] | undefined;
    unfinished?: Unfinished | undefined;
  },
): ChildInstanceState {
  const { intent: _intent, ...kept } = inputs;
  const state: ChildInstanceState = {
    ...kept,
    parentTsgId: account.settings.parentTsgId,
    host: known.host ?? account.settings.baseUrl,
    jobId: known.jobId,
    tenantId: known.tenantId,
    tenantInstanceName: known.tenantInstanceName,
    ...apart(known.instances),
    missing: known.missing?.length ? known.missing : undefined,
    replaced: known.replaced?.length ? [...known.replaced] : undefined,
    unfinished: normalised(known.unfinished),
    version: STATE_VERSION,
  };
  return omitUndefined(state);
}

function normalised(unfinished: Unfinished | undefined): Unfinished | undefined {
  const entries = Object.entries(unfinished ?? {}).filter(
    ([, apps]) => apps !== undefined && apps.length > 0,
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** Where the apps of `spec` stand, by what is known of their instances. */
export function unfinishedOf(
  account: Account,
  spec: ChildInstanceSpec,
  instances: readonly InstanceOutput[],
  uncertain: readonly string[] = [],
): Unfinished {
  const phases = slotsOf(spec).map((slot) => {
    const instance = instances.find((candidate) => candidate.appId === slot.appId);
    return { appId: slot.appId, phase: instance ? phaseOf(instance, account.statuses) : "working" };
  });
  const of = (phase: string): string[] =>
    phases.filter((entry) => entry.phase === phase).map((entry) => entry.appId);
  return {
    awaited: of("working").filter((app) => !uncertain.includes(app)),
    failed: of("failed"),
    uncertain: [...uncertain],
  };
}

/** A ChildInstance in the saved state, as far as it is told. */
type Saved = Partial<Pick<ChildInstanceState, "host" | "parentTsgId" | "missing" | "unfinished">> & {
  instances?: readonly { instanceId: string }[];
};

const othersIn = (host: Host): readonly Saved[] => othersOf(host).map(({ state }) => state as Saved);

/** Ids of the instances that other ChildInstances hold in the saved state, as far as the engine tells. */
export const heldElsewhere = (host: Host): string[] =>
  othersIn(host).flatMap(({ instances = [] }) => instances.map(({ instanceId }) => instanceId));

/** A list of instances, and what of the saved state it should show. */
interface ListedIds {
  host?: string | undefined;
  parentTsgId?: string | undefined;
  instanceIds: string[];
}

/**
 * What lists should show: what no refresh missed of other ChildInstances, and of this very one where it is finished. An
 * unfinished one is what is looked for.
 */
export function liveElsewhere(saved: Host): ListedIds[] {
  const own = ownOf(saved) as Saved | undefined;
  const shown = own && own.unfinished === undefined ? [...othersIn(saved), own] : othersIn(saved);
  return shown.map(({ host, parentTsgId, instances = [], missing = [] }) => ({
    host,
    parentTsgId,
    instanceIds: instances.map(({ instanceId }) => instanceId).filter((id) => !missing.includes(id)),
  }));
}

/** Whether a POST of the saved ChildInstance is out whose instance is not known yet. */
export function isAwaited({ unfinished }: Pick<Saved, "unfinished">): boolean {
  const { awaited = [], uncertain = [] } = unfinished ?? {};
  return awaited.length + uncertain.length > 0;
}

/** What the state knows already, when an unfinished create goes on or an item is added. */
export interface Prior {
  id: string;
  instances: InstanceOutput[];
  jobId: string | undefined;
  tenantId: string | undefined;
  tenantInstanceName: string | undefined;
  /** Instances that this resource replaced. */
  replaced: readonly string[];
  /** Apps whose POST was accepted. */
  awaited: readonly string[];
  /** Apps whose POST may have been carried out. */
  uncertain: readonly string[];
}

/** True when the state lacks an instance, or one of them is not done. */
export const isUnfinished = (state: ChildInstanceState, inputs: ChildInstanceInputs): boolean =>
  state.unfinished !== undefined ||
  slotsOf(specOf(inputs)).some((slot) => !state.instances.some((instance) => instance.appId === slot.appId));
