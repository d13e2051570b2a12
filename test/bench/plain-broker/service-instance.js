/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS: the engine serialises no module */
// A dynamic provider as tutorials show it: a provider object that the engine serialises into each resource, and for
// each resource a poll of its own: when the broker's Retry-After says, else every second.
const pulumi = require("@pulumi/pulumi");
const axios = require("axios");
const crypto = require("node:crypto");

function connect() {
  const { OSB_URL, OSB_USERNAME, OSB_PASSWORD } = process.env;
  return axios.create({
    baseURL: `${OSB_URL}/v2/service_instances`,
    headers: { "X-Broker-API-Version": "2.17" },
    auth: { username: OSB_USERNAME, password: OSB_PASSWORD },
  });
}

const pause = ({ headers }) =>
  new Promise((resolve) => setTimeout(resolve, 1000 * Number(headers["retry-after"] ?? 1)));

const provider = {
  async create(inputs) {
    const api = connect();
    const id = crypto.randomUUID();
    const plan = { service_id: inputs.serviceId, plan_id: inputs.planId };
    let answer = await api.put(
      `/${id}`,
      {
        ...plan,
        organization_guid: "bench",
        space_guid: "bench",
        context: { platform: "bench" },
        parameters: inputs.parameters,
      },
      { params: { accepts_incomplete: true } },
    );
    const { dashboard_url: dashboardUrl, operation } = answer.data;
    while (answer.status === 202 || answer.data.state === "in progress") {
      await pause(answer);
      answer = await api.get(`/${id}/last_operation`, { params: { ...plan, operation } });
    }
    if (answer.data.state === "failed") throw new Error(`${id}: ${answer.data.description}`);
    return { id, outs: { ...inputs, dashboardUrl } };
  },
  async read(id, state) {
    const { data } = await connect().get(`/${id}`);
    return { id, props: { ...state, planId: data.plan_id, dashboardUrl: data.dashboard_url } };
  },
};

exports.ServiceInstance = class ServiceInstance extends pulumi.dynamic.Resource {
  constructor(name, args, options) {
    super(provider, name, { dashboardUrl: undefined, ...args }, options);
  }
};
