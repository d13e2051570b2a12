import { z } from "zod";
import type { Ids } from "./ids";
import type { LedgerEvent } from "./ledger";
import { donePhase, type Phase, type Stage } from "./timeline";

export const instanceSchema = z.strictObject({
  appId: z.string(),
  /** Name or id of its tenant. Default: the first parent TSG. */
  tsg: z.string().optional(),
  /** Default `americas`. */
  region: z.string().optional(),
  /** Who created it. Default: the first client, as if by an earlier run of it. */
  createdBy: z.string().optional(),
  /** Default: an id that follows from the seed. */
  instanceId: z.string().optional(),
  /** What a POST's `tenant_id` refers to: digits. Default: follows from the seed. */
  tenantId: z.string().optional(),
  /** Shown as `license_quota_id`. */
  licenseId: z.string().optional(),
  sku: z.string().optional(),
  supportAccountName: z.string().optional(),
  /** Fields of the list's answer, in the API's own names, that are to be shown as given here. */
  fields: z.record(z.string(), z.unknown()).optional(),
  /** `done` (default), or `provisioning`: a job that starts now. */
  state: z.enum(["done", "provisioning"]).optional(),
});

/** An instance to add beside the API, as an earlier run or another actor would have created it. */
export type InstanceOptions = z.input<typeof instanceSchema>;

/** How an instance is tied to another one of its bundle. */
export interface SimulatedAssociation {
  appId: string;
  instanceId: string;
  tenantId: string;
  region: string;
  serialNumber: string;
}

/** What is needed to create an instance. */
export interface NewInstance {
  appId: string;
  tsgId: string;
  region: string;
  createdBy: string;
  createdAt: number;
  timeline: Phase[];
  instanceId?: string | undefined;
  tenantId?: string | undefined;
  jobId?: string | undefined;
  licenseId?: string | undefined;
  sku?: string | undefined;
  supportAccountName?: string | undefined;
  fields?: Record<string, unknown> | undefined;
}

/** An instance of the simulator: also what the API never shows of it, such as its job. */
export interface SimulatedInstance extends NewInstance {
  readonly instanceId: string;
  readonly tenantId: string;
  readonly tenantInstanceName: string;
  readonly serialNumber: string;
  /** A canary: where it turns up in plain text, a secret leaked. */
  readonly authCode: string;
  /** A canary too. */
  readonly wildfireApiKey: string;
  readonly entitlementGroupId: string;
  associations: SimulatedAssociation[];
  fields: Record<string, unknown>;
  /** How many phases of the timeline have been told to the ledger. */
  told: number;
}

const displayNames: Record<string, string> = {
  prisma_access: "Prisma Access",
  logging_service: "Cortex Data Lake",
  directory_sync: "Cloud Identity Engine",
  dlp: "Enterprise DLP",
};

/** What people call an app. */
export const displayName = (appId: string): string => displayNames[appId] ?? appId;

/** What an instance is like at a moment. */
export const phaseAt = ({ timeline, createdAt }: SimulatedInstance, now: number): Phase =>
  timeline.findLast((phase) => createdAt + phase.afterMs <= now) ?? { afterMs: 0, stage: "hidden" };

const isShown = (stage: Stage): boolean => stage !== "hidden" && stage !== "gone";

/** The instances, the oldest first. */
export class Instances {
  private readonly byId = new Map<string, SimulatedInstance>();
  private readonly untold = new Set<SimulatedInstance>();
  constructor(private readonly ids: Ids) {}

  all(): SimulatedInstance[] {
    return [...this.byId.values()];
  }

  add(one: NewInstance): SimulatedInstance {
    const instance = this.make(one);
    this.byId.set(instance.instanceId, instance);
    this.untold.add(instance);
    return instance;
  }

  /** Creates instances that belong together: each is associated with the others and with the existing ones. */
  create(bundle: readonly NewInstance[], existing: readonly SimulatedInstance[]): SimulatedInstance[] {
    const created = bundle.map((one) => this.add(one));
    for (const instance of created) {
      instance.associations = [...created, ...existing]
        .filter((other) => other !== instance)
        .map(association);
    }
    return created;
  }

  /** Shows fields of the list's answer, in the API's own names, as given here from now on. */
  patch(instanceId: string, fields: Record<string, unknown>): void {
    Object.assign(this.get(instanceId).fields, fields);
  }

  /** Takes an instance away, as somebody would in the vendor's portal; its units stay allocated. */
  remove(instanceId: string): void {
    const instance = this.get(instanceId);
    this.byId.delete(instanceId);
    this.untold.delete(instance);
  }

  /** Ends an instance's job now. */
  finish(instanceId: string, now: number): void {
    const instance = this.get(instanceId);
    instance.timeline = [...instance.timeline.slice(0, instance.told), donePhase(now - instance.createdAt)];
    this.untold.add(instance);
  }

  /** @throws when there is no instance with that id. */
  get(instanceId: string): SimulatedInstance {
    const instance = this.byId.get(instanceId);
    if (!instance) throw new Error(`There is no instance ${instanceId}.`);
    return instance;
  }

  /** What the list shows of the given TSGs at a moment. */
  shown(tsgIds: ReadonlySet<string>, now: number): { instance: SimulatedInstance; phase: Phase }[] {
    return this.all()
      .filter((instance) => tsgIds.has(instance.tsgId))
      .map((instance) => ({ instance, phase: phaseAt(instance, now) }))
      .filter(({ phase }) => isShown(phase.stage));
  }

  /** What happened to instances up to now and was not told yet, in its order. */
  news(now: number): Omit<LedgerEvent, "n">[] {
    const news: Omit<LedgerEvent, "n">[] = [];
    for (const instance of this.untold) {
      for (; instance.told < instance.timeline.length; instance.told++) {
        const phase = instance.timeline[instance.told];
        if (!phase || instance.createdAt + phase.afterMs > now) break;
        const previous = instance.timeline[instance.told - 1]?.stage ?? "hidden";
        const { stage } = phase;
        if (stage === "hidden") continue;
        const change = stage === "working" && previous === "hidden" ? "appeared" : stage;
        news.push(tell(instance, phase, change));
      }
      if (instance.told >= instance.timeline.length) this.untold.delete(instance);
    }
    return news.sort((a, b) => a.at - b.at);
  }

  private make(one: NewInstance): SimulatedInstance {
    const instanceId = one.instanceId ?? this.ids.text("instance", 21);
    if (this.byId.has(instanceId)) throw new Error(`There is an instance ${instanceId} already.`);
    return {
      ...one,
      instanceId,
      tenantId: one.tenantId ?? this.ids.digits("tenant", 9),
      tenantInstanceName: displayName(one.appId),
      serialNumber: this.ids.digits("serial", 10),
      authCode: `AUTHCODE-CANARY-${this.ids.text("auth", 8)}`,
      wildfireApiKey: `WFKEY-CANARY-${this.ids.text("wildfire", 24)}`,
      entitlementGroupId: this.ids.uuid("entitlement"),
      associations: [],
      fields: { ...one.fields },
      told: 0,
    };
  }
}

function association(other: SimulatedInstance): SimulatedAssociation {
  const { appId, instanceId, tenantId, region, serialNumber } = other;
  return { appId, instanceId, tenantId, region, serialNumber };
}

type Change = Exclude<Stage, "hidden"> | "appeared";

function tell(instance: SimulatedInstance, phase: Phase, change: Change): Omit<LedgerEvent, "n"> {
  const { appId, instanceId, tsgId, jobId, createdAt } = instance;
  return {
    at: createdAt + phase.afterMs,
    kind: `instance-${change}`,
    summary: `${appId} ${instanceId} in ${tsgId}: ${phase.provisioningStatus ?? change}`,
    tsgId,
    jobId,
    instanceIds: [instanceId],
  };
}
