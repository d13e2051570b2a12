/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS: the engine serialises no module */
const { ServiceInstance } = require("./service-instance");

const { names, serviceId, planId } = JSON.parse(process.env.BENCH_INSTANCES);

exports.dashboards = names.map((name) => {
  const instance = new ServiceInstance(name, {
    serviceId,
    planId,
    parameters: { storageGb: 20, extensions: [name] },
  });
  return instance.dashboardUrl;
});
