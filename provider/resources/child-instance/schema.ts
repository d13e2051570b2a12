import { z } from "zod";
import { parseDuration } from "../../settings";
import type { SavedType } from "../../host/contract";
import type { Markers } from "../../schema/markers";

const text = (): z.ZodString => z.string().trim().min(1);

/** Ids are strings in the schema and numbers in the examples; both are taken, strings are sent. */
const id = (): z.ZodType<string, string | number> =>
  z.union([text(), z.number().int().nonnegative().transform(String)], {
    error: "must be a string or a whole number",
  });

/** Sizes likewise. */
const size = (): z.ZodType<number, string | number> =>
  z
    .union([z.number(), z.string().trim().regex(/^\d+$/).transform(Number)], {
      error: "must be a whole number",
    })
    .refine((value) => Number.isSafeInteger(value) && value > 0, "must be a whole number greater than 0");

const eula = (): z.ZodBoolean =>
  z
    .boolean()
    .refine((accepted) => accepted, "must be true: nothing is provisioned without the EULA accepted");

const mark = <T extends z.ZodType>(schema: T, description: string, markers: Markers = {}): T =>
  schema.meta({ description, ...markers }) as T;

const allocation = z.strictObject({
  /** Application name that the units are for. */
  appId: mark(text(), "Application name that the units are for, such as `prisma_access_edition`."),
  /** License SKU. */
  licenseType: mark(text(), "License SKU."),
  /** How many units are taken. */
  allocationSize: mark(size(), "How many units are taken."),
});

const onboardItem = z.strictObject({
  /** Application name; one item an app. */
  appId: mark(text(), "Application name, such as `prisma_access`; one item an app."),
  /** Id of the license to allocate (`getLicenses`). */
  licenseId: mark(id().optional(), "Id of the license to allocate, as the list of licenses has it."),
  /** How the license is allocated: `FULL` or `SHARED`. */
  allocationType: mark(
    z.enum(["FULL", "SHARED"]).optional(),
    "How the license is allocated: `FULL` or `SHARED`.",
  ),
  /** The units that are taken of the license. */
  allocation: mark(z.array(allocation).min(1).optional(), "The units that are taken of the license."),
  /** Region in which the instance is provisioned. */
  platformRegion: mark(text().optional(), "Region in which the instance is provisioned, such as `americas`."),
  /** Name of the child TSG; not together with `tsgId`. */
  tsgName: mark(text().optional(), "Name of the child TSG that gets the license; not together with `tsgId`."),
  /** Id of the child TSG; resolved to its name through the tenancy API. */
  tsgId: mark(id().optional(), "Id of the child TSG, resolved to its name through the tenancy API."),
  /** Refers to an existing instance that this tenant will use; none is made, none is waited for. */
  tenantId: mark(
    id().optional(),
    "Tenant id of an instance that exists and that this tenant will use; none is made for this item.",
  ),
  /** True accepts the EULA. */
  isEulaAccepted: mark(eula().optional(), "True accepts the EULA."),
});

const freeApp = z.strictObject({
  /** Application name, such as `directory_sync`. */
  appId: mark(text(), "Application name, such as `directory_sync`."),
  /** Region in which the instance is provisioned. */
  region: mark(text(), "Region in which the instance is provisioned, such as `americas`."),
  /** Id of the support account that gets the license. */
  supportAccountId: mark(id(), "Id of the support account that gets the license."),
  /** Name of that support account. */
  supportAccountName: mark(text(), "Name of that support account."),
  /** True accepts the EULA. */
  isEulaAccepted: mark(eula(), "True accepts the EULA."),
});

const duration = z
  .string()
  .refine((value) => parseDuration(value) !== undefined, "must be a duration such as 30m");

/** What ties an allocation to the run that made it, see docs/decisions/0002-intent.md. */
const intent = z.object({
  key: z.string(),
  /** For each app, the ids of instances of that app and tenant that were there before. */
  before: z.record(z.string(), z.array(z.string())),
  /** Where it looked, by the paths of the inputs that say so, and in which account. */
  looked: z.record(z.string(), z.string()).optional(),
});

/** Inputs that say what is allocated. */
const allocated = {
  /** Creates a free app instance. Exactly one of `freeApp` and `onboard` is given. */
  freeApp: mark(
    freeApp.optional(),
    "Creates a free app instance. Exactly one of `freeApp` and `onboard` is given.",
  ),
  /** Onboards one tenant: allocates licenses to it. The order of the items means nothing. */
  onboard: mark(
    z.array(onboardItem).min(1).optional(),
    "Onboards one tenant: allocates licenses to it, one item an app. The order of the items means nothing.",
  ),
};

const policies = {
  /** Name of the group of settings to use (`provisor:profiles`). */
  profile: mark(text().optional(), "Name of the group of settings to use, one of the setting `profiles`."),
  /** What delete does: the API offers no delete. */
  deletionPolicy: mark(
    z.enum(["prevent", "abandon"]).optional(),
    "What a delete does, since the API has none: `prevent` fails and says what would stay allocated; `abandon` takes the resource out of the state with a warning that names what stays allocated.",
    { default: "`prevent`" },
  ),
  /** What a change of something allocated does. */
  changePolicy: mark(
    z.enum(["forbid", "record", "replace"]).optional(),
    'What a change of something allocated does: `forbid` fails when it is planned; `record` takes the new values into the state without any request; `replace` allocates anew (needs `deletionPolicy: "abandon"`). Adding an item to `onboard` is no such change; removing one obeys `deletionPolicy`.',
    { default: "`forbid`" },
  ),
  /** What a refresh does with an instance that the list no longer shows. */
  missingPolicy: mark(
    z.enum(["keep", "forget"]).optional(),
    "What a refresh does with an instance that the list no longer shows: `keep` leaves it in the state, with a warning; `forget` drops it.",
    { default: "`keep`" },
  ),
  /** Allows an instance of an app that the tenant has already. */
  allowAdditional: mark(
    z.boolean().optional(),
    "Allocates even where the tenant has an instance of the app that this resource does not hold.",
    { default: "`false`" },
  ),
  /** Takes over what exists instead of allocating. */
  adopt: mark(
    z
      .union([z.literal("existing"), z.array(id()).min(1)], {
        error: 'must be "existing" or a list of instance ids',
      })
      .optional(),
    'Takes over what exists instead of allocating: instance ids, or `"existing"` for the one that fits tenant, app and region. Matters at create only.',
  ),
};

/** What an engine adapter adds. */
const passed = {
  timeouts: mark(
    z
      .object({ create: duration.optional(), update: duration.optional(), delete: duration.optional() })
      .optional(),
    "Time-outs of the operations, as the engine tells them.",
    { internal: true },
  ),
  intent: mark(intent.optional(), "Ties the allocation to the run that made it.", { internal: true }),
};

/** Inputs of a ChildInstance. */
export const childInstanceInputs = z.strictObject({ ...allocated, ...policies, ...passed });

const association = z.object({
  appId: mark(z.string().optional(), "App of the other instance."),
  instanceId: mark(z.string().optional(), "Its id."),
  tenantId: mark(z.string().optional(), "Its tenant id."),
  region: mark(z.string().optional(), "Its region."),
  serialNumber: mark(z.string().optional(), "Its serial number."),
});

/** One provisioned instance, as the list shows it, without its secrets. */
const instanceOutput = z.object({
  appId: mark(z.string(), "Application name.", { exposed: true }),
  instanceId: mark(z.string(), "Id of the instance.", { exposed: true, exposedToOthers: true }),
  tsgId: mark(z.string().optional(), "Id of the TSG in which the instance is.", { exposed: true }),
  region: mark(z.string().optional(), "Region.", { exposed: true }),
  tenantInstanceName: mark(z.string().optional(), "Display name of the instance."),
  status: mark(z.string().optional(), "Status of the instance."),
  provisioningStatus: mark(z.string().optional(), "Status of its provisioning."),
  provisioningMessage: mark(z.string().optional(), "What the provisioning says."),
  serialNumber: mark(z.string().optional(), "Serial number."),
  sku: mark(z.string().optional(), "License SKU."),
  url: mark(z.string().optional(), "Where the instance is reached."),
  licenseQuotaId: mark(z.string().optional(), "Id of the license quota."),
  supportAccountName: mark(z.string().optional(), "Support account."),
  createdBy: mark(z.string().optional(), "Who made it."),
  description: mark(z.string().optional(), "Description."),
  associations: mark(z.array(association).optional(), "Instances that this one is tied to."),
  developerDefinedFields: mark(
    z.record(z.string(), z.unknown()).optional(),
    "Fields of the developer's own.",
  ),
});

/** The secrets of one instance. They are saved apart: a secret inside a list makes the engine hide the whole list. */
const instanceSecrets = z.object({
  authCode: mark(z.string().optional(), "Authorisation code. Secret."),
  extra: mark(z.record(z.string(), z.unknown()).optional(), "All else that the API tells. Secret."),
});

/** One instance with its secrets. */
export const fullInstance = z.object({ ...instanceOutput.shape, ...instanceSecrets.shape });

/** Where an allocation stands that is not finished. */
const unfinished = z.object({
  /** Apps whose POST was accepted and whose instance is not done. */
  awaited: z.array(z.string()).optional(),
  /** Apps whose POST may have been carried out: its answer was lost. */
  uncertain: z.array(z.string()).optional(),
  /** Apps whose provisioning failed for good. */
  failed: z.array(z.string()).optional(),
});

const computed = {
  parentTsgId: mark(z.string(), "The parent TSG, from the scope of the access token.", {
    computed: true,
    exposed: "hidden too",
    exposedToOthers: true,
  }),
  jobId: mark(z.string().optional(), "Id of the provisioning job, as the POST answered it.", {
    computed: true,
    exposed: "hidden too",
  }),
  tenantId: mark(z.string().optional(), "Tenant id, where the POST's answer gives it.", { computed: true }),
  tenantInstanceName: mark(z.string().optional(), "Display name, where the POST's answer gives it.", {
    computed: true,
  }),
  instances: mark(z.array(instanceOutput), "The instances, one for each item that makes one.", {
    computed: true,
    exposed: "hidden too",
    exposedToOthers: true,
  }),
  instanceSecrets: mark(
    z.record(z.string(), instanceSecrets).optional(),
    "`authCode` and `extra` of each instance, by instance id.",
    { computed: true, secret: true, internal: true },
  ),
  missing: mark(
    z.array(z.string()).optional(),
    'Ids of instances that the list no longer shows (`missingPolicy: "keep"`).',
    { computed: true, exposed: "hidden too", exposedToOthers: true },
  ),
  host: mark(z.string(), "Base URL of the API that made it.", {
    computed: true,
    internal: true,
    exposed: "hidden too",
    exposedToOthers: true,
  }),
  unfinished: mark(unfinished.optional(), "Where an unfinished allocation stands.", {
    computed: true,
    internal: true,
    exposed: "hidden too",
  }),
  replaced: mark(z.array(z.string()).optional(), "Ids of instances that this one replaced and left behind.", {
    computed: true,
    internal: true,
  }),
  version: mark(z.literal(1), "Version of the saved state.", { computed: true, internal: true }),
};

const { intent: _intent, ...kept } = { ...allocated, ...policies, ...passed };

/** Outputs of a ChildInstance: what the state holds. */
export const childInstanceOutputs = z.object({ ...kept, ...computed });

/** What a saved ChildInstance is. */
export const savedChildInstance: SavedType = {
  name: "ChildInstance",
  outputs: childInstanceOutputs,
  // With all of it there, nothing more is allocated, and others do not matter.
  wantsOthers: (own) => own === undefined || own["unfinished"] !== undefined,
};

/** Inputs as a user writes them. */
export type ChildInstanceInputs = z.input<typeof childInstanceInputs>;
/** Inputs after normalisation: ids are strings, sizes numbers. */
export type ChildInstanceSpec = z.output<typeof childInstanceInputs>;
export type OnboardItemSpec = z.output<typeof onboardItem>;
export type FreeAppSpec = z.output<typeof freeApp>;
/** An instance with its secrets. */
export type InstanceOutput = z.output<typeof fullInstance>;
export type Unfinished = z.output<typeof unfinished>;
export type IntentValue = z.output<typeof intent>;
/** What is saved. Inputs keep the form in which the user wrote them. */
export type ChildInstanceState = z.input<typeof childInstanceOutputs>;
