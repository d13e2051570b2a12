import { type TestAccount, startAccount } from "../../../../support/host";
import { create, errorOf, forTenant, freeApp, logging, prisma } from "../../../../support/child-instance";

let account: TestAccount;
afterEach(() => account.stop());

describe("create", () => {
  test("returns when the instance is done", async () => {
    account = await startAccount();
    const { state, unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(unfinished).toBeUndefined();
    expect(state.instances).toMatchObject([
      { appId: "prisma_access", provisioningStatus: "complete", status: "running" },
    ]);
  });

  test("sends one POST and allocates the units once", async () => {
    account = await startAccount();
    await create(account.host(), forTenant("tenant-a"));
    expect(account.simulator.account()).toMatchObject({
      requests: { post: 1, token: 1 },
      instancesCreated: 1,
      unitsAllocated: [{ licenseId: "123456789", units: 100 }],
    });
  });

  test("has an id that says parent, tenant and app", async () => {
    account = await startAccount();
    const { id } = await create(account.host(), forTenant("tenant-a"));
    expect(id).toBe("1000000001/tenant-a/prisma_access");
  });

  test("keeps the inputs, the job and the parent TSG", async () => {
    account = await startAccount();
    const { state } = await create(account.host(), forTenant("tenant-a"));
    expect(state).toMatchObject({
      onboard: [prisma("tenant-a")],
      parentTsgId: "1000000001",
      jobId: account.simulator.instances[0]?.jobId,
      deletionPolicy: "prevent",
    });
  });

  test("keeps the secrets of instances apart from the instances", async () => {
    account = await startAccount();
    const { state } = await create(account.host(), forTenant("tenant-a"));
    const [made] = account.simulator.instances;
    expect(JSON.stringify(state.instances)).not.toContain("CANARY");
    expect(state.instanceSecrets).toMatchObject({
      [made?.instanceId ?? ""]: {
        authCode: made?.authCode,
        extra: { wildfire_api_key: made?.wildfireApiKey },
      },
    });
  });

  test("says nothing that holds a credential, a token or a secret of an instance", async () => {
    account = await startAccount();
    const host = account.host();
    await create(host, forTenant("tenant-a"));
    expect(JSON.stringify(host.recorded)).not.toMatch(/CANARY|simulated-secret/);
  });

  test("of a free app is for the parent TSG and tells what the answer told", async () => {
    account = await startAccount();
    const { id, state } = await create(account.host(), { freeApp });
    const [made] = account.simulator.instances;
    expect(id).toBe("1000000001/1000000001/directory_sync");
    expect(state).toMatchObject({
      tenantId: made?.tenantId,
      tenantInstanceName: made?.tenantInstanceName,
      instances: [{ instanceId: made?.instanceId, tsgId: "1000000001" }],
    });
  });

  test("sends ids and sizes as strings, whatever the inputs have", async () => {
    account = await startAccount({
      licenses: [
        {
          licenseId: "77",
          appId: "prisma_access",
          licenses: [{ appId: "prisma_access_edition", licenseType: "GBL-SKU", purchasedSize: 500 }],
        },
      ],
    });
    await create(account.host(), { onboard: [{ ...prisma("tenant-a", 500), licenseId: 77 }] });
    expect(account.simulator.account().unitsAllocated).toEqual([
      { licenseId: "77", licenseType: "GBL-SKU", units: 500 },
    ]);
  });

  test("resolves a tenant's id to its name", async () => {
    account = await startAccount();
    const { tsgName: _name, ...item } = prisma("");
    const { state } = await create(account.host(), { onboard: [{ ...item, tsgId: "1000000003" }] });
    expect(state.instances).toMatchObject([{ tsgId: "1000000003" }]);
  });

  test("shows what it waits for while it waits", async () => {
    // Long enough to be seen on a busy machine, where the fast clock runs ahead.
    account = await startAccount({ appearAfterMs: 20_000, provisionMs: 40_000 });
    const host = account.host({}, { PROVISOR_APPEAR_TIMEOUT: "60s" });
    await create(host, forTenant("tenant-a"));
    expect(host.recorded.progress).toEqual(
      expect.arrayContaining([
        "tenant tenant-a, prisma_access: not listed yet",
        "tenant tenant-a, prisma_access: in_progress, Provisioning is in progress",
      ]),
    );
  });

  test("of many at once shares the looks at the list", async () => {
    account = await startAccount({ tenants: 20 });
    const tenants = account.simulator.tenants.all().slice(1);
    await Promise.all(tenants.map(({ name }) => create(account.host({ name }), forTenant(name))));
    const { post, list, token } = account.simulator.account().requests;
    expect({ post, token }).toEqual({ post: 20, token: 1 });
    // A hundred milliseconds a look, a second's job, and one before: with twenty of each it would be hundreds.
    expect(list).toBeLessThan(40);
  });

  test("stops with nothing allocated when the API refuses the POST", async () => {
    account = await startAccount();
    const body = {
      application_code: "SUB_SERVICE_1004",
      application_error: "license_not_found_in_db",
      message: "no",
    };
    account.simulator.fault({ on: "post", kind: { status: 400, body } });
    const error = await errorOf(create(account.host(), forTenant("tenant-a")));
    expect(error.name).toBe("StopError");
    expect(error.message).toMatch(/license_not_found_in_db|SUB_SERVICE_1004/);
    expect(account.made()).toBe(0);
  });

  test("stops before the POST when the engine is gone", async () => {
    account = await startAccount();
    const host = account.host();
    Object.assign(host.session, { assertEngineAlive: () => Promise.reject(new Error("the engine is gone")) });
    const error = await errorOf(create(host, forTenant("tenant-a")));
    expect(error.message).toBe("the engine is gone");
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("waits as long as a 429 asks before it sends the POST again", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: { status: 429, headers: { "retry-after": "3" } } });
    await create(account.host(), forTenant("tenant-a"));
    const [first, second] = account.simulator.ledger.posts();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
    expect(account.made()).toBe(1);
  });

  test("renews a token that expired before the POST, and allocates once", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: "expired-token" });
    await create(account.host(), forTenant("tenant-a"));
    expect(account.made()).toBe(1);
  });

  test("survives looks that fail", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "list", kind: { status: 503 }, skip: 2, times: 3 });
    const { unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(unfinished).toBeUndefined();
  });
});

describe("create of a bundle", () => {
  const bundle = (tenant: string): { onboard: ReturnType<typeof prisma>[] } => ({
    onboard: [prisma(tenant), logging],
  });

  test.each(["bundle", "parent"] as const)(
    "waits for every item, where one without a tenant appears with the %s",
    async (itemsWithoutTenant) => {
      account = await startAccount({ itemsWithoutTenant });
      const { state } = await create(account.host(), bundle("tenant-a"));
      expect(state.instances.map(({ appId, status }) => [appId, status])).toEqual([
        ["prisma_access", "running"],
        ["logging_service", "running"],
      ]);
      expect(account.simulator.ledger.posts()).toHaveLength(1);
    },
  );

  test("is finished when its slowest item is", async () => {
    account = await startAccount({ provisionMs: { prisma_access: 500, logging_service: 2_000 } });
    const { unfinished } = await create(account.host(), bundle("tenant-a"));
    expect(unfinished).toBeUndefined();
  });

  test("neither makes nor waits for an item that refers to an existing instance", async () => {
    account = await startAccount({ instances: [{ appId: "directory_sync", tenantId: "987654321" }] });
    const { state } = await create(account.host(), {
      onboard: [prisma("tenant-a"), { appId: "directory_sync", tenantId: "987654321" }],
    });
    expect(state.instances.map(({ appId }) => appId)).toEqual(["prisma_access"]);
  });

  test("of two tenants at once gives each its own", async () => {
    account = await startAccount();
    const tenants = ["tenant-a", "tenant-b"];
    const outcomes = await Promise.all(tenants.map((name) => create(account.host({ name }), bundle(name))));
    const ids = outcomes.flatMap(({ state }) => state.instances.map(({ instanceId }) => instanceId));
    expect(new Set(ids).size).toBe(4);
  });

  test("gives each tenant the item under the parent that is tied to its own", async () => {
    account = await startAccount({ itemsWithoutTenant: "parent" });
    const tenants = ["tenant-a", "tenant-b"];
    const outcomes = await Promise.all(tenants.map((name) => create(account.host({ name }), bundle(name))));
    for (const { state } of outcomes) {
      const [prismaInstance, loggingInstance] = state.instances;
      expect(loggingInstance?.associations).toMatchObject([{ instanceId: prismaInstance?.instanceId }]);
    }
  });
});

describe("a tenant", () => {
  test("of whose name there are two is refused before anything is sent", async () => {
    account = await startAccount({ tenants: [{ name: "twin" }, { name: "twin" }] });
    const error = await errorOf(create(account.host(), forTenant("twin")));
    expect(error.message).toMatch(/tsgName names 2 tenants of the same name.*1000000002.*1000000003/);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("that does not exist is refused before anything is sent", async () => {
    account = await startAccount();
    const error = await errorOf(create(account.host(), forTenant("tenant-z")));
    expect(error.message).toMatch(/tsgName is not the name of a tenant/);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("is taken by its name where tenants cannot be listed", async () => {
    account = await startAccount();
    account.simulator.clients.forbid("tenants");
    const host = account.host();
    const { state } = await create(host, forTenant("tenant-a"));
    expect(state.instances).toHaveLength(1);
    expect(host.recorded.warnings).toEqual([expect.stringMatching(/^Tenants cannot be listed/)]);
  });
});

describe("a provisioning that goes wrong", () => {
  test.each([
    ["fails at once", { how: "at-once", message: "no capacity" }, /failed: failed, error, no capacity/],
    ["fails late", { how: "late", message: "no capacity" }, /failed: failed, error, no capacity/],
    ["disappears", { how: "disappears" }, /was listed and is not listed any more/],
  ] as const)("where it %s keeps what is known", async (_, failure, words) => {
    account = await startAccount();
    account.simulator.fail(failure);
    const { state, unfinished } = await create(account.host(), forTenant("tenant-a"));
    const [made] = account.simulator.instances;
    expect(unfinished?.join()).toMatch(words);
    expect(state).toMatchObject({ jobId: made?.jobId, instances: [{ instanceId: made?.instanceId }] });
  });

  test.each(["never-appears", "stuck", "unknown-status"] as const)(
    "where it is %s ends at the deadline and says what is allocated",
    async (how) => {
      account = await startAccount();
      account.simulator.fail({ how });
      const { state, unfinished } = await create(
        account.host(),
        forTenant("tenant-a", { timeouts: { create: "12s" } }),
      );
      expect(unfinished?.join()).toMatch(
        /not finished within its time-out of 12s \(customTimeouts\).*Allocated: .*100 x GBL-SKU.*job/,
      );
      expect(state.unfinished).toEqual({ awaited: ["prisma_access"] });
    },
  );

  test("where a status is unknown for five minutes names the setting that would make it final", async () => {
    account = await startAccount();
    account.simulator.fail({ how: "unknown-status" });
    const host = account.host();
    const hint = /"awaiting_capacity" is not known .* provisor:doneStatuses or provisor:failedStatuses/;
    const shown = (what: RegExp): boolean => host.recorded.progress.some((text) => what.test(text));
    let skipped = false;
    account.simulator.on(({ kind }) => {
      if (kind !== "request" || !shown(/awaiting_capacity/)) return;
      if (!skipped) account.clock.skip(5 * 60_000);
      skipped = true;
      const [instance] = account.simulator.instances;
      if (instance && shown(hint)) account.simulator.finishInstance(instance.instanceId);
    });
    await create(host, forTenant("tenant-a"));
    expect(shown(hint)).toBe(true);
  });

  test("is none where a setting says that the unknown status means done", async () => {
    account = await startAccount();
    account.simulator.fail({ how: "unknown-status" });
    const host = account.host({}, { PROVISOR_DONE_STATUSES: "awaiting_capacity, warming_up" });
    expect((await create(host, forTenant("tenant-a"))).unfinished).toBeUndefined();
  });
});
