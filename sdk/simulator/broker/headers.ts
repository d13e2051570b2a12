import { z } from "zod";
import type { SimulatorRequest } from "../protocol";
import { header } from "../routes";
import type { BrokerCredentials, BrokerSettings } from "./options";
import { badRequest, BrokerRefusal } from "./refusal";

/** X-Broker-API-Originating-Identity, decoded. */
export interface Identity {
  platform: string;
  value: Record<string, unknown>;
}

/** @throws BrokerRefusal 401, as the specification demands. */
export function authenticate(request: SimulatorRequest, credentials: BrokerCredentials): void {
  const wanted =
    "token" in credentials
      ? `Bearer ${credentials.token}`
      : `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  if (header(request, "authorization") === wanted) return;
  const scheme = "token" in credentials ? "Bearer" : 'Basic realm="broker"';
  throw new BrokerRefusal(401, "The credentials are missing or wrong.", {}, { "www-authenticate": scheme });
}

/** @throws BrokerRefusal 400 without a version, 412 with one that this broker does not speak. */
export function checkVersion(request: SimulatorRequest, { apiVersions }: BrokerSettings): void {
  const version = header(request, "x-broker-api-version");
  if (version === undefined) throw badRequest("The header X-Broker-API-Version is required.");
  if (!/^\d+\.\d+$/.test(version)) {
    throw badRequest(`X-Broker-API-Version must be MAJOR.MINOR, not ${JSON.stringify(version)}.`);
  }
  if (apiVersions.includes(version)) return;
  const text = `This broker speaks version ${apiVersions.join(", ")} of the API, not ${version}.`;
  throw new BrokerRefusal(412, text);
}

/** @throws BrokerRefusal 400 when there is a request identity without a value. */
export function checkRequestIdentity(request: SimulatorRequest): void {
  if (header(request, "x-broker-api-request-identity") === "") {
    throw badRequest("X-Broker-API-Request-Identity must not be empty.");
  }
}

/** Who is behind the request. @throws BrokerRefusal 400 when the header is not `platform base64-of-JSON-object`. */
export function originatingIdentity(request: SimulatorRequest): Identity | undefined {
  const text = header(request, "x-broker-api-originating-identity");
  if (text === undefined) return undefined;
  const [platform = "", encoded = "", ...more] = text.split(" ");
  const value = decodedObject(encoded);
  if (platform !== "" && value && more.length === 0) return { platform, value };
  throw badRequest(
    "X-Broker-API-Originating-Identity must be the platform, a space and a JSON object in Base64.",
  );
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodedObject(encoded: string): Record<string, unknown> | undefined {
  if (!base64.test(encoded)) return undefined;
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(encoded, "base64").toString()));
  } catch {
    return undefined;
  }
}
