import * as pulumi from "@pulumi/pulumi";
import { ChildInstance, getLicensesOutput } from "provisor";

// What remains of the licenses before anything is allocated.
export const licenses = getLicensesOutput().apply((all) =>
  all.map((license) => `${license.licenseId} (${license.appId})`),
);

// One tenant gets Prisma Access with its logging service: one allocation, made by one POST.
const acme = new ChildInstance("acme", {
  onboard: [
    {
      appId: "prisma_access",
      licenseId: "123456789",
      allocationType: "SHARED",
      allocation: [{ appId: "prisma_access_edition", licenseType: "GBL-SKU", allocationSize: 1000 }],
      platformRegion: "americas",
      tsgName: "tenant-a",
      isEulaAccepted: true,
    },
    {
      appId: "logging_service",
      licenseId: "123456790",
      allocationType: "SHARED",
      allocation: [{ appId: "logging_service", licenseType: "LGS-SKU", allocationSize: 1 }],
      platformRegion: "americas",
      isEulaAccepted: true,
    },
  ],
  // The API offers no delete. "abandon" lets `pulumi destroy` take it out of the state and leave it allocated;
  // leave this out for anything that you care for.
  deletionPolicy: "abandon",
});

// The parent itself gets a free app.
const directory = new ChildInstance(
  "directory",
  {
    freeApp: {
      appId: "directory_sync",
      region: "americas",
      supportAccountId: "123456",
      supportAccountName: "Acme Ltd",
      isEulaAccepted: true,
    },
    deletionPolicy: "abandon",
  },
  { customTimeouts: { create: "30m" } },
);

export const acmeTsg = acme.tsgId;
export const acmeInstances = pulumi
  .unsecret(acme.instancesByApp)
  .apply((byApp) =>
    Object.fromEntries(
      Object.entries(byApp).map(([app, { instanceId, region }]) => [app, { instanceId, region }]),
    ),
  );
export const directoryUrl = directory.url;
// A secret stays one: the CLI shows [secret].
export const directoryAuthCode = directory.instances.apply((all) => all[0]?.authCode);
