import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import { check, create, errorOf, forTenant, logging, prisma } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

const existing = { appId: "prisma_access", tsg: "tenant-a", instanceId: "existing-1" };
const adopting = (adopt: ChildInstanceInputs["adopt"]): ChildInstanceInputs =>
  forTenant("tenant-a", { adopt });

describe("adopting a part of a bundle by its id", () => {
  const bundle: ChildInstanceInputs = { onboard: [prisma("tenant-a"), logging], adopt: ["existing-1"] };

  test("allocates the rest by one POST", async () => {
    account = await startAccount({ instances: [existing] });
    const { state } = await create(account.host(), bundle);
    const [made] = account.simulator.instances.filter(({ appId }) => appId === "logging_service");
    expect(state.instances).toMatchObject([
      { instanceId: "existing-1" },
      { instanceId: made?.instanceId, tsgId: "1000000002" },
    ]);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
    expect(account.simulator.account().unitsAllocated).toMatchObject([{ licenseType: "LGS-SKU", units: 1 }]);
  });

  test("is shown in preview: what is adopted, and what is allocated", async () => {
    account = await startAccount({ instances: [existing] });
    const host = account.host({ preview: true });
    const { problems } = await check(host, bundle);
    expect(problems).toEqual([]);
    expect(host.recorded.infos.slice(-2)).toEqual([
      expect.stringMatching(/^Will adopt.*existing-1/),
      expect.stringMatching(/^Will allocate logging_service in americas for tenant tenant-a/),
    ]);
  });
});

describe("adopting where tenants cannot be listed", () => {
  const untold = async (): Promise<void> => {
    account = await startAccount({ instances: [existing] });
    account.simulator.clients.forbid("tenants");
  };

  test("is refused without ids, with nothing sent", async () => {
    await untold();
    const error = await errorOf(create(account.host(), adopting("existing")));
    expect(error.message).toMatch(/adopt: tenants cannot be listed.*name the instance ids/);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("is refused without ids already in preview", async () => {
    await untold();
    const { problems } = await check(account.host({ preview: true }), adopting("existing"));
    expect(problems).toEqual([
      { path: "adopt", message: expect.stringMatching(/tenants cannot be listed/) as string },
    ]);
  });

  test("takes what is named", async () => {
    await untold();
    const host = account.host();
    const { state } = await create(host, adopting(["existing-1"]));
    expect(state.instances).toMatchObject([{ instanceId: "existing-1" }]);
    expect(host.recorded.warnings.join()).toMatch(/What the list shows \(app, region\) agrees/);
  });
});

describe("a preview of two new resources that adopt", () => {
  test.each<[string, ChildInstanceInputs["adopt"]]>([
    ["by its id", ["existing-1"]],
    ["as the one that fits", "existing"],
  ])("gives the same instance, taken %s, to one of them only", async (_, adopt) => {
    account = await startAccount({ instances: [existing] });
    const problems = [];
    for (const name of ["one", "two"])
      problems.push((await check(account.host({ preview: true, name }), adopting(adopt))).problems);
    expect(problems).toEqual([[], [expect.objectContaining({ path: "adopt" })]]);
  });

  test("lets a resource that is checked twice keep what it adopts", async () => {
    account = await startAccount({ instances: [existing] });
    await check(account.host({ preview: true }), adopting(["existing-1"]));
    const { problems } = await check(account.host({ preview: true }), adopting(["existing-1"]));
    expect(problems).toEqual([]);
  });
});
