import * as pulumi from "@pulumi/pulumi";
import { type Catalog, ProvisorError, type ServiceOffering, type ServicePlan } from "../../../sdk/broker";
import { CATALOG_MAX_AGE_MS, openBroker } from "../../resources/broker/account";
import { type PlanProblem, findPlan, findService } from "../../resources/broker/catalog";
import type { Args } from "./inputs";
import { type FunctionArgs, asProgram, programSession } from "./program-session";
import { programSettings } from "./program-settings";

export interface GetServiceArgs extends FunctionArgs {
  /** Name of the service (case-sensitive) or its id, as the catalog has it. */
  service: string;
}

export interface GetPlanArgs extends GetServiceArgs {
  /** Name of the plan (case-sensitive) or its id, as the catalog has it. */
  plan: string;
}

/**
 * The broker's catalog: all services with their plans and schemas (`GET /v2/catalog`). All functions of a program
 * share one, which is at most a minute old.
 * @throws SettingsError, AuthenticationError, BrokerError, ConnectionError, ResponseFormatError
 */
export async function getCatalog(args: FunctionArgs = {}): Promise<Catalog> {
  return asProgram(() =>
    openBroker(programSession, programSettings(), args.profile).catalog.get(CATALOG_MAX_AGE_MS),
  );
}

/** {@link getCatalog} with inputs that may be outputs. */
export function getCatalogOutput(args: Args<FunctionArgs> = {}): pulumi.Output<Catalog> {
  return pulumi.output(args as FunctionArgs).apply(getCatalog);
}

/**
 * One service of the broker's catalog (`GET /v2/catalog`).
 * @throws ProvisorError where there is none of that name or id, with those that there are; else as {@link getCatalog}
 */
export async function getService(args: GetServiceArgs): Promise<ServiceOffering> {
  const catalog = await getCatalog(args);
  return asProgram(() => Promise.resolve(known("getService", findService(catalog, args.service)).offering));
}

/** {@link getService} with inputs that may be outputs. */
export function getServiceOutput(args: Args<GetServiceArgs>): pulumi.Output<ServiceOffering> {
  return pulumi.output(args as GetServiceArgs).apply(getService);
}

/**
 * One plan of a service of the broker's catalog (`GET /v2/catalog`).
 * @throws ProvisorError where there is no such service or plan, with those that there are; else as {@link getCatalog}
 */
export async function getPlan(args: GetPlanArgs): Promise<ServicePlan> {
  const catalog = await getCatalog(args);
  return asProgram(() => Promise.resolve(known("getPlan", findPlan(catalog, args.service, args.plan)).plan));
}

/** {@link getPlan} with inputs that may be outputs. */
export function getPlanOutput(args: Args<GetPlanArgs>): pulumi.Output<ServicePlan> {
  return pulumi.output(args as GetPlanArgs).apply(getPlan);
}

/** What was found in the catalog; an error where it has none. */
function known<T extends object>(asked: string, found: T): Exclude<T, PlanProblem> {
  if ("problem" in found) throw new ProvisorError(`${asked}: ${(found as PlanProblem).problem.message}.`);
  return found as Exclude<T, PlanProblem>;
}
