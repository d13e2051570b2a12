import { check, forTenant, prisma } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";
import { type LocalServer, reset, startServer } from "../../../../support/local-server";

let account: TestAccount;
afterEach(() => account.stop());

describe("a preview of a create that an earlier run may have begun", () => {
  const intent = { key: "key-1", before: { prisma_access: [] } };

  test("only warns of units that are lacking, which that run may have taken", async () => {
    account = await startAccount();
    const host = account.host({ preview: true });
    const { problems } = await check(host, { onboard: [prisma("tenant-a", 10_001)], intent });
    expect(problems).toEqual([]);
    expect(host.recorded.warnings).toEqual([
      expect.stringMatching(/^onboard\[0\]\.allocation\[0\]\.allocationSize: .*10001 are asked for here/),
    ]);
  });

  test.each<[string, Partial<ReturnType<typeof prisma>>, string]>([
    ["there is no such license", { licenseId: "999" }, "onboard[0].licenseId"],
    [
      "the license has no such type",
      { allocation: [{ appId: "prisma_access_edition", licenseType: "OTHER", allocationSize: 1 }] },
      "onboard[0].allocation[0]",
    ],
  ])("fails where %s", async (_, fields, path) => {
    account = await startAccount();
    const host = account.host({ preview: true });
    const { problems } = await check(host, { onboard: [{ ...prisma("tenant-a"), ...fields }], intent });
    expect(problems).toMatchObject([{ path }]);
  });
});

describe("a preview of several resources without an API", () => {
  let nobody: LocalServer;
  beforeEach(async () => {
    nobody = await startServer(reset);
  });
  afterEach(() => nobody.close());

  /** Previews one new resource; returns what it was warned of. */
  async function preview(name: string): Promise<string[]> {
    const host = account.host({ preview: true, name }, { SCM_AUTH_URL: `${nobody.url}/token` });
    const { problems } = await check(host, forTenant(name));
    expect(problems).toEqual([]);
    return host.recorded.warnings;
  }

  const warned = [expect.stringMatching(/^The API could not be asked in this preview/)];

  test("does not ask again for the second one, and warns once", async () => {
    account = await startAccount();
    expect(await preview("tenant-a")).toEqual(warned);
    const asked = nobody.received.length;
    expect(await preview("tenant-b")).toEqual([]);
    expect(await preview("tenant-c")).toEqual([]);
    expect(nobody.received).toHaveLength(asked);
  });

  test("asks once for those that are previewed together, and warns once", async () => {
    account = await startAccount();
    await preview("tenant-a");
    const asked = nobody.received.length;
    account.nextRun();
    const warnings = await Promise.all(["tenant-a", "tenant-b", "tenant-c"].map(preview));
    expect(warnings.flat()).toEqual(warned);
    expect(nobody.received).toHaveLength(2 * asked);
  });
});
