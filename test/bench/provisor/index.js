/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS, as the other contestant, which cannot be a module */
const { ChildInstance } = require("provisor");

exports.urls = JSON.parse(process.env.BENCH_TENANTS).map(({ name }) => {
  const instance = new ChildInstance(name, {
    onboard: [
      {
        appId: "prisma_access",
        licenseId: "123456789",
        allocationType: "SHARED",
        allocation: [{ appId: "prisma_access_edition", licenseType: "GBL-SKU", allocationSize: 10 }],
        platformRegion: "americas",
        tsgName: name,
        isEulaAccepted: true,
      },
    ],
  });
  return instance.url;
});
