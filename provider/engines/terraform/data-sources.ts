import { z } from "zod";
import { ProvisorError } from "../../../sdk/broker";
import type { ProviderProcess } from "../../host/process";
import type { Properties } from "../../host/serve";
import { CATALOG_MAX_AGE_MS, openBroker } from "../../resources/broker/account";
import { type PlanProblem, findPlan, findService } from "../../resources/broker/catalog";
import { SHARED_LOOK_MS, type Account, openAccount } from "../../resources/subscription/account";
import { snake } from "./managed/attributes";

/** What Terraform reads and never changes. Arguments and results are in the spelling of the declaration. */
export interface DataSource {
  /** `provisor_licenses` */
  readonly typeName: string;
  readonly description: string;
  readonly arguments: z.ZodObject;
  readonly results: z.ZodObject;
  /** @throws ProvisorError */
  read(process: ProviderProcess, args: Properties): Promise<Properties>;
}

const text = (description: string): z.ZodType => z.string().meta({ description });
const optional = (description: string): z.ZodType => z.string().optional().meta({ description });
const result = (description: string): z.ZodType => z.unknown().meta({ description });

const profile = optional("Name of the group of settings to use, one of the setting `profiles`.");

/** What the broker or its users name stays as it is named. */
const FREE = ["metadata", "schemas", "parameters", "costs", "dashboardClient"];

/** What an API tells, spelt as Terraform spells it. */
function spelt(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(spelt);
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [snake(name), FREE.includes(name) ? item : spelt(item)]),
  );
}

const accountOf = ({ session, settings }: ProviderProcess, args: Properties): Account =>
  openAccount(session, settings, args["profile"] as string | undefined);

const is = (wanted: unknown, value: unknown): boolean => wanted === undefined || wanted === value;

const catalogOf = async (
  { session, settings }: ProviderProcess,
  args: Properties,
): ReturnType<ReturnType<typeof openBroker>["catalog"]["get"]> =>
  openBroker(session, settings, args["profile"] as string | undefined).catalog.get(CATALOG_MAX_AGE_MS);

function known<T extends object>(found: T): Exclude<T, PlanProblem> {
  if ("problem" in found) throw new ProvisorError(`${(found as PlanProblem).problem.message}.`);
  return found as Exclude<T, PlanProblem>;
}

export const dataSources: readonly DataSource[] = [
  {
    typeName: "provisor_licenses",
    description:
      "The licenses claimed for the parent TSG, with the units that remain (`GET /subscription/v1/licenses`).",
    arguments: z.object({ licenseId: optional("Only this license."), profile }),
    results: z.object({ licenses: result("The licenses, as the API lists them.") }),
    read: async (process, args) => {
      const list = await accountOf(process, args).licenses.get(SHARED_LOOK_MS);
      return { licenses: spelt(list.filter((one) => is(args["licenseId"], one.licenseId))) };
    },
  },
  {
    typeName: "provisor_instances",
    description:
      "The instances of the parent TSG and its descendants, without their secrets (`GET /subscription/v1/instances`).",
    arguments: z.object({
      appId: optional("Only instances of this app."),
      tsgId: optional("Only instances in this TSG."),
      profile,
    }),
    results: z.object({ instances: result("The instances, as the API lists them.") }),
    read: async (process, args) => {
      const list = await accountOf(process, args).instances.get(SHARED_LOOK_MS);
      const fitting = list.filter((one) => is(args["appId"], one.appId) && is(args["tsgId"], one.tsgId));
      return { instances: spelt(fitting.map(({ authCode: _authCode, extra: _extra, ...rest }) => rest)) };
    },
  },
  {
    typeName: "provisor_tenants",
    description:
      "The tenant service groups that the credentials can see (`GET /tenancy/v1/tenant_service_groups`).",
    arguments: z.object({ profile }),
    results: z.object({ tenants: result("The tenants, as the API lists them.") }),
    read: async (process, args) => {
      const tenants = await accountOf(process, args).tenants.get(SHARED_LOOK_MS);
      if ("refused" in tenants) throw new ProvisorError(tenants.refused);
      return { tenants: spelt(tenants.list) };
    },
  },
  {
    typeName: "provisor_catalog",
    description: "The broker's catalog: all services with their plans and schemas (`GET /v2/catalog`).",
    arguments: z.object({ profile }),
    results: z.object({ services: result("The services, each with its `plans`.") }),
    read: async (process, args) => ({ services: spelt((await catalogOf(process, args)).services) }),
  },
  {
    typeName: "provisor_service",
    description: "One service of the broker's catalog (`GET /v2/catalog`).",
    arguments: z.object({ service: text("Name of the service or its id, as the catalog has it."), profile }),
    results: z.object({
      serviceId: text("Id of the service."),
      name: text("Its name."),
      offering: result("All that the catalog says of it."),
    }),
    read: async (process, args) => {
      const { offering } = known(findService(await catalogOf(process, args), String(args["service"])));
      return { serviceId: offering.id, name: offering.name, offering: spelt(offering) };
    },
  },
  {
    typeName: "provisor_plan",
    description: "One plan of a service of the broker's catalog (`GET /v2/catalog`).",
    arguments: z.object({
      service: text("Name of the service or its id, as the catalog has it."),
      plan: text("Name of the plan or its id, as the catalog has it."),
      profile,
    }),
    results: z.object({
      planId: text("Id of the plan."),
      name: text("Its name."),
      details: result("All that the catalog says of it."),
    }),
    read: async (process, args) => {
      const { service, plan: wanted } = args;
      const { plan } = known(findPlan(await catalogOf(process, args), String(service), String(wanted)));
      return { planId: plan.id, name: plan.name, details: spelt(plan) };
    },
  },
];
