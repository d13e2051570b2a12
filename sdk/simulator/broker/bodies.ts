import { z } from "zod";

const text = z.string().min(1);
const object = z.record(z.string(), z.unknown());
const context = z.looseObject({ platform: text.optional() });
const maintenance = z.looseObject({ version: text });

/** The body of a provision request. Unknown fields are ignored, as the specification demands. */
export const provisionBody = z.object({
  service_id: text,
  plan_id: text,
  organization_guid: text,
  space_guid: text,
  context: context.optional(),
  parameters: object.optional(),
  maintenance_info: maintenance.optional(),
});
export type ProvisionBody = z.output<typeof provisionBody>;

/** The body of a request for an action: its document knows these fields and no others. */
export const actionBody = z.strictObject({
  service_id: text,
  plan_id: text,
  parameters: object.optional(),
});

/** The body of an update request. */
export const updateBody = z.object({
  service_id: text,
  plan_id: text.optional(),
  context: context.optional(),
  parameters: object.optional(),
  maintenance_info: maintenance.optional(),
  previous_values: z
    .object({
      service_id: text.optional(),
      plan_id: text.optional(),
      organization_id: text.optional(),
      space_id: text.optional(),
      maintenance_info: maintenance.optional(),
    })
    .optional(),
});
export type UpdateBody = z.output<typeof updateBody>;

/** The body of a bind request that is no rotation. */
export const bindBody = z.object({
  service_id: text,
  plan_id: text,
  context: context.optional(),
  app_guid: text.optional(),
  bind_resource: z.looseObject({ app_guid: text.optional(), route: text.optional() }).optional(),
  parameters: object.optional(),
});

/** The body of a rotation: only the predecessor is demanded. */
export const rotateBody = z.object({
  predecessor_binding_id: text,
  service_id: text.optional(),
  plan_id: text.optional(),
  context: context.optional(),
});

/** Whether a body asks for a rotation. */
export const rotationMark = z.object({
  predecessor_binding_id: z.unknown().optional(),
  context: context.optional(),
});
