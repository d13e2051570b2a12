import type { Claim } from "../../provider/resources/subscription/matching";

/** A claim for prisma_access of tenant-a, whose POST has not been sent and whose TSG nobody knows. */
export const claimOf = (fields: Partial<Claim> = {}): Claim => ({
  tenant: "tenant-a",
  appId: "prisma_access",
  region: "americas",
  tsgIds: undefined,
  knownTsgIds: undefined,
  licenseId: undefined,
  skus: [],
  before: new Set(),
  answer: {},
  sure: false,
  posted: false,
  instanceId: undefined,
  siblings: [],
  pinned: false,
  ...fields,
});
