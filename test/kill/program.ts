import { child, freeApp, logging, prisma } from "../e2e/stack";

/** The tenants of the simulator that the program allocates for. */
export const tenants = ["tenant-a", "tenant-b", "tenant-c", "tenant-d"].map((name) => ({ name }));

/** Five ChildInstances of seven instances; no two of them have the same app and tenant. */
export const program = [
  child("directory", freeApp()),
  child("acme", { onboard: [prisma("tenant-a", 100), logging(1)] }),
  child("beta", { onboard: [prisma("tenant-b", 200)] }),
  child("gamma", { onboard: [prisma("tenant-c", 300), logging(2)] }),
  child("delta", { onboard: [logging(4, { tsgName: "tenant-d" })] }),
].join("\n");

/** What there is to be in the end: POSTs that took effect, instances, and units by SKU. */
export const wanted = { posts: 5, instances: 7, units: { "GBL-SKU": 600, "LGS-SKU": 7 } };
