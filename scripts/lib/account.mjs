const kinds = {
  token: "token",
  list: "list of instances",
  licenses: "list of licenses",
  tenants: "list of tenants",
  post: "POST that allocates",
};

/** What the API saw, in a few lines for people. */
export function describeAccount({ requests, instancesCreated, unitsAllocated }) {
  const width = Math.max(...Object.values(kinds).map((name) => name.length));
  const units = unitsAllocated.map(
    ({ licenseId, licenseType, units }) => `${units} of ${licenseType} (license ${licenseId})`,
  );
  return [
    "requests",
    ...Object.entries(kinds).map(([kind, name]) => `  ${name.padEnd(width)}  ${requests[kind] ?? 0}`),
    `instances created  ${instancesCreated}`,
    `units allocated    ${units.join(", ") || "none"}`,
  ].join("\n");
}
