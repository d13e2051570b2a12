const { Instance } = require("./instance");

exports.urls = JSON.parse(process.env.BENCH_TENANTS).map(({ name, tsgId }) => {
  const instance = new Instance(name, {
    appId: "prisma_access",
    licenseId: "123456789",
    allocationType: "SHARED",
    allocation: [{ appId: "prisma_access_edition", licenseType: "GBL-SKU", allocationSize: 10 }],
    platformRegion: "americas",
    tsgName: name,
    tsgId,
  });
  return instance.url;
});
