import * as pulumi from "@pulumi/pulumi";
import { type Instance, type License, type SubscriptionClient, type Tenant } from "../../../sdk/subscription";
import { openAccount } from "../../resources/subscription/account";
import type { Inputs } from "./inputs";
import { areMocksSet, mockedList } from "./mocks";
import { assertObject } from "./program-arguments";
import { type FunctionArgs, type FunctionOutputArgs, asProgram, programSession } from "./program-session";
import { programSettings } from "./program-settings";

export interface GetLicensesArgs extends FunctionArgs {
  /** Only this license. */
  licenseId?: string | undefined;
}

export interface GetInstancesArgs extends FunctionArgs {
  /** Only instances of this app. */
  appId?: string | undefined;
  /** Only instances in this TSG. */
  tsgId?: string | undefined;
  /** Also instances of descendent TSGs; true by default where `tsgId` names another TSG than the parent. */
  withChildren?: boolean | undefined;
}

export type GetLicensesOutputArgs = Inputs<GetLicensesArgs>;
export type GetInstancesOutputArgs = Inputs<GetInstancesArgs>;

/** An instance whose secrets are Pulumi secrets, so that no program shows them by accident. */
export interface InstanceResult extends Omit<Instance, "authCode" | "extra"> {
  authCode?: pulumi.Output<string> | undefined;
  extra?: pulumi.Output<Record<string, unknown>> | undefined;
}

/** Asks for a list on behalf of the function called `name`; where mocks are set, these. */
async function asking<T>(
  name: string,
  args: FunctionArgs,
  ask: (client: SubscriptionClient) => Promise<T[]>,
): Promise<T[]> {
  assertObject(name, "its argument", args, "an object, or nothing");
  if (areMocksSet()) return mockedList(name, args);
  return asProgram(() => ask(openAccount(programSession(), programSettings(), args.profile).client));
}

/**
 * The licenses claimed for the parent TSG, with the units that remain (`GET /subscription/v1/licenses`).
 * @throws SettingsError, AuthenticationError, ApiError, ConnectionError
 */
export async function getLicenses(args: GetLicensesArgs = {}): Promise<License[]> {
  return asking("getLicenses", args, (client) => {
    const { licenseId } = args;
    return client.listLicenses(licenseId === undefined ? {} : { licenseId });
  });
}

/** {@link getLicenses} with inputs that may be outputs. */
export function getLicensesOutput(args: GetLicensesOutputArgs = {}): pulumi.Output<License[]> {
  return pulumi.output(args as GetLicensesArgs).apply(getLicenses);
}

/**
 * The instances of the parent TSG, and of its descendants with `withChildren` (`GET /subscription/v1/instances`).
 * @throws SettingsError, AuthenticationError, ApiError, ConnectionError
 */
export async function getInstances(args: GetInstancesArgs = {}): Promise<InstanceResult[]> {
  const list = await asking("getInstances", args, async (client) => {
    const elsewhere = args.tsgId !== undefined && args.tsgId !== client.parentTsgId;
    const all = await client.listInstances({ withChildren: args.withChildren ?? elsewhere });
    return all
      .filter((instance) => args.appId === undefined || instance.appId === args.appId)
      .filter((instance) => args.tsgId === undefined || instance.tsgId === args.tsgId);
  });
  return list.map(({ authCode, extra, ...rest }) => ({
    ...rest,
    ...(authCode === undefined ? {} : { authCode: pulumi.secret(authCode) }),
    ...(extra === undefined
      ? {}
      : { extra: pulumi.secret<unknown>(extra) as pulumi.Output<Record<string, unknown>> }),
  }));
}

/** {@link getInstances} with inputs that may be outputs. The result is a secret as a whole, since it holds some. */
export function getInstancesOutput(
  args: GetInstancesOutputArgs = {},
): pulumi.Output<pulumi.Unwrap<InstanceResult[]>> {
  // An output of what is in them: `apply` would leave those of the secrets inside as they are.
  return pulumi.output(args as GetInstancesArgs).apply((known) => pulumi.output(getInstances(known)));
}

/**
 * The tenant service groups that the credentials can see (`GET /tenancy/v1/tenant_service_groups`).
 * @throws SettingsError, AuthenticationError, ApiError, ConnectionError
 */
export async function getTenants(args: FunctionArgs = {}): Promise<Tenant[]> {
  return asking("getTenants", args, (client) => client.listTenants());
}

/** {@link getTenants} with inputs that may be outputs. */
export function getTenantsOutput(args: FunctionOutputArgs = {}): pulumi.Output<Tenant[]> {
  return pulumi.output(args as FunctionArgs).apply(getTenants);
}
