import { checkBrokerHeaders } from "../../sdk/broker";
import { clientIdProblem, clientSecretProblem } from "../../sdk/http/credentials";
import { z } from "zod";
import { type SettingDefinition, define } from "./definition";
import {
  anyObject,
  brokerUrl,
  duration,
  headers,
  oneOf,
  passes,
  serviceUrl,
  someText,
  text,
  without,
  yesOrNo,
} from "./schemas";

/** RFC 6750 allows no others in an `Authorization` header; what is missing or blank is said first. */
const tokenProblem = (value: string): string | undefined =>
  clientSecretProblem(value) ??
  (/^[\x21-\x7e]+$/.test(value) ? undefined : "must hold no spaces and nothing but ASCII characters");

/** A profile is JSON, in which a version is easily a number. */
const apiVersion = z
  .string({
    error: 'must be a text, in quotes: "2.17". As numbers, 2.10 and 2.1 would be the same',
  })
  .trim()
  .regex(/^\d+\.\d+$/, "must be <major>.<minor>, for instance 2.17");

/** The address and the credentials, which only ever come from one source together. */
export const connectionDefinitions = {
  brokerUrl: define({
    name: "brokerUrl",
    env: "OSB_URL",
    schema: brokerUrl,
    description:
      "Base URL of the broker with its base path, if it has one, and without `/v2`. `http` only where it is this machine (loopback).",
  }),
  brokerUsername: define({
    name: "brokerUsername",
    env: "OSB_USERNAME",
    schema: without(clientIdProblem),
    description: "User name of basic authentication.",
  }),
  brokerPassword: define({
    name: "brokerPassword",
    env: "OSB_PASSWORD",
    secret: "value",
    schema: without(clientSecretProblem),
    description: "Password of basic authentication.",
  }),
  brokerToken: define({
    name: "brokerToken",
    env: "OSB_TOKEN",
    secret: "value",
    schema: without(tokenProblem),
    description: "Bearer token, in place of user name and password.",
  }),
  brokerTokenUrl: define({
    name: "brokerTokenUrl",
    env: "OSB_TOKEN_URL",
    schema: serviceUrl,
    description:
      "Address that issues tokens (OAuth 2, grant `client_credentials`), in place of a password or a token. `http` only where it is this machine (loopback).",
  }),
  brokerClientId: define({
    name: "brokerClientId",
    env: "OSB_CLIENT_ID",
    schema: without(clientIdProblem),
    description: "Client id that such tokens are asked for with.",
  }),
  brokerClientSecret: define({
    name: "brokerClientSecret",
    env: "OSB_CLIENT_SECRET",
    secret: "value",
    schema: without(clientSecretProblem),
    description: "Secret of that client.",
  }),
  brokerScope: define({
    name: "brokerScope",
    env: "OSB_SCOPE",
    schema: someText,
    default: "none is sent",
    description: "Scope of such tokens, for brokers that want one.",
  }),
  brokerCa: define({
    name: "brokerCa",
    env: "OSB_CA",
    schema: someText,
    description:
      "Certificates to trust besides the usual ones and those of `caFile`: in PEM form, or the path of a PEM file.",
  }),
  brokerClientCert: define({
    name: "brokerClientCert",
    env: "OSB_CLIENT_CERT",
    schema: someText,
    description: "Client certificate (mutual TLS) with its chain: in PEM form, or the path of a PEM file.",
  }),
  brokerClientKey: define({
    name: "brokerClientKey",
    env: "OSB_CLIENT_KEY",
    secret: "key",
    schema: someText,
    description: "Private key of the client certificate: in PEM form, or the path of a PEM file.",
  }),
  brokerClientKeyPassphrase: define({
    name: "brokerClientKeyPassphrase",
    env: "OSB_CLIENT_KEY_PASSPHRASE",
    secret: "value",
    schema: text,
    description: "Passphrase of the private key, where it is encrypted.",
  }),
};

/** Everything else: looked up one by one. */
export const brokerSettingDefinitions = {
  brokerApiVersion: define({
    name: "brokerApiVersion",
    env: "OSB_API_VERSION",
    schema: apiVersion,
    default: "2.17",
    description: "Version of the Open Service Broker API to speak (`X-Broker-API-Version`).",
  }),
  brokerOriginatingIdentity: define({
    name: "brokerOriginatingIdentity",
    env: "OSB_ORIGINATING_IDENTITY",
    schema: anyObject,
    default: "none is sent",
    description:
      "Who asks (`X-Broker-API-Originating-Identity`): the JSON object to send as its value; the platform is the context's.",
  }),
  brokerHeaders: define({
    name: "brokerHeaders",
    env: "OSB_HEADERS",
    schema: headers.superRefine(passes((map) => checkBrokerHeaders(map))),
    description:
      "Headers to send with each request: a JSON object of names and values. A profile's broker gets those of the profile only.",
  }),
  brokerRequestTimeout: define({
    name: "brokerRequestTimeout",
    env: "OSB_REQUEST_TIMEOUT",
    schema: duration,
    default: "60s",
    description: "How long one request may take.",
  }),
  brokerPollInterval: define({
    name: "brokerPollInterval",
    env: "OSB_POLL_INTERVAL",
    schema: duration,
    default: "2s",
    description:
      "Pause between the first polls, where the broker names none (`Retry-After`). It grows with the time waited, to `brokerPollIntervalMax`.",
  }),
  brokerPollIntervalMax: define({
    name: "brokerPollIntervalMax",
    env: "OSB_POLL_INTERVAL_MAX",
    schema: duration,
    default: "30s",
    description: "The longest pause between two polls, where the broker names none.",
  }),
  brokerKeepsInstances: define({
    name: "brokerKeepsInstances",
    env: "OSB_KEEPS_INSTANCES",
    schema: yesOrNo,
    default: "true",
    description:
      "`false` for a broker that carries out actions and keeps no instances, such as that of Oracle REST Data Services: a request to provision is never repeated, nothing is asked of it but its catalog, and a delete removes nothing.",
  }),
  brokerSendsPlatform: define({
    name: "brokerSendsPlatform",
    env: "OSB_SENDS_PLATFORM",
    schema: yesOrNo,
    default: "true",
    description:
      "`false` leaves out `organization_guid`, `space_guid` and `context` of every request, for brokers that know no such fields.",
  }),
  orphanMitigation: define({
    name: "orphanMitigation",
    env: "PROVISOR_ORPHAN_MITIGATION",
    schema: oneOf("auto", "report"),
    default: "auto",
    description:
      "What happens to what a broker may hold after it failed: `auto` deletes it, as the specification asks of a platform; `report` only says what may exist.",
  }),
  parametersCheck: define({
    name: "parametersCheck",
    env: "PROVISOR_PARAMETERS_CHECK",
    schema: oneOf("error", "warn", "off"),
    default: "error",
    description:
      "What it means that parameters break the schema that the catalog has for the plan: `error` refuses them, `warn` says so and sends them, `off` does not look. The input `parametersCheck` goes before it.",
  }),
};

/** All settings of a broker, in the order of the reference. */
export const brokerDefinitions: readonly SettingDefinition[] = [
  ...(Object.values(connectionDefinitions) as SettingDefinition[]),
  ...(Object.values(brokerSettingDefinitions) as SettingDefinition[]),
];
