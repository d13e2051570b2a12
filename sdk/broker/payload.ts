import type { BindRequest, ProvisionRequest, RotateRequest, UpdateRequest } from "./types";

/* Bodies of requests. What is absent is left out, so that a broker does not take it for a change. */

/** The fields that say something: null counts as absent, as in answers, and so does an empty text, which no field may be. */
const present = (fields: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => (value ?? "") !== ""));

/** How a broker is spoken to. */
export interface Manner {
  /** False: it carries out actions, and keeps no instances. */
  keepsInstances: boolean;
  /** False: nothing that says which platform it is, for brokers that know no such fields. */
  sendsPlatform: boolean;
}

/** Spec: "Provisioning". */
export const provisionPayload = (request: ProvisionRequest, { sendsPlatform }: Manner): object =>
  present({
    service_id: request.serviceId,
    plan_id: request.planId,
    ...(sendsPlatform && {
      organization_guid: request.organizationGuid,
      space_guid: request.spaceGuid,
      context: request.context,
    }),
    parameters: request.parameters,
    maintenance_info: versionOf(request.maintenanceInfo),
  });

/** Spec: "Updating a Service Instance". */
export function updatePayload(
  { previousValues: previous, ...request }: UpdateRequest,
  { sendsPlatform }: Manner,
): object {
  return present({
    service_id: request.serviceId,
    plan_id: request.planId,
    ...(sendsPlatform && { context: request.context }),
    parameters: request.parameters,
    maintenance_info: versionOf(request.maintenanceInfo),
    previous_values:
      previous &&
      present({
        service_id: previous.serviceId,
        plan_id: previous.planId,
        ...(sendsPlatform && { organization_id: previous.organizationId, space_id: previous.spaceId }),
        maintenance_info: versionOf(previous.maintenanceInfo),
      }),
  });
}

/** Spec: "Request (Creating a Service Binding)". */
export function bindPayload({ bindResource, ...request }: BindRequest, { sendsPlatform }: Manner): object {
  const { appGuid, ...resource } = bindResource ?? {};
  return present({
    service_id: request.serviceId,
    plan_id: request.planId,
    ...(sendsPlatform && { context: request.context }),
    app_guid: request.appGuid,
    bind_resource: bindResource && (appGuid === undefined ? resource : { app_guid: appGuid, ...resource }),
    parameters: request.parameters,
  });
}

/**
 * Spec: "Request (Rotating a Service Binding)". It names only the predecessor, but its schema (openapi.yaml) is that of
 * binding, and brokers look up the plan first.
 */
export const rotatePayload = (request: RotateRequest): object => ({
  service_id: request.serviceId,
  plan_id: request.planId,
  predecessor_binding_id: request.predecessorBindingId,
});

/** The broker ignores all but the version. */
const versionOf = (info: { version: string } | undefined): { version: string } | undefined =>
  info?.version ? { version: info.version } : undefined;
