import { SettingsError } from "../http/errors";

/** Path of an instance, below the broker's address. Throws SettingsError for an id that cannot be in a path. */
export const instancePath = (instanceId: string): string =>
  `/v2/service_instances/${segment(instanceId, "instanceId")}`;

/** Path of a binding of that instance. */
export const bindingPath = (instanceId: string, bindingId: string): string =>
  `${instancePath(instanceId)}/service_bindings/${segment(bindingId, "bindingId")}`;

/** Where the operation is asked for that is done to the instance or binding at this path. */
export const lastOperationPath = (path: string): string => `${path}/last_operation`;

/** The query of a request, without what is absent; percent-encoded (spec: "URL Properties"), a space too. */
export function queryOf(fields: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encoded(value)}`]))
    .join("&");
}

/** What a DELETE may be sent to by whoever has the ids: of an instance, or of a binding. */
export function deletionUrl(
  baseUrl: string,
  {
    instanceId,
    bindingId,
    serviceId,
    planId,
  }: { instanceId: string; bindingId?: string | undefined; serviceId: string; planId: string },
): string {
  const path = bindingId === undefined ? instancePath(instanceId) : bindingPath(instanceId, bindingId);
  const query = queryOf({ accepts_incomplete: "true", service_id: serviceId, plan_id: planId });
  return `${baseUrl}${path}?${query}`;
}

/** An id as one segment of a path, whatever is in it: another path would be another resource. */
function segment(id: string, name: string): string {
  // A dot segment means another path in every spelling.
  if (id === "" || id === "." || id === ".." || !isWellFormed(id)) {
    throw new SettingsError(`${name} must be a text that can be in a URL, and not empty, "." or "..".`);
  }
  return encoded(id);
}

/** Half of a surrogate pair cannot be encoded. */
export const isWellFormed = (text: string): boolean => Buffer.from(text, "utf8").toString("utf8") === text;

/** All but the specification's unreserved characters (RFC 3986), of which these five are none. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
