import { BrokerStack, type Inputs, database, narrowUpdates } from "../../../../support/service-instance";

/** The catalog has a plan "large", and one that cannot be left. */
const cache: Inputs = { service: "cache", plan: "basic", parameters: {} };

let stack: BrokerStack;
afterEach(() => stack.stop());

const refusals: [string, Inputs, Inputs, Record<string, string>?][] = [
  ["a plan that the catalog has not", database, { ...database, plan: "typo" }],
  ["a service that the catalog has not", database, { ...database, service: "typo" }],
  ["parameters that the plan's schema refuses", database, { ...database, parameters: { storageGb: "much" } }],
  [
    "parameters that are none",
    database,
    { ...database, parameters: "none" as unknown as Record<string, unknown> },
  ],
  ["another service, under changePolicy forbid", database, { ...cache }],
  ["another space, under changePolicy forbid", database, { ...database, spaceGuid: "elsewhere" }],
  [
    "a replacement, under deletionPolicy prevent",
    { ...database, changePolicy: "replace", deletionPolicy: "prevent" },
    { ...cache, changePolicy: "replace", deletionPolicy: "prevent" },
  ],
  ["a policy that there is not", database, { ...database, deletionPolicy: "keep" as "delete" }],
  ["a maintenance version that the catalog has not", database, { ...database, maintenanceInfo: "9.9.9" }],
  ["a profile that there is not", database, { ...database, profile: "none" }],
  ["a change while there are no settings", database, { ...database, plan: "large" }, { OSB_URL: "" }],
];

test.each(refusals)(
  "%s, refused and taken back, leaves nothing behind",
  async (_what, before, refused, env = {}) => {
    stack = await BrokerStack.start();
    await stack.up(before);
    const { intent } = stack.saved;
    const sent = stack.simulator.ledger.of("request").filter(({ request }) => request !== "catalog").length;
    await expect(stack.up(refused, {}, env)).rejects.toThrow();
    expect(stack.saved.intent).toEqual(intent);
    expect(await stack.changes(before)).toEqual({ changes: false, replaces: [] });
    expect((await stack.up(before)).what).toBe("same");
    expect(stack.simulator.ledger.of("request").filter(({ request }) => request !== "catalog")).toHaveLength(
      sent,
    );
  },
);

test("what was refused of a create was asked of nobody", async () => {
  stack = await BrokerStack.start();
  await expect(stack.up({ ...database, plan: "typo" })).rejects.toThrow(/typo/);
  expect(stack.saved.intent?.state.asked).toEqual([]);
  await stack.up(database);
  expect(stack.saved.intent?.state.asked.map(({ plan }) => plan)).toEqual(["small"]);
});

test("an Intent of a create that was refused leaves without a request", async () => {
  stack = await BrokerStack.start();
  await expect(stack.up({ ...database, plan: "typo" })).rejects.toThrow(/typo/);
  const sent = stack.simulator.ledger.of("request").length;
  const { recorded } = await stack.destroy();
  expect(recorded.warnings).toEqual([]);
  expect(stack.simulator.ledger.of("request")).toHaveLength(sent);
});

test("the same inputs, refused while the catalog could not be had, are asked for once it can", async () => {
  stack = await BrokerStack.start();
  stack.simulator.fault({ on: "catalog", kind: { status: 400 }, times: "always" });
  await expect(stack.up(database)).rejects.toThrow(/catalog/);
  stack.simulator.faults.clear();
  expect((await stack.up(database)).what).toBe("created");
  expect(stack.saved.intent?.state.asked).toHaveLength(1);
});

test("an update that a run was killed in is noticed still, after one that was refused", async () => {
  stack = await BrokerStack.start();
  await stack.up(cache);
  await stack.killedUp({ ...cache, parameters: { maxmemory: 2 } }, "update", "effect");
  await expect(stack.up({ ...cache, plan: "typo" })).rejects.toThrow(/typo/);
  await stack.up(cache);
  expect(stack.sent("update")).toHaveLength(2);
  expect(await stack.changes(cache)).toEqual({ changes: false, replaces: [] });
});

test("an update that a broker's schema refuses is not sent, nor its taking back", async () => {
  stack = await BrokerStack.start();
  narrowUpdates(stack, { storageGb: { type: "number", maximum: 30 } });
  await stack.up(database);
  await expect(stack.up({ ...database, parameters: { storageGb: 90 } })).rejects.toThrow(/parameters/);
  await stack.up(database);
  expect(stack.sent("update")).toEqual([]);
});
