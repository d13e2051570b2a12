/** The catalog in camelCase and normalised: defaults are filled in, null is absent (spec: "Catalog Management"). */

/** The answer to `GET /v2/catalog`. */
export interface Catalog {
  /** Perhaps empty. */
  services: ServiceOffering[];
  /** Entries that cannot be used, and are not among the others. Default: there are none. */
  unusable?: UnusableEntry[] | undefined;
}

/** A service or a plan that is written so that nobody can name or use it, such as one without an id. */
export interface UnusableEntry {
  kind: "service" | "plan";
  /** Its position in its list, from 0. */
  index: number;
  /** As far as it has one. */
  id?: string | undefined;
  /** As far as it has one. */
  name?: string | undefined;
  /** Of a plan: the service that it belongs to. */
  service?: { id: string; name: string } | undefined;
  /** What is wrong with it, and where in it. */
  why: string;
}

/** One service of a broker (spec: "Service Offering Object"). `dashboard_client` holds a secret and is left out. */
export interface ServiceOffering {
  /** Unique in the world and never changed. One that the catalog writes as a number is read as a text. */
  id: string;
  /** Unique in this catalog, case-sensitive. */
  name: string;
  description: string;
  /** Default none. */
  tags: string[];
  /** Permissions a platform must give: `syslog_drain`, `route_forwarding`, `volume_mount`. Default none. */
  requires: string[];
  /** Whether instances can be bound, unless their plan says otherwise. */
  bindable: boolean;
  /** Whether instances can be fetched. Default false. */
  instancesRetrievable: boolean;
  /** Whether bindings can be fetched. Default false. */
  bindingsRetrievable: boolean;
  /** Whether an update may hold only a `context`. Default false. */
  allowContextUpdates: boolean;
  /** Whether an instance's plan can be changed, unless its plan says otherwise. Default false. */
  planUpdateable: boolean;
  metadata?: Record<string, unknown> | undefined;
  /** At least one. */
  plans: ServicePlan[];
}

/** One plan of a service (spec: "Service Plan Object"). What the plan leaves to its service is resolved here. */
export interface ServicePlan {
  /** Unique in the world and never changed. One that the catalog writes as a number is read as a text. */
  id: string;
  /** Unique in its service, case-sensitive. */
  name: string;
  description: string;
  /** False: an instance costs something. Default true. */
  free: boolean;
  /** Whether instances of this plan can be bound: the plan's word, else the service's. */
  bindable: boolean;
  /** Whether a binding can be made as the successor of another one. Default false. */
  bindingRotatable: boolean;
  /** Whether an instance of this plan can get another one: the plan's word, else the service's, else false. */
  planUpdateable: boolean;
  metadata?: Record<string, unknown> | undefined;
  schemas?: PlanSchemas | undefined;
  /** Milliseconds (in the API: seconds) after which an operation that has not ended counts as failed. */
  maximumPollingDurationMs?: number | undefined;
  /** The version of the plan's maintenance that new instances get. */
  maintenanceInfo?: MaintenanceInfo | undefined;
}

/** JSON schemas of what a plan accepts as `parameters` (spec: "Schemas Object"). */
export interface PlanSchemas {
  serviceInstance?:
    | {
        create?: { parameters?: JsonSchema | undefined } | undefined;
        update?: { parameters?: JsonSchema | undefined } | undefined;
      }
    | undefined;
  serviceBinding?: { create?: { parameters?: JsonSchema | undefined } | undefined } | undefined;
}

/** A JSON schema, draft-04 or later, as the broker wrote it. */
export type JsonSchema = Record<string, unknown>;

/** A version of what lies under an instance (spec: "Maintenance Info Object"). */
export interface MaintenanceInfo {
  /** A semantic version 2.0. */
  version: string;
  /** What an update to this version means, in words. */
  description?: string | undefined;
}
