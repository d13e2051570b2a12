import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import { check, create, forTenant, freeApp, logging, prisma } from "../../../../support/child-instance";
import {
  type TestAccount,
  type TestHostOptions,
  UNKNOWN,
  settingsFrom,
  startAccount,
} from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

interface Preview {
  problems: string[];
  infos: string[];
  warnings: string[];
}

/** What a preview says of a new resource. */
async function preview(
  inputs: unknown,
  options: TestHostOptions = {},
  env: Record<string, string> = {},
): Promise<Preview> {
  const host = account.host({ preview: true, ...options }, env);
  const { problems } = await check(host, inputs);
  return {
    ...host.recorded,
    problems: problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)),
  };
}

const nothingSent = (): void => {
  expect(account.simulator.ledger.posts()).toEqual([]);
};

describe("a preview", () => {
  test("says once which parent TSG is addressed, and where the credentials come from", async () => {
    account = await startAccount();
    const first = await preview(forTenant("tenant-a"), { name: "one" });
    const second = await preview(forTenant("tenant-b"), { name: "two" });
    expect(first.infos[0]).toMatch(/^Parent TSG 1000000001 at http.*; credentials from the environment/);
    expect(second.infos.join()).not.toMatch(/credentials from/);
  });

  test("shows an approver tenant, app, units, license and what remains, before and after", async () => {
    account = await startAccount();
    const { infos } = await preview(forTenant("tenant-a"));
    expect(infos.at(-1)).toMatch(
      /Will allocate prisma_access in americas for tenant tenant-a .*100 x GBL-SKU \(prisma_access_edition\) of license 123456789: 10000 remain before, 9900 after\. It cannot be released/,
    );
  });

  test("shows what remains with the other new resources counted", async () => {
    account = await startAccount();
    await preview(forTenant("tenant-a"), { name: "one" });
    const { infos } = await preview(forTenant("tenant-b"), { name: "two" });
    expect(infos.at(-1)).toMatch(/9900 remain before, 9800 after/);
  });

  test("sends nothing that changes anything", async () => {
    account = await startAccount();
    await preview(forTenant("tenant-a"));
    nothingSent();
  });

  test("asks for lists and licenses once, for any number of resources", async () => {
    account = await startAccount({ tenants: 10 });
    const tenants = account.simulator.tenants.all().slice(1);
    await Promise.all(tenants.map(({ name }) => preview(forTenant(name), { name })));
    expect(account.simulator.account().requests).toEqual({
      token: 1,
      tenants: 1,
      list: 1,
      licenses: 1,
      post: 0,
    });
  });

  test("says that it checks later what is not known yet", async () => {
    account = await startAccount();
    const { problems, infos } = await preview({ onboard: [{ ...prisma("tenant-a"), tsgName: UNKNOWN }] });
    expect(problems).toEqual([]);
    expect(infos.join()).toMatch(/not known yet/);
  });

  test("goes on, with a warning, where the API cannot be reached", async () => {
    account = await startAccount();
    const { problems, warnings } = await preview(
      forTenant("tenant-a"),
      {},
      { SCM_AUTH_URL: "http://127.0.0.1:9/token" },
    );
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^The API could not be asked in this preview/)]);
  });

  test("fails where credentials are refused, and does not show them", async () => {
    account = await startAccount();
    const { problems } = await preview(forTenant("tenant-a"), {}, { SCM_CLIENT_SECRET: "wr0ng-s3cret" });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain("wr0ng-s3cret");
  });

  test("fails where settings are missing", async () => {
    account = await startAccount();
    const { problems } = await preview(forTenant("tenant-a"), { settings: settingsFrom({}) });
    expect(problems).toEqual([expect.stringMatching(/^No credentials/)]);
  });
});

describe("a preview of licenses", () => {
  test("refuses one that does not exist, and names those that do", async () => {
    account = await startAccount();
    const { problems } = await preview({ onboard: [{ ...prisma("tenant-a"), licenseId: "999" }] });
    expect(problems).toEqual([
      expect.stringMatching(/^onboard\[0\]\.licenseId: no such license .*123456789, 123456790/),
    ]);
  });

  test("refuses one without that app or type, and names what it has", async () => {
    account = await startAccount();
    const allocation = [{ appId: "prisma_access_edition", licenseType: "OTHER", allocationSize: 1 }];
    const { problems } = await preview({ onboard: [{ ...prisma("tenant-a"), allocation }] });
    expect(problems).toEqual([
      expect.stringMatching(
        /^onboard\[0\]\.allocation\[0\]: license 123456789 has no OTHER .*it has: prisma_access_edition GBL-SKU/,
      ),
    ]);
  });

  test("refuses more units than remain, naming the numbers", async () => {
    account = await startAccount();
    const { problems } = await preview({ onboard: [prisma("tenant-a", 10_001)] });
    expect(problems).toEqual([
      expect.stringMatching(
        /^onboard\[0\]\.allocation\[0\]\.allocationSize: .*has 10000 of GBL-SKU .*10001 are asked for here/,
      ),
    ]);
  });

  test("allows all that remain", async () => {
    account = await startAccount();
    expect((await preview({ onboard: [prisma("tenant-a", 10_000)] })).problems).toEqual([]);
  });

  test("counts the new resources of the same preview together", async () => {
    account = await startAccount();
    await preview({ onboard: [prisma("tenant-a", 6_000)] }, { name: "one" });
    const { problems } = await preview({ onboard: [prisma("tenant-b", 6_000)] }, { name: "two" });
    expect(problems).toEqual([
      expect.stringMatching(/6000 are asked for here and 6000 by other new ChildInstances: 12000 together/),
    ]);
  });

  test("does not count a resource that is checked twice against itself", async () => {
    account = await startAccount();
    await preview({ onboard: [prisma("tenant-a", 6_000)] }, { name: "one" });
    expect((await preview({ onboard: [prisma("tenant-a", 6_000)] }, { name: "one" })).problems).toEqual([]);
  });

  test("does not count resources that exist", async () => {
    account = await startAccount();
    const host = account.host({ preview: true, name: "one" });
    const olds = (await check(account.host(), { onboard: [prisma("tenant-a", 6_000)] }))
      .inputs as ChildInstanceInputs;
    await check(host, { onboard: [prisma("tenant-a", 6_000)] }, olds);
    expect((await preview({ onboard: [prisma("tenant-b", 6_000)] }, { name: "two" })).problems).toEqual([]);
  });

  test("counts the items that are added to a resource that exists", async () => {
    account = await startAccount();
    const olds = (await check(account.host(), forTenant("tenant-a"))).inputs as ChildInstanceInputs;
    const allocation = [{ appId: "logging_service", licenseType: "LGS-SKU", allocationSize: 10_001 }];
    const host = account.host({ preview: true });
    const { problems } = await check(
      host,
      { onboard: [prisma("tenant-a"), { ...logging, allocation }] },
      olds,
    );
    expect(problems).toMatchObject([{ path: "onboard[1].allocation[0].allocationSize" }]);
  });

  test("only warns where the setting says so", async () => {
    account = await startAccount();
    const { problems, warnings } = await preview(
      { onboard: [prisma("tenant-a", 10_001)] },
      {},
      { PROVISOR_CAPACITY_CHECK: "warn" },
    );
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/10001 are asked for/)]);
  });

  test("does not even ask where the setting is off", async () => {
    account = await startAccount();
    await preview({ onboard: [prisma("tenant-a", 10_001)] }, {}, { PROVISOR_CAPACITY_CHECK: "off" });
    expect(account.simulator.account().requests.licenses).toBe(0);
  });

  test("goes on, with a warning, where licenses may not be read", async () => {
    account = await startAccount();
    account.simulator.clients.forbid("licenses");
    const { problems, warnings } = await preview(forTenant("tenant-a"));
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^Licenses cannot be listed/)]);
  });
});

describe("capacity in the run itself", () => {
  test("is checked again before the POST", async () => {
    account = await startAccount();
    await expect(create(account.host(), { onboard: [prisma("tenant-a", 10_001)] })).rejects.toThrow(
      /Nothing was sent/,
    );
    nothingSent();
  });

  test("raises no false alarm while units fall by the run's own POSTs", async () => {
    account = await startAccount({ delayMs: 20 });
    const tenants = ["tenant-a", "tenant-b"];
    await Promise.all(
      tenants.map((name) => create(account.host({ name }), { onboard: [prisma(name, 5_000)] })),
    );
    expect(account.simulator.account().unitsAllocated).toMatchObject([{ units: 10_000 }]);
  });
});

describe("a preview of a tenant", () => {
  test.each([
    [
      "a name that is nobody's",
      { tsgName: "tenant-z" },
      /^onboard\[0\]\.tsgName: is not the name of a tenant/,
    ],
    [
      "an id that is nobody's",
      { tsgName: undefined, tsgId: "1999999999" },
      /^onboard\[0\]\.tsgId: is not the id of a tenant/,
    ],
  ])("refuses %s", async (_, fields, problem) => {
    account = await startAccount();
    const { tsgName: _name, ...rest } = prisma("");
    const item = Object.fromEntries(
      Object.entries({ ...rest, ...fields }).filter(([, value]) => value !== undefined),
    );
    expect((await preview({ onboard: [item] })).problems).toEqual([expect.stringMatching(problem)]);
  });

  test("that has the app already refuses, and prints the line that would adopt it", async () => {
    account = await startAccount();
    const { instanceId } = account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-a" });
    const { problems } = await preview(forTenant("tenant-a"));
    expect(problems).toEqual([expect.stringContaining(`adopt: ["${instanceId}"]`)]);
    expect(problems.join()).toContain("allowAdditional: true");
  });

  test("that has the app already allows one more where that is said", async () => {
    account = await startAccount();
    account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-a" });
    expect((await preview(forTenant("tenant-a", { allowAdditional: true }))).problems).toEqual([]);
  });

  test("refuses a second new resource for the same app", async () => {
    account = await startAccount();
    await preview(forTenant("tenant-a"), { name: "one" });
    const { problems } = await preview(forTenant("tenant-a"), { name: "two" });
    expect(problems).toEqual([
      expect.stringMatching(/another new resource of this preview allocates the same app/),
    ]);
  });

  test("does not mistake a grandchild's instance for the child's", async () => {
    account = await startAccount({
      tenants: [
        { name: "child", id: "1000000002" },
        { name: "grandchild", parentId: "1000000002" },
      ],
    });
    account.simulator.addInstance({ appId: "prisma_access", tsg: "grandchild" });
    expect((await preview(forTenant("child"))).problems).toEqual([]);
  });
});

describe("a replacement that no change of inputs asks for", () => {
  const own = { instances: [{ appId: "prisma_access", instanceId: "i1" }] };

  test.each([true, false])("is refused before a second allocation (preview: %s)", async (isPreview) => {
    account = await startAccount();
    const { problems } = await preview(forTenant("tenant-a"), { preview: isPreview, saved: { own } });
    expect(problems).toEqual([
      expect.stringMatching(
        /--replace, or a tainted state.*second time: i1 \(prisma_access\).*Nothing was sent/,
      ),
    ]);
  });

  test("is refused with the option that may have asked for it, and the way back", async () => {
    account = await startAccount();
    const replacers = ["replacementTrigger", "replaceWith"];
    const { problems } = await preview(forTenant("tenant-a"), { saved: { own }, replacers });
    expect(problems).toEqual([
      expect.stringMatching(
        /asked for \(the option replacementTrigger, the option replaceWith, --replace, or a tainted state\).*Nothing was sent\. Leave out --replace,.*or take out the option replacementTrigger or replaceWith, or what changed in it/,
      ),
    ]);
  });

  test("is refused where only a job is known", async () => {
    account = await startAccount();
    const saved = { own: { instances: [], jobId: "job-1", unfinished: { awaited: ["prisma_access"] } } };
    const { problems } = await preview(forTenant("tenant-a"), { saved });
    expect(problems).toEqual([
      expect.stringMatching(/job job-1 may still be under way.*would allocate a second time/),
    ]);
  });

  test("is allowed where all that it held is missing", async () => {
    account = await startAccount();
    const { problems } = await preview(forTenant("tenant-a"), {
      saved: { own: { ...own, missing: ["i1"] } },
    });
    expect(problems).toEqual([]);
  });
});

test("a free app is shown as one that takes no units", async () => {
  account = await startAccount();
  const { infos } = await preview({ freeApp });
  expect(infos.at(-1)).toMatch(
    /Will allocate directory_sync in americas for parent TSG 1000000001: .*takes no units/,
  );
});

test("outside of a preview check asks the API nothing", async () => {
  account = await startAccount();
  await check(account.host(), forTenant("tenant-a"));
  expect(account.simulator.ledger.events).toEqual([]);
});
