import { differs, intentResource, texts } from "../broker/intent";
import { intentSpecOfInstance } from "../broker/intent-digest";
import { refusalsOfServiceInstance } from "./check";

const isAnother = differs("service", "plan", "id", "rest");
/** What cannot be updated is carried out anew. */
const isAnotherAction = differs("parameters");

/** The companion of a ServiceInstance. */
export const serviceInstanceIntent = intentResource({
  name: "ServiceInstanceIntent",
  description: "The companion of a ServiceInstance that holds its id before anything is sent.",
  noun: "instance",
  intentSpecOf: intentSpecOfInstance,
  refusals: refusalsOfServiceInstance,
  replaces: (before, now, changePolicy, isKept) =>
    changePolicy === "replace" && (isAnother(before, now) || (!isKept && isAnotherAction(before, now))),
  told: ({ service, plan, instanceId }, { id }) => ({
    ...texts({ service, plan }),
    ...(id === undefined ? {} : texts({ id: instanceId })),
  }),
});
