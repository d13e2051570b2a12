import type { Clock } from "../wait/clock";
import type { ClientOptions } from "./clients";
import type { Failure } from "./failures";
import type { Fault } from "./faults";
import type { InstanceOptions } from "./instances";
import type { LicenseOptions } from "./licenses";
import { checked } from "./problems";
import { type Scenario, scenarioSchema } from "./scenario";
import { type SimulatedTenant, type TenantOptions, tenantName } from "./tenants";
import type { Timing } from "./timeline";
import type { AnswerStyle } from "./wire";

/** What a job is for; its duration may depend on it. */
export interface Job {
  appId: string;
  tsgId: string;
  region: string;
}

/** What a simulator is made from: all that a scenario file can hold, and what only a program can give. */
export interface SimulatorOptions extends Omit<Scenario, "provisionMs"> {
  /** Default: the machine's clock. */
  clock?: Clock | undefined;
  /** Milliseconds from the POST until the job is done: for all, by app id, or worked out. Default 3000. */
  provisionMs?: number | Record<string, number> | ((job: Job) => number) | undefined;
}

/** Timings and manners of a simulator; changes hold for what comes after. */
export interface Settings {
  appearAfterMs: number;
  provisionMs: number | Record<string, number> | ((job: Job) => number);
  delayMs: number;
  tokenLifetimeS: number;
  itemsWithoutTenant: "bundle" | "parent";
  answers: AnswerStyle;
}

const usualProvisionMs = 3000;

/** How long a job takes. */
export function timingOf({ appearAfterMs, provisionMs }: Settings, job: Job): Timing {
  if (typeof provisionMs === "function") return { appearAfterMs, provisionMs: provisionMs(job) };
  if (typeof provisionMs === "number") return { appearAfterMs, provisionMs };
  return { appearAfterMs, provisionMs: provisionMs[job.appId] ?? usualProvisionMs };
}

interface ParsedOptions {
  seed: number;
  settings: Settings;
  parents: { id: string; name: string }[];
  tenants: TenantOptions[];
  clients: ClientOptions[];
  licenses: LicenseOptions[];
  /** The instances that exist from the start; those that are only counted are spread over all tenants. */
  instances(tenants: SimulatedTenant[]): InstanceOptions[];
  faults: Fault[];
  failures: Failure[];
}

const units = (appId: string, licenseType: string) => [{ appId, licenseType, purchasedSize: 10_000 }];
const usualLicenses: LicenseOptions[] = [
  { licenseId: "123456789", appId: "prisma_access", licenses: units("prisma_access_edition", "GBL-SKU") },
  { licenseId: "123456790", appId: "logging_service", licenses: units("logging_service", "LGS-SKU") },
];

/** Checks options and fills in the defaults. @throws Error that names the path of each thing that is wrong. */
export function optionsOf({
  provisionMs = usualProvisionMs,
  ...input
}: Omit<SimulatorOptions, "clock">): ParsedOptions {
  const given = checked(
    scenarioSchema,
    typeof provisionMs === "function" ? input : { ...input, provisionMs },
    "Wrong simulator options",
  );
  const { parents = [{ id: "1000000001", name: "Root" }], tenants = 3, instances = 0, ...options } = given;
  const tsgId = parents[0]?.id ?? "";
  return {
    seed: options.seed ?? 1,
    settings: {
      appearAfterMs: options.appearAfterMs ?? 300,
      provisionMs,
      delayMs: options.delayMs ?? 0,
      tokenLifetimeS: options.tokenLifetimeS ?? 899,
      itemsWithoutTenant: options.itemsWithoutTenant ?? "bundle",
      answers: options.answers ?? "examples",
    },
    parents,
    tenants: typeof tenants === "number" ? times(tenants, (i) => ({ name: tenantName(i) })) : tenants,
    clients: options.clients ?? [
      { clientId: `provisor@${tsgId}.iam.panserviceaccount.com`, clientSecret: "simulated-secret", tsgId },
    ],
    licenses: options.licenses ?? usualLicenses,
    instances: (all) => (typeof instances === "number" ? spread(instances, all) : instances),
    faults: options.faults ?? [],
    failures: options.failures ?? [],
  };
}

const apps = ["prisma_access", "logging_service", "directory_sync"];

/** So many instances, the first app of each tenant before the second of any. */
function spread(count: number, tenants: SimulatedTenant[]): InstanceOptions[] {
  return times(count, (i) => ({
    appId: apps[Math.floor(i / tenants.length) % apps.length] ?? "",
    tsg: tenants[i % tenants.length]?.id,
  }));
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
