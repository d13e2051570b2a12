import { now, operationOf, type Talks } from "./broker-talks";

const bindResource = { appGuid: "app-1", route: "app.example.com" };

/** About bindings. */
export const bindingTalks: Talks = {
  "serviceBinding.binding 201, all fields are given and all are answered": {
    service: "drive",
    talk: async (platform) => {
      await platform.provisioned();
      await platform.bind({
        appGuid: "app-1",
        bindResource,
        context: { platform: "provisor", stack: "dev" },
        parameters: { role: "writer" },
      });
    },
  },
  "serviceBinding.binding 201, no field is given that need not be": {
    service: "cache",
    talk: async (platform) => (await platform.provisioned()).bind(),
  },
  "serviceBinding.binding 200, it is repeated": {
    service: "drive",
    talk: async (platform) => (await platform.bound({ bindResource })).bind({ bindResource }),
  },
  "serviceBinding.binding 202, accepted": {
    talk: async (platform) => (await platform.provisioned()).bind({ parameters: { role: "reader" } }),
  },
  "serviceBinding.binding 201, a rotation that is done at once": {
    service: "drive",
    talk: async (platform) => (await platform.bound({ bindResource })).rotate(),
  },
  "serviceBinding.binding 202, a rotation that is accepted": {
    talk: async (platform) => (await platform.bound()).rotate(),
  },
  "serviceBinding.binding 400, a rotation that the plan does not know": {
    service: "cache",
    talk: async (platform) => (await platform.bound()).rotate(),
  },
  "serviceBinding.binding 404, there is no instance": { talk: (platform) => platform.bind() },
  "serviceBinding.binding 409, the id is taken": {
    talk: async (platform) => (await platform.bound()).bind({ parameters: { role: "owner" } }),
  },
  "serviceBinding.binding 422, it cannot be done at once (AsyncRequired)": {
    talk: async (platform) => (await platform.provisioned()).bind({}, now),
  },
  "serviceBinding.binding 422, it names no application (RequiresApp)": {
    broker: { requiresApp: true },
    talk: async (platform) => (await platform.provisioned()).bind(),
  },
  "serviceBinding.binding 422, the instance is being updated (ConcurrencyError)": {
    talk: async (platform) => {
      await platform.provisioned();
      await platform.update({ parameters: { storageGb: 30 } });
      await platform.bind();
    },
  },
  "serviceBinding.binding 500, it fails at once": {
    service: "cache",
    broker: { failures: [{ on: "bind", kind: "fails-after" }] },
    talk: async (platform) => (await platform.provisioned()).bind(),
  },
  "serviceBinding.get 200, service and plan are named": {
    service: "drive",
    talk: async (platform) => (await platform.bound({ bindResource })).fetchBinding(platform.plan),
  },
  "serviceBinding.get 200, neither is named": {
    service: "queue",
    talk: async (platform) => (await platform.bound()).fetchBinding(),
  },
  "serviceBinding.get 400, the service is another": {
    talk: async (platform) => (await platform.bound()).fetchBinding({ serviceId: "drive-service" }),
  },
  "serviceBinding.get 404, it is being made": {
    talk: async (platform) => {
      await platform.provisioned();
      await platform.bind();
      await platform.fetchBinding();
    },
  },
  "serviceBinding.lastOperation.get 200, it is in progress, with its operation": {
    talk: async (platform) => {
      await platform.provisioned();
      const operation = operationOf(await platform.bind());
      await platform.lastBindingOperation({ ...platform.plan, operation });
    },
  },
  "serviceBinding.lastOperation.get 200, it has ended, without operation": {
    talk: async (platform) => (await platform.bound()).lastBindingOperation(),
  },
  "serviceBinding.lastOperation.get 200, it has failed": {
    broker: { failures: [{ on: "bind", kind: "fails-and-leaves", description: "The disk is full." }] },
    talk: async (platform) => (await platform.bound()).lastBindingOperation(platform.plan),
  },
  "serviceBinding.lastOperation.get 400, the operation is unknown": {
    talk: async (platform) => (await platform.bound()).lastBindingOperation({ operation: "none" }),
  },
  "serviceBinding.lastOperation.get 404, there is none": {
    talk: async (platform) => (await platform.provisioned()).lastBindingOperation(),
  },
  "serviceBinding.lastOperation.get 410, it has been deleted": {
    talk: async (platform) => {
      await platform.bound();
      const operation = operationOf(await platform.unbind());
      platform.finish();
      await platform.lastBindingOperation({ ...platform.plan, operation });
    },
  },
  "serviceBinding.unbinding 200, done at once": {
    service: "cache",
    talk: async (platform) => (await platform.bound()).unbind(),
  },
  "serviceBinding.unbinding 202, accepted": { talk: async (platform) => (await platform.bound()).unbind() },
  "serviceBinding.unbinding 400, of another plan": {
    talk: async (platform) =>
      (await platform.bound()).unbind({ ...platform.plan, planId: platform.planIdOf("large") }),
  },
  "serviceBinding.unbinding 410, there is none": {
    talk: async (platform) => (await platform.provisioned()).unbind(),
  },
  "serviceBinding.unbinding 422, it cannot be done at once (AsyncRequired)": {
    talk: async (platform) => (await platform.bound()).unbind(platform.plan, now),
  },
  "serviceBinding.unbinding 422, the instance is being updated (ConcurrencyError)": {
    talk: async (platform) => {
      await platform.bound();
      await platform.update({ parameters: { storageGb: 30 } });
      await platform.unbind();
    },
  },
  "serviceBinding.unbinding 500, it fails at once": {
    service: "cache",
    broker: { failures: [{ on: "unbind", kind: "fails-after" }] },
    talk: async (platform) => (await platform.bound()).unbind(),
  },
};
