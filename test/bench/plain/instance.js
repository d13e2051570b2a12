// A dynamic provider as tutorials show it: a provider object that the engine serialises into each resource, and for
// each resource a token of its own and a poll of its own, every second.
const pulumi = require("@pulumi/pulumi");
const axios = require("axios");

async function connect() {
  const { SCM_PROTOCOL, SCM_HOST, SCM_PORT, SCM_AUTH_URL, SCM_CLIENT_ID, SCM_CLIENT_SECRET, SCM_SCOPE } =
    process.env;
  const token = await axios.post(
    SCM_AUTH_URL,
    new URLSearchParams({ grant_type: "client_credentials", scope: SCM_SCOPE }),
    { auth: { username: SCM_CLIENT_ID, password: SCM_CLIENT_SECRET } },
  );
  return axios.create({
    baseURL: `${SCM_PROTOCOL}://${SCM_HOST}:${SCM_PORT}/subscription/v1`,
    headers: { Authorization: `Bearer ${token.data.access_token}` },
  });
}

async function find(api, { tsgId, appId }) {
  const { data } = await api.get("/instances", { params: { with_children: true } });
  return data.find((instance) => instance.tsg_id === tsgId && instance.app_id === appId);
}

const provider = {
  async create(inputs) {
    const api = await connect();
    const { data } = await api.post("/instances", [
      {
        app_id: inputs.appId,
        license_id: inputs.licenseId,
        allocation_type: inputs.allocationType,
        allocation: inputs.allocation.map(({ appId, licenseType, allocationSize }) => ({
          app_id: appId,
          license_type: licenseType,
          allocation_size: String(allocationSize),
        })),
        platform_region: inputs.platformRegion,
        tsg_name: inputs.tsgName,
        is_eula_accepted: true,
      },
    ]);
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const instance = await find(api, inputs);
      if (instance?.status === "running" && instance.provisioning_status === "complete")
        return { id: instance.instance_id, outs: { ...inputs, job_id: data.job_id, ...instance } };
      if (instance?.provisioning_status === "failed")
        throw new Error(`${inputs.tsgName}: provisioning failed`);
    }
  },
  async read(id, state) {
    return { id, props: { ...state, ...(await find(await connect(), state)) } };
  },
};

exports.Instance = class Instance extends pulumi.dynamic.Resource {
  constructor(name, args, options) {
    super(provider, name, { job_id: undefined, instance_id: undefined, url: undefined, ...args }, options);
  }
};
