import * as pulumi from "@pulumi/pulumi";
import { type Catalog, ProvisorError, type ServiceOffering, type ServicePlan } from "../../../sdk/broker";
import { CATALOG_MAX_AGE_MS, openBroker } from "../../resources/broker/account";
import { type PlanProblem, findPlan, findService } from "../../resources/broker/catalog";
import { suggestion } from "../../schema/suggestion";
import type { Inputs } from "./inputs";
import { areMocksSet, mocked } from "./mocks";
import { assertObject } from "./program-arguments";
import { type FunctionArgs, type FunctionOutputArgs, asProgram, programSession } from "./program-session";
import { programSettings } from "./program-settings";

export interface GetServiceArgs extends FunctionArgs {
  /** Name of the service (case-sensitive) or its id, as the catalog has it. */
  service: string;
}

export interface GetPlanArgs extends GetServiceArgs {
  /** Name of the plan (case-sensitive) or its id, as the catalog has it. */
  plan: string;
}

export type GetServiceOutputArgs = Inputs<GetServiceArgs>;
export type GetPlanOutputArgs = Inputs<GetPlanArgs>;

/**
 * The broker's catalog: all services with their plans and schemas (`GET /v2/catalog`). All functions of a program
 * share one, which is at most a minute old.
 * @throws SettingsError, AuthenticationError, BrokerError, ConnectionError, ResponseFormatError
 */
export async function getCatalog(args: FunctionArgs = {}): Promise<Catalog> {
  return asked("getCatalog", args, [], (catalog) => catalog);
}

/** {@link getCatalog} with inputs that may be outputs. */
export function getCatalogOutput(args: FunctionOutputArgs = {}): pulumi.Output<Catalog> {
  return pulumi.output(args as FunctionArgs).apply(getCatalog);
}

/**
 * One service of the broker's catalog (`GET /v2/catalog`).
 * @throws ProvisorError where there is none of that name or id, with those that there are; else as {@link getCatalog}
 */
export async function getService(args: GetServiceArgs): Promise<ServiceOffering> {
  const find = (catalog: Catalog): ServiceOffering =>
    known("getService", findService(catalog, args.service)).offering;
  return asked("getService", args, ["service"], find);
}

/** {@link getService} with inputs that may be outputs. */
export function getServiceOutput(args: GetServiceOutputArgs): pulumi.Output<ServiceOffering> {
  return pulumi.output(args as GetServiceArgs).apply(getService);
}

/**
 * One plan of a service of the broker's catalog (`GET /v2/catalog`).
 * @throws ProvisorError where there is no such service or plan, with those that there are; else as {@link getCatalog}
 */
export async function getPlan(args: GetPlanArgs): Promise<ServicePlan> {
  const find = (catalog: Catalog): ServicePlan =>
    known("getPlan", findPlan(catalog, args.service, args.plan)).plan;
  return asked("getPlan", args, ["service", "plan"], find);
}

/** {@link getPlan} with inputs that may be outputs. */
export function getPlanOutput(args: GetPlanOutputArgs): pulumi.Output<ServicePlan> {
  return pulumi.output(args as GetPlanArgs).apply(getPlan);
}

/** Asks for the catalog, or the mocks where these are set, on behalf of the function called `name`, whose arguments name what is `needed` of it. */
function asked<T>(
  name: string,
  args: FunctionArgs,
  needed: readonly string[],
  find: (catalog: Catalog) => T,
): Promise<T> {
  const fields = needed.length > 0 ? ` with ${needed.join(" and ")}` : "";
  return asProgram(async () => {
    assertObject(name, "its argument", args, `an object${fields}`);
    const problems = argumentProblems(args, needed);
    if (problems.length > 0) throw new ProvisorError(`${name}: ${problems.join("; ")}.`);
    if (areMocksSet()) return (await mocked(name, args)) as T;
    const broker = openBroker(programSession(), programSettings(), args.profile);
    return find(await broker.catalog.get(CATALOG_MAX_AGE_MS));
  });
}

/** Programs in JavaScript, and values such as those of `config.get`, are not held to the types. */
function argumentProblems(args: object, needed: readonly string[]): string[] {
  const names = [...needed, "profile"];
  const given = new Map(Object.entries(args).filter(([, value]) => (value ?? undefined) !== undefined));
  const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";
  return [
    ...[...given.keys()]
      .filter((name) => !names.includes(name))
      .map((name) => `unknown property ${name}${suggestion(name, names)}`),
    ...needed
      .filter((name) => !isText(given.get(name)))
      .map((name) => {
        const what = given.has(name) ? "must be a text that is not empty" : "is missing";
        return `${name} ${what}: give a name or an id of the catalog`;
      }),
  ];
}

/** What was found in the catalog; an error where it has none. */
function known<T extends object>(name: string, found: T): Exclude<T, PlanProblem> {
  if ("problem" in found) throw new ProvisorError(`${name}: ${(found as PlanProblem).problem.message}.`);
  return found as Exclude<T, PlanProblem>;
}
