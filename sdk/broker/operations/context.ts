import type { Clock } from "../../wait/clock";
import type { Catalog, ServicePlan } from "../catalog-types";
import type { BrokerClient } from "../interface";
import type { OperationQuery, PlanRef, Accepted } from "../types";
import type { OriginatingIdentity } from "../headers";

/** With what several requests are made that belong together. */
export interface OperationContext {
  client: BrokerClient;
  clock: Clock;
  /** The catalog as it is now. */
  freshCatalog: () => Promise<Catalog>;
  /** Ends the work with its reason. */
  signal: AbortSignal | undefined;
  /** Called before each request; a rejection ends the work with it. */
  beforeSend: () => Promise<void>;
  /** Told what is waited for, and since when (milliseconds since the epoch); `news` is the part whose change is news. */
  onWait: (words: string, since: number, news?: string) => void;
}

/** An operation that a broker carries out by itself. */
export interface Operation {
  instanceId: string;
  /** Of a binding's operation. */
  bindingId?: string | undefined;
  query: OperationQuery & Pick<PlanRef, "serviceId">;
  purpose: "create" | "update" | "delete";
  /** What is being done, for the progress line: `provisioning`. */
  doing: string;
  /** The plan, for its maximum polling duration; undefined where the catalog does not know it. */
  plan?: Pick<ServicePlan, "maximumPollingDurationMs"> | undefined;
  /** When it began, in milliseconds since the epoch. */
  since: number;
  /** When the user's time is up. */
  deadline: number;
  /** On whose behalf (`identityFor`); null: nobody's. */
  originatingIdentity?: OriginatingIdentity | null | undefined;
  /**
   * Of a deletion: sends the same DELETE once more, for brokers that do not tell of one that has ended. By default such a
   * wait ends `untold`.
   */
  repeat?: (() => Promise<Repeated>) | undefined;
}

/** What a DELETE came to. */
export type Repeated = { outcome: "deleted" | "gone" } | Accepted;
