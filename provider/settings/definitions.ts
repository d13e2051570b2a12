import { z } from "zod";
import { clientIdProblem, clientSecretProblem } from "../../sdk/http/credentials";
import { checkHeaders, parseServiceUrl } from "../../sdk/subscription";
import { parseDuration } from "./duration";

const text = z.string({ error: "must be a text" });
const someText = text.trim().min(1, "must not be blank");

/** A refinement from a check that throws; what it says becomes the issue. */
function passes<T>(check: (value: T) => unknown): (value: T, context: z.RefinementCtx<T>) => void {
  return (value, context) => {
    try {
      check(value);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message.trim().replace(/\.$/, "") });
    }
  };
}

/** Below a timer's limit of some 596 hours. */
const LONGEST_DURATION_MS = 500 * 3_600_000;

const duration = text.transform((value, context) => {
  const ms = parseDuration(value.trim());
  if (ms !== undefined && ms >= 1 && ms <= LONGEST_DURATION_MS) return ms;
  const message =
    ms === undefined ? "must be a duration such as 30s, 5m or 1h30m" : "must be a duration from 1ms to 500h";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

const list = z
  .union([z.array(z.string()), z.string().transform((text) => parseList(text))])
  .transform((values) => values.map((value) => value.trim()).filter((value) => value !== ""))
  .refine((values) => values.length > 0, "must name at least one status");

function parseList(text: string): string[] {
  if (!text.trim().startsWith("[")) return text.split(",");
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/** A schema from a check that says what is wrong. */
const without = (problemOf: (value: string) => string | undefined): z.ZodType<string> =>
  text.superRefine((value, context) => {
    const message = problemOf(value);
    if (message) context.addIssue({ code: "custom", message });
  });

const headerMap = z.record(z.string(), z.string());

const headers = z
  .union(
    [
      headerMap,
      z.string().transform((text, context) => {
        try {
          return headerMap.parse(JSON.parse(text));
        } catch {
          context.addIssue({ code: "custom" });
          return z.NEVER;
        }
      }),
    ],
    { error: "must be a JSON object of header names and values" },
  )
  .superRefine(passes((map) => checkHeaders(map)));

const oneOf = <T extends [string, ...string[]]>(...values: T): z.ZodType<T[number]> =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });

const yesOrNo = z.union(
  [z.boolean(), z.enum(["true", "1", "false", "0"]).transform((text) => text === "true" || text === "1")],
  { error: "must be true or false" },
);

const port = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: "must be a port number" })
  .refine((value) => Number.isInteger(value) && value > 0 && value < 65536, "must be a port number");

/** One setting: where it is looked for, how it is read, what it means. */
export interface SettingDefinition<T = unknown> {
  /** Name in Pulumi config (`provisor:<name>`) and in a profile. */
  name: string;
  /** Name in the environment. */
  env: string;
  /** Name in the JSON auth file, for those of the vendor's settings that it can hold. */
  fileKey?: string;
  schema: z.ZodType<T, unknown>;
  /** Default in the words of the reference. */
  default?: string;
  description: string;
}

const define = <T>(definition: SettingDefinition<T>): SettingDefinition<T> => definition;

/** The three that only ever come from one source together. */
export const credentialDefinitions = {
  clientId: define({
    name: "clientId",
    env: "SCM_CLIENT_ID",
    fileKey: "client_id",
    schema: without(clientIdProblem),
    description: "Client id of the service account.",
  }),
  clientSecret: define({
    name: "clientSecret",
    env: "SCM_CLIENT_SECRET",
    fileKey: "client_secret",
    schema: without(clientSecretProblem),
    description: "Client secret of the service account. In Pulumi config it must be a secret (`--secret`).",
  }),
  scope: define({
    name: "scope",
    env: "SCM_SCOPE",
    fileKey: "scope",
    schema: text
      .trim()
      .regex(/^tsg_id:\d+$/, "must be tsg_id:<id of the parent TSG>, for instance tsg_id:1234567890"),
    description: "The parent TSG: `tsg_id:<id>`.",
  }),
};

/** Everything else: looked up one by one. */
export const settingDefinitions = {
  host: define({
    name: "host",
    env: "SCM_HOST",
    fileKey: "host",
    schema: someText,
    default: "api.sase.paloaltonetworks.com",
    description: "Host of the API; a URL is understood too.",
  }),
  protocol: define({
    name: "protocol",
    env: "SCM_PROTOCOL",
    fileKey: "protocol",
    schema: oneOf("https", "http"),
    default: "https",
    description: "`https`, or `http` where the host is this machine (loopback).",
  }),
  port: define({
    name: "port",
    env: "SCM_PORT",
    fileKey: "port",
    schema: port,
    default: "the protocol's",
    description: "Port of the API.",
  }),
  authUrl: define({
    name: "authUrl",
    env: "SCM_AUTH_URL",
    fileKey: "auth_url",
    schema: text.trim().superRefine(passes((url) => parseServiceUrl(url, ""))),
    default: "https://auth.apps.paloaltonetworks.com/auth/v1/oauth2/access_token",
    description: "Where access tokens come from.",
  }),
  headers: define({
    name: "headers",
    env: "SCM_HEADERS",
    fileKey: "headers",
    schema: headers,
    description: "Headers to send with each request: a JSON object of names and values.",
  }),
  caFile: define({
    name: "caFile",
    env: "PROVISOR_CA_FILE",
    schema: someText,
    description:
      "Path of a PEM file with certificates to trust besides the usual ones: of a private CA, such as that of a company's proxy.",
  }),
  pollInterval: define({
    name: "pollInterval",
    env: "PROVISOR_POLL_INTERVAL",
    schema: duration,
    default: "800ms",
    description: "Pause between the first polls. It grows with the time waited, to `pollIntervalMax`.",
  }),
  pollIntervalMax: define({
    name: "pollIntervalMax",
    env: "PROVISOR_POLL_INTERVAL_MAX",
    schema: duration,
    default: "30s",
    description: "The longest pause between two polls.",
  }),
  appearTimeout: define({
    name: "appearTimeout",
    env: "PROVISOR_APPEAR_TIMEOUT",
    schema: duration,
    default: "60s",
    description:
      "How long a new instance may take to show in the list. Before a POST whose fate is unknown is sent again, the list is watched for this long.",
  }),
  requestTimeout: define({
    name: "requestTimeout",
    env: "PROVISOR_REQUEST_TIMEOUT",
    schema: duration,
    default: "30s",
    description: "How long one request may take.",
  }),
  doneStatuses: define({
    name: "doneStatuses",
    env: "PROVISOR_DONE_STATUSES",
    schema: list,
    default: "complete, completed, running, active, success, succeeded",
    description:
      "Values of `status` and `provisioning_status` that mean done (a list, or separated by commas).",
  }),
  failedStatuses: define({
    name: "failedStatuses",
    env: "PROVISOR_FAILED_STATUSES",
    schema: list,
    default: "failed, failure, error, errored, rejected, cancelled, canceled, aborted",
    description: "Values of `status` and `provisioning_status` that mean failed for good.",
  }),
  capacityCheck: define({
    name: "capacityCheck",
    env: "PROVISOR_CAPACITY_CHECK",
    schema: oneOf("error", "warn", "off"),
    default: "error",
    description: "What happens when a license has too few units left, or does not hold what is asked.",
  }),
  deletionPolicy: define({
    name: "deletionPolicy",
    env: "PROVISOR_DELETION_POLICY",
    schema: oneOf("prevent", "abandon"),
    default: "prevent",
    description: "Default of the input `deletionPolicy`.",
  }),
  changePolicy: define({
    name: "changePolicy",
    env: "PROVISOR_CHANGE_POLICY",
    schema: oneOf("forbid", "record", "replace"),
    default: "forbid",
    description: "Default of the input `changePolicy`.",
  }),
  missingPolicy: define({
    name: "missingPolicy",
    env: "PROVISOR_MISSING_POLICY",
    schema: oneOf("keep", "forget"),
    default: "keep",
    description: "Default of the input `missingPolicy`.",
  }),
  progress: define({
    name: "progress",
    env: "PROVISOR_PROGRESS",
    schema: oneOf("auto", "live", "log"),
    default: "auto",
    description:
      "How waiting is shown: `live` on the resource's row, or as lines of a `log`; `auto` is live in a terminal.",
  }),
  debug: define({
    name: "debug",
    env: "PROVISOR_DEBUG",
    schema: yesOrNo,
    default: "false",
    description:
      "Says each request to the API and each operation, as lines on the stack's row. No secret is in them.",
  }),
};

/** The file that can hold the vendor's settings; itself found in config, a profile or the environment. */
export const authFileDefinition = define({
  name: "authFile",
  env: "SCM_AUTH_FILE",
  schema: someText,
  description: "Path of a JSON file that holds the vendor's settings, with the names in lower case.",
});

type Values<D> = {
  -readonly [K in keyof D]: D[K] extends SettingDefinition<infer T> ? T | undefined : never;
};

/** What was found for each setting; undefined where nothing was said, so that the default applies. */
export type SettingValues = Values<typeof settingDefinitions>;

/** All settings, in the order of the reference. */
export const allDefinitions: readonly SettingDefinition[] = [
  ...(Object.values(credentialDefinitions) as SettingDefinition[]),
  authFileDefinition,
  ...(Object.values(settingDefinitions) as SettingDefinition[]),
];
