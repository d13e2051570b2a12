const kinds = {
  token: "token",
  list: "list of instances",
  licenses: "list of licenses",
  tenants: "list of tenants",
  post: "POST that allocates",
};

const brokerKinds = {
  token: "token",
  catalog: "catalog",
  provision: "provision (PUT)",
  update: "update (PATCH)",
  deprovision: "deprovision (DELETE)",
  fetch: "fetch an instance",
  "last-operation": "poll an instance",
  bind: "bind or rotate (PUT)",
  unbind: "unbind (DELETE)",
  "fetch-binding": "fetch a binding",
  "last-binding-operation": "poll a binding",
};

/** How many requests of each kind there were, a line each. */
function describeRequests(requests, names) {
  const width = Math.max(...Object.values(names).map((name) => name.length));
  const lines = Object.entries(names).map(
    ([kind, name]) => `  ${name.padEnd(width)}  ${requests[kind] ?? 0}`,
  );
  return ["requests", ...lines];
}

/** What the subscription service saw, in a few lines for people. */
export function describeAccount({ requests, instancesCreated, unitsAllocated }) {
  const units = unitsAllocated.map(
    ({ licenseId, licenseType, units }) => `${units} of ${licenseType} (license ${licenseId})`,
  );
  return [
    ...describeRequests(requests, kinds),
    `instances created  ${instancesCreated}`,
    `units allocated    ${units.join(", ") || "none"}`,
  ].join("\n");
}

/** What the broker saw, in a few lines for people. */
export function describeBrokerAccount({ requests, ...things }) {
  const { instancesCreated, instancesAlive, bindingsCreated, bindingsAlive } = things;
  return [
    ...describeRequests(requests, brokerKinds),
    `instances  ${instancesCreated} created, ${instancesAlive} left`,
    `bindings   ${bindingsCreated} created, ${bindingsAlive} left`,
  ].join("\n");
}
