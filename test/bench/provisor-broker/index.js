/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS, as the other contestant, which cannot be a module */
const { ServiceInstance } = require("provisor");

const { names } = JSON.parse(process.env.BENCH_INSTANCES);

exports.dashboards = names.map((name) => {
  const instance = new ServiceInstance(name, {
    service: "postgres",
    plan: "small",
    parameters: { storageGb: 20, extensions: [name] },
  });
  return instance.dashboardUrl;
});
