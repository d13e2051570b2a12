import { differs, intentResource, texts } from "../broker/intent";
import { digestOf } from "../../host/digest";
import { intentSpecOfBinding } from "../broker/intent-digest";
import { omitUndefined } from "../../host/saved-state";
import { refusalsOfServiceBinding } from "./check";
import { isRotationDue } from "./saved-part";

/** The companion of a ServiceBinding. */
export const serviceBindingIntent = intentResource({
  name: "ServiceBindingIntent",
  description: "The companion of a ServiceBinding that holds its id before anything is sent.",
  noun: "binding",
  intentSpecOf: intentSpecOfBinding,
  refusals: refusalsOfServiceBinding,
  rotationOf: ({ rotateAfter, rotateBefore, rotationTrigger }) =>
    omitUndefined({
      rotateAfter: rotateAfter as string | undefined,
      rotateBefore: rotateBefore as string | undefined,
      rotationTrigger: digestOf(rotationTrigger),
    }),
  replaces: differs("service", "instanceId", "id", "parameters", "rest"),
  told: ({ instance, bindingId }, { id }) => ({
    ...texts({ instanceId: (instance as { instanceId?: unknown } | undefined)?.instanceId }),
    ...(id === undefined ? {} : texts({ id: bindingId })),
  }),
  isDue: isRotationDue,
});
