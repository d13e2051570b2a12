import type { BrokerSimulatorOptions } from "../../sdk/simulator";
import type { BrokerPlatform } from "./broker-platform";

/** A conversation of a platform with a broker. */
export interface Talk {
  /** Default postgres, which does all asynchronously. `cache` and `drive` are synchronous, `queue` is but for bindings. */
  service?: "cache" | "drive" | "queue";
  /** What the broker is like. */
  broker?: BrokerSimulatorOptions;
  talk: (platform: BrokerPlatform) => Promise<unknown>;
}
/** By the answer that comes last, and when that is given. */
export type Talks = Record<`${string} ${number}, ${string}`, Talk>;

/** Options of a request that must be carried out at once. */
export const now = { acceptsIncomplete: false };

/** The operation that the broker gave. */
export const operationOf = (accepted: unknown): string => (accepted as { operation: string }).operation;

const other = { storageGb: 30 };

/** About the catalog and instances. */
export const instanceTalks: Talks = {
  "catalog.get 200, it is asked for": { talk: (platform) => platform.catalog() },
  "catalog.get 304, it is the same as before": {
    talk: async (platform) => {
      await platform.catalog();
      await platform.catalog();
    },
  },
  "serviceInstance.provision 201, it is done at once": {
    service: "cache",
    talk: (platform) => platform.provision(),
  },
  "serviceInstance.provision 200, it is repeated": {
    service: "cache",
    talk: async (platform) => (await platform.provisioned()).provision(),
  },
  "serviceInstance.provision 202, all fields are given": {
    talk: (platform) =>
      platform.provision({ parameters: { storageGb: 5 }, maintenanceInfo: { version: "1.0.0" } }),
  },
  "serviceInstance.provision 202, no field is given that need not be": {
    talk: (platform) => platform.provision({ context: undefined }),
  },
  "serviceInstance.provision 400, there is no such plan": {
    talk: (platform) => platform.provision({ planId: "none" }),
  },
  "serviceInstance.provision 409, the id is taken": {
    talk: async (platform) => (await platform.provisioned()).provision({ parameters: other }),
  },
  "serviceInstance.provision 422, it cannot be done at once (AsyncRequired)": {
    talk: (platform) => platform.provision({}, now),
  },
  "serviceInstance.provision 422, the catalog has another version (MaintenanceInfoConflict)": {
    talk: (platform) => platform.provision({ maintenanceInfo: { version: "0.9.0" } }),
  },
  "serviceInstance.provision 422, it is being deleted (ConcurrencyError)": {
    talk: async (platform) => {
      await platform.provisioned();
      await platform.deprovision();
      await platform.provision();
    },
  },
  "serviceInstance.provision 500, it fails at once": {
    service: "cache",
    broker: { failures: [{ on: "provision", kind: "fails-after" }] },
    talk: (platform) => platform.provision(),
  },
  "serviceInstance.get 200, service and plan are named": {
    talk: async (platform) => (await platform.provisioned({ parameters: other })).fetch(platform.plan),
  },
  "serviceInstance.get 200, neither is named": {
    talk: async (platform) => (await platform.provisioned()).fetch(),
  },
  "serviceInstance.get 400, the service is another": {
    talk: async (platform) => (await platform.provisioned()).fetch({ serviceId: "drive-service" }),
  },
  "serviceInstance.get 404, there is none": { talk: (platform) => platform.fetch() },
  "serviceInstance.get 422, it is being updated (ConcurrencyError)": {
    talk: async (platform) => {
      await platform.provisioned();
      await platform.update({ parameters: other });
      await platform.fetch();
    },
  },
  "serviceInstance.update 200, it is done at once": {
    service: "cache",
    talk: async (platform) =>
      (await platform.provisioned()).update({
        planId: platform.planIdOf("plus"),
        previousValues: { planId: platform.plan.planId },
      }),
  },
  "serviceInstance.update 202, all fields are given": {
    talk: async (platform) => {
      await platform.provisioned();
      await platform.update({
        planId: platform.planIdOf("large"),
        parameters: other,
        context: { platform: "provisor", stack: "prod" },
        maintenanceInfo: { version: "1.0.0" },
        previousValues: {
          ...platform.plan,
          organizationId: "organization-1",
          spaceId: "space-1",
          maintenanceInfo: { version: "1.0.0" },
        },
      });
    },
  },
  "serviceInstance.update 400, the plan before it was another": {
    talk: async (platform) =>
      (await platform.provisioned()).update({ parameters: other, previousValues: { planId: "none" } }),
  },
  "serviceInstance.update 404, there is none": {
    talk: (platform) => platform.update({ parameters: other }),
  },
  "serviceInstance.update 422, it cannot be done at once (AsyncRequired)": {
    talk: async (platform) => (await platform.provisioned()).update({ parameters: other }, now),
  },
  "serviceInstance.update 422, another one is in progress (ConcurrencyError)": {
    talk: async (platform) => {
      await platform.provisioned();
      await platform.update({ parameters: other });
      await platform.update({ parameters: { storageGb: 40 } });
    },
  },
  "serviceInstance.update 422, the catalog has another version (MaintenanceInfoConflict)": {
    talk: async (platform) =>
      (await platform.provisioned()).update({ maintenanceInfo: { version: "3.0.0" } }),
  },
  "serviceInstance.update 422, the plan cannot be changed": {
    talk: async (platform) => {
      await platform.provisioned({ planId: platform.planIdOf("fixed") });
      await platform.update({ planId: platform.planIdOf("large") });
    },
  },
  "serviceInstance.update 500, it fails at once and leaves the instance unusable": {
    service: "cache",
    broker: { failures: [{ on: "update", kind: "unusable", updateRepeatable: false }] },
    talk: async (platform) => (await platform.provisioned()).update({ planId: platform.planIdOf("plus") }),
  },
  "serviceInstance.lastOperation.get 200, it is in progress, with its operation": {
    talk: async (platform) => {
      const operation = operationOf(await platform.provision());
      await platform.lastOperation({ ...platform.plan, operation });
    },
  },
  "serviceInstance.lastOperation.get 200, it has ended, without operation": {
    talk: async (platform) => (await platform.provisioned()).lastOperation(),
  },
  "serviceInstance.lastOperation.get 200, an update has failed and left the instance unusable": {
    broker: { failures: [{ on: "update", kind: "unusable", updateRepeatable: false }] },
    talk: async (platform) => {
      await platform.provisioned();
      const operation = operationOf(await platform.update({ parameters: other }));
      platform.finish();
      await platform.lastOperation({ ...platform.plan, operation });
    },
  },
  "serviceInstance.lastOperation.get 400, the operation is unknown": {
    talk: async (platform) => (await platform.provisioned()).lastOperation({ operation: "none" }),
  },
  "serviceInstance.lastOperation.get 404, there is none": {
    talk: (platform) => platform.lastOperation(platform.plan),
  },
  "serviceInstance.lastOperation.get 410, it has been deleted": {
    talk: async (platform) => {
      await platform.provisioned();
      const operation = operationOf(await platform.deprovision());
      platform.finish();
      await platform.lastOperation({ ...platform.plan, operation });
    },
  },
  "serviceInstance.deprovision 200, done at once": {
    service: "cache",
    talk: async (platform) => (await platform.provisioned()).deprovision(),
  },
  "serviceInstance.deprovision 202, accepted": {
    talk: async (platform) => (await platform.provisioned()).deprovision(),
  },
  "serviceInstance.deprovision 400, of another plan": {
    talk: async (platform) =>
      (await platform.provisioned()).deprovision({ ...platform.plan, planId: platform.planIdOf("large") }),
  },
  "serviceInstance.deprovision 410, there is none": { talk: (platform) => platform.deprovision() },
  "serviceInstance.deprovision 422, it cannot be done at once (AsyncRequired)": {
    talk: async (platform) => (await platform.provisioned()).deprovision(platform.plan, now),
  },
  "serviceInstance.deprovision 422, it is being updated (ConcurrencyError)": {
    talk: async (platform) => {
      await platform.provisioned();
      await platform.update({ parameters: other });
      await platform.deprovision();
    },
  },
  "serviceInstance.deprovision 500, it fails at once and leaves the instance unusable": {
    service: "cache",
    broker: { failures: [{ on: "deprovision", kind: "unusable" }] },
    talk: async (platform) => (await platform.provisioned()).deprovision(),
  },
};
