import { anotherChild } from "../../../../support/exposed";
import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import { check, create, errorOf, forTenant, logging, prisma } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

const existing = { appId: "prisma_access", tsg: "tenant-a", instanceId: "existing-1" };
const adopting = (adopt: ChildInstanceInputs["adopt"], tenant = "tenant-a"): ChildInstanceInputs =>
  forTenant(tenant, { adopt });

describe("adopting", () => {
  test.each<[string, ChildInstanceInputs["adopt"]]>([
    ["by its id", ["existing-1"]],
    ["as the one that fits", "existing"],
  ])("takes an instance over %s, and sends no POST", async (_, adopt) => {
    account = await startAccount({ instances: [existing] });
    const { state } = await create(account.host(), adopting(adopt));
    expect(state.instances).toMatchObject([{ instanceId: "existing-1" }]);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("says what was verified and what is taken on trust", async () => {
    account = await startAccount({ instances: [existing] });
    const host = account.host();
    await create(host, adopting("existing"));
    expect(host.recorded.warnings).toEqual([
      expect.stringMatching(
        /^Adopted existing-1.*\(app, tenant, region\) agrees.*license and units .*on trust/,
      ),
    ]);
  });

  test("waits for an instance that is still provisioned", async () => {
    account = await startAccount({ appearAfterMs: 0, instances: [{ ...existing, state: "provisioning" }] });
    const { state } = await create(account.host(), adopting("existing"));
    expect(state.instances).toMatchObject([{ status: "running" }]);
  });

  test("is shown in preview", async () => {
    account = await startAccount({ instances: [existing] });
    const host = account.host({ preview: true });
    const { problems } = await check(host, adopting("existing"));
    expect(problems).toEqual([]);
    expect(host.recorded.infos.at(-1)).toMatch(/^Will adopt, without allocating/);
  });

  test("takes over every item of a bundle", async () => {
    account = await startAccount({
      instances: [existing, { appId: "logging_service", tsg: "tenant-a", instanceId: "existing-2" }],
    });
    const { state } = await create(account.host(), {
      onboard: [prisma("tenant-a"), logging],
      adopt: "existing",
    });
    expect(state.instances.map(({ instanceId }) => instanceId)).toEqual(["existing-1", "existing-2"]);
  });

  test("gives one instance to one resource only", async () => {
    account = await startAccount({ instances: [existing] });
    const results = await Promise.allSettled(
      ["one", "two"].map((name) => create(account.host({ name }), adopting("existing"))),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("adopting is refused, with nothing sent,", () => {
  test.each<[string, object, ChildInstanceInputs, RegExp]>([
    [
      "where there is no such instance",
      existing,
      adopting(["nobody"]),
      /there is no instance nobody under parent TSG 1000000001/,
    ],
    [
      "where it is of another app",
      { ...existing, appId: "dlp" },
      adopting(["existing-1"]),
      /is of app dlp, which the inputs do not have/,
    ],
    [
      "where it is in another region",
      { ...existing, region: "europe" },
      adopting(["existing-1"]),
      /is in region europe, not the one in the inputs/,
    ],
    [
      "where it is in another tenant",
      { ...existing, tsg: "tenant-b" },
      adopting(["existing-1"]),
      /is in TSG 1000000003, not that of the inputs/,
    ],
    [
      "where none fits",
      { ...existing, tsg: "tenant-b" },
      adopting("existing"),
      /no instance of prisma_access to adopt that fits/,
    ],
  ])("%s", async (_, instance, inputs, problem) => {
    account = await startAccount({ instances: [instance as typeof existing] });
    const error = await errorOf(create(account.host(), inputs));
    expect(error.message).toMatch(problem);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("where several fit, which it names", async () => {
    account = await startAccount({ instances: [existing, { ...existing, instanceId: "existing-2" }] });
    const error = await errorOf(create(account.host(), adopting("existing")));
    expect(error.message).toMatch(/several instances of prisma_access fit: existing-1 .*existing-2/);
  });

  test("where nothing tells what other resources hold, and it is not named", async () => {
    account = await startAccount({ instances: [existing] });
    const host = account.host({ saved: { others: "untold" } });
    const error = await errorOf(create(host, adopting("existing")));
    expect(error.message).toMatch(/nothing tells what other resources hold; name the instance ids/);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("where another resource of the stack holds it", async () => {
    account = await startAccount({ instances: [existing] });
    const host = account.host({ saved: { others: [anotherChild("existing-1")] } });
    const error = await errorOf(create(host, adopting(["existing-1"])));
    expect(error.message).toMatch(/belongs to another resource of this stack/);
  });

  test("already in preview", async () => {
    account = await startAccount();
    const { problems } = await check(account.host({ preview: true }), adopting(["nobody"]));
    expect(problems).toContainEqual({
      path: "adopt",
      message: expect.stringMatching(/no instance nobody/) as string,
    });
  });
});

describe("a tenant that has the app already", () => {
  test("keeps create from sending anything, and the error has the line that would adopt it", async () => {
    account = await startAccount({ instances: [existing] });
    const error = await errorOf(create(account.host(), forTenant("tenant-a")));
    expect(error.message).toMatch(/Nothing was sent.*allowAdditional: true.*adopt: \["existing-1"\]/);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("whose instance another resource holds is not offered for adoption", async () => {
    account = await startAccount({ instances: [existing] });
    const host = account.host({ saved: { others: [anotherChild("existing-1")] } });
    const error = await errorOf(create(host, forTenant("tenant-a")));
    expect(error.message).not.toContain("adopt: [");
    expect(error.message).toMatch(/existing-1 belongs to another resource of this stack/);
  });

  test("gets one more where that is allowed", async () => {
    account = await startAccount({ instances: [existing] });
    const { state } = await create(account.host(), forTenant("tenant-a", { allowAdditional: true }));
    expect(state.instances[0]?.instanceId).not.toBe("existing-1");
  });

  test("by a resource of the same run gets no second one", async () => {
    account = await startAccount();
    const results = await Promise.allSettled(
      ["one", "two"].map((name) => create(account.host({ name }), forTenant("tenant-a"))),
    );
    expect(results.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
    expect(account.made()).toBeLessThanOrEqual(1);
  });

  test("by a resource of the same run gets a second one where both allow it, each its own", async () => {
    account = await startAccount();
    const inputs = forTenant("tenant-a", { allowAdditional: true });
    const outcomes = await Promise.all(
      ["one", "two", "three"].map((name) => create(account.host({ name }), inputs)),
    );
    const ids = outcomes.map(({ state }) => state.instances[0]?.instanceId);
    expect(new Set(ids).size).toBe(3);
    expect(account.made()).toBe(3);
  });
});

describe("an instance that somebody else makes meanwhile", () => {
  test("in another tenant is not mistaken for one's own", async () => {
    account = await startAccount();
    account.simulator.on(({ kind, request }) => {
      if (kind === "effect" && request === "post")
        account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-b" });
    });
    const { state } = await create(account.host(), forTenant("tenant-a"));
    expect(state.instances).toMatchObject([{ tsgId: "1000000002" }]);
  });

  test("in the same tenant by another client is told by its creator, where the list shows this client as one", async () => {
    account = await startAccount({ instances: [{ appId: "dlp" }] });
    account.simulator.on(({ kind, request }) => {
      if (kind === "effect" && request === "post")
        account.simulator.addInstance({
          appId: "prisma_access",
          tsg: "tenant-a",
          createdBy: "somebody",
          instanceId: "theirs",
        });
    });
    const { state } = await create(account.host(), forTenant("tenant-a"));
    expect(state.instances[0]?.instanceId).not.toBe("theirs");
  });

  test("in the same tenant by the same client is an error that lists both, never a guess", async () => {
    account = await startAccount({ appearAfterMs: 0 });
    account.simulator.on(({ kind, request }) => {
      const twin = {
        appId: "prisma_access",
        tsg: "tenant-a",
        licenseId: "123456789",
        sku: "GBL-SKU",
        instanceId: "twin",
      };
      if (kind === "effect" && request === "post") account.simulator.addInstance(twin);
    });
    const { state, unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(unfinished?.join()).toMatch(/several new instances of prisma_access fit.*twin.*adopt: \[/);
    expect(state.instances).toEqual([]);
  });
});
