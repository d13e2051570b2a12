import {
  create,
  errorOf,
  forTenant,
  logging,
  prisma,
  saveIntent,
  update,
} from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";
import type { Fault } from "../../../../../sdk/simulator";

let account: TestAccount;
afterEach(() => account.stop());

const answers503 = { status: 503, body: { error: "TARGET_CONNECT_TIMEOUT" } };

describe("a POST whose answer is lost", () => {
  test.each<[string, Fault]>([
    ["reset after its effect", { on: "post", kind: "reset-after" }],
    ["answered 503 after its effect", { on: "post", kind: answers503, effect: "after" }],
    ["answered with half a JSON", { on: "post", kind: "truncated" }],
    ["cut off in the middle of its answer", { on: "post", kind: "cut" }],
    ["answered by a proxy's page after its effect", { on: "post", kind: "html", effect: "after" }],
    ["answered with nothing after its effect", { on: "post", kind: "empty", effect: "after" }],
  ])("because it was %s is not sent again", async (_, fault) => {
    account = await startAccount();
    account.simulator.fault(fault);
    const { state, unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(unfinished).toBeUndefined();
    expect(state.instances).toMatchObject([{ instanceId: account.simulator.instances[0]?.instanceId }]);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ["reset before it", { on: "post", kind: "reset-before" }],
    ["answered 503 without it", { on: "post", kind: answers503 }],
  ])(
    "and that had no effect, because it was %s, is sent again after the list was watched",
    async (_, fault) => {
      account = await startAccount();
      account.simulator.fault(fault);
      await create(account.host(), forTenant("tenant-a"));
      const [first, second] = account.simulator.ledger.posts();
      expect(account.made()).toBe(1);
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
    },
  );

  test("is said to the user", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: "reset-after" });
    const host = account.host();
    await create(host, forTenant("tenant-a"));
    expect(host.recorded.warnings).toEqual([
      expect.stringMatching(/answer to the POST for prisma_access .*was lost/),
    ]);
  });

  test("is taken up by a bundle's every item", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: "reset-after" });
    const { state } = await create(account.host(), { onboard: [prisma("tenant-a"), logging] });
    expect(state.instances.map(({ appId }) => appId)).toEqual(["prisma_access", "logging_service"]);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("is left undecided while the list cannot be read", async () => {
    account = await startAccount();
    account.simulator.on(({ kind, request }) => {
      if (kind === "effect" && request === "post") account.simulator.clients.forbid("list");
    });
    account.simulator.fault({ on: "post", kind: "reset-after" });
    const { state, unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(state.unfinished).toEqual({ uncertain: ["prisma_access"] });
    expect(unfinished?.join()).toMatch(/not known whether the POST took effect/);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("and that is undecided is decided by the next run, which finds its effect", async () => {
    account = await startAccount();
    const host = account.host();
    const inputs = { ...forTenant("tenant-a"), intent: await saveIntent(host, forTenant("tenant-a")) };
    const stop = account.simulator.on(({ kind, request }) => {
      if (kind === "effect" && request === "post") account.simulator.clients.forbid("list");
    });
    account.simulator.fault({ on: "post", kind: "reset-after" });
    const lost = await create(host, inputs);
    stop();
    account.simulator.clients.permit("list");
    account.nextRun();
    const found = await update(account.host(), lost, inputs);
    expect(found.unfinished).toBeUndefined();
    expect(found.state.instances).toHaveLength(1);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("is left undecided when the deadline comes before the list could tell", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: "reset-before" });
    const { state } = await create(account.host(), forTenant("tenant-a", { timeouts: { create: "1500ms" } }));
    expect(state.unfinished).toEqual({ uncertain: ["prisma_access"] });
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("time after time is sent three times at most", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: "reset-before", times: "always" });
    const { state } = await create(account.host(), forTenant("tenant-a"));
    expect(state.unfinished).toEqual({ uncertain: ["prisma_access"] });
    expect(account.simulator.ledger.posts()).toHaveLength(3);
  });

  test("is not sent again when its instance takes nearly as long to appear as it may", async () => {
    account = await startAccount({ appearAfterMs: 1_900, provisionMs: 2_500 });
    account.simulator.fault({ on: "post", kind: "reset-after" });
    await create(account.host(), forTenant("tenant-a"));
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("does not take the instance of somebody else who made one meanwhile in another tenant", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: "reset-before" });
    account.simulator.on(({ kind, request }) => {
      if (kind === "fault" && request === "post")
        account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-b" });
    });
    const { state } = await create(account.host(), forTenant("tenant-a"));
    expect(state.instances).toMatchObject([{ tsgId: "1000000002" }]);
    expect(account.made()).toBe(1);
  });

  test("beside an equal one whose answer came gives each its own instance", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: "reset-after" });
    const inputs = forTenant("tenant-a", { allowAdditional: true });
    const outcomes = await Promise.all(["one", "two"].map((name) => create(account.host({ name }), inputs)));
    const ids = outcomes.map(({ state }) => state.instances[0]?.instanceId);
    expect(new Set(ids).size).toBe(2);
    expect(account.made()).toBe(2);
  });
});

describe("what is not sent", () => {
  test("is a POST while the list cannot be read before it", async () => {
    account = await startAccount();
    const host = account.host();
    const intent = await saveIntent(host, forTenant("tenant-a"));
    account.nextRun();
    account.simulator.clients.forbid("list");
    const error = await errorOf(create(account.host(), forTenant("tenant-a", { intent })));
    expect(error.message).toMatch(/Nothing was sent by this run/);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });
});
