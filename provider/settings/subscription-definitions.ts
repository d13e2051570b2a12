import { clientIdProblem, clientSecretProblem } from "../../sdk/http/credentials";
import { parseServiceUrl } from "../../sdk/subscription";
import { type SettingDefinition, type Values, define } from "./definition";
import { duration, headers, list, oneOf, passes, port, someText, text, without } from "./schemas";
import { sharedDefinitions } from "./shared-definitions";

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
    secret: "value",
    schema: without(clientSecretProblem),
    description: "Client secret of the service account.",
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
  caFile: sharedDefinitions.caFile,
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
    description: "Default of the input `deletionPolicy` of ChildInstance.",
  }),
  changePolicy: define({
    name: "changePolicy",
    env: "PROVISOR_CHANGE_POLICY",
    schema: oneOf("forbid", "record", "replace"),
    default: "forbid",
    description: "Default of the input `changePolicy` of ChildInstance.",
  }),
  missingPolicy: define({
    name: "missingPolicy",
    env: "PROVISOR_MISSING_POLICY",
    schema: oneOf("keep", "forget"),
    default: "keep",
    description: "Default of the input `missingPolicy` of ChildInstance.",
  }),
  progress: sharedDefinitions.progress,
  debug: sharedDefinitions.debug,
};

/** The file that can hold the vendor's settings; itself found in config, a profile or the environment. */
export const authFileDefinition = define({
  name: "authFile",
  env: "SCM_AUTH_FILE",
  schema: someText,
  description: "Path of a JSON file that holds the vendor's settings, with the names in lower case.",
});

/** What was found for each setting; undefined where nothing was said, so that the default applies. */
export type SettingValues = Values<typeof settingDefinitions>;

/** All settings of the subscription service, in the order of the reference. */
export const subscriptionDefinitions: readonly SettingDefinition[] = [
  ...(Object.values(credentialDefinitions) as SettingDefinition[]),
  authFileDefinition,
  ...(Object.values(settingDefinitions) as SettingDefinition[]),
];
