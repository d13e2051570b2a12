import { openAccount } from "../../../../../provider/resources/subscription/account";
import { type ResolvedTenant, resolveTenant } from "../../../../../provider/resources/subscription/tenants";
import { type TestAccount, type TestHost, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

const resolve = (
  host: TestHost,
  ref: Parameters<typeof resolveTenant>[1],
  told: string[] = [],
): Promise<ResolvedTenant> =>
  resolveTenant(openAccount(host.session, host.settings, undefined), ref, (why) => told.push(why));

describe("a tenant", () => {
  test("that nobody names is the parent", async () => {
    account = await startAccount();
    expect(await resolve(account.host(), {})).toEqual({ name: undefined, tsgId: "1000000001" });
  });

  test.each([{ tsgName: "tenant-b" }, { tsgId: "1000000003" }])(
    "named by %j has a name and an id",
    async (ref) => {
      account = await startAccount();
      expect(await resolve(account.host(), ref)).toMatchObject({ name: "tenant-b", tsgId: "1000000003" });
    },
  );

  test("is found below another one", async () => {
    account = await startAccount({
      tenants: [
        { name: "child", id: "1000000002" },
        { name: "deep", parentId: "1000000002" },
      ],
    });
    expect(await resolve(account.host(), { tsgName: "deep" })).toMatchObject({ name: "deep" });
  });

  test("is found that was made after the list was read", async () => {
    account = await startAccount();
    await resolve(account.host(), { tsgName: "tenant-a" });
    account.simulator.tenants.add({ name: "new", id: "1000000500" });
    expect(await resolve(account.host(), { tsgName: "new" })).toMatchObject({
      name: "new",
      tsgId: "1000000500",
    });
  });

  test("by an id whose name another one has too is refused", async () => {
    account = await startAccount({ tenants: [{ name: "twin", id: "1000000002" }, { name: "twin" }] });
    await expect(resolve(account.host(), { tsgId: "1000000002" })).rejects.toThrow(
      /names 2 tenants of the same name/,
    );
  });

  test("is named exactly: case and blanks count", async () => {
    account = await startAccount();
    await expect(resolve(account.host(), { tsgName: "Tenant-A" })).rejects.toThrow(
      /is not the name of a tenant/,
    );
  });

  test("by its name is taken as it is where tenants cannot be listed, which is said", async () => {
    account = await startAccount();
    account.simulator.clients.forbid("tenants");
    const told: string[] = [];
    expect(await resolve(account.host(), { tsgName: "x" }, told)).toEqual({ name: "x", tsgId: undefined });
    expect(told).toHaveLength(1);
  });

  test("by its id is refused where tenants cannot be listed", async () => {
    account = await startAccount();
    account.simulator.clients.forbid("tenants");
    await expect(resolve(account.host(), { tsgId: "1000000002" })).rejects.toThrow(
      /cannot be read; use .*tsgName/,
    );
  });
});

describe("an account", () => {
  test("is one for the same settings, with one token for all", async () => {
    account = await startAccount();
    const { session, settings } = account.host();
    const [a, b] = [
      openAccount(session, settings, undefined),
      openAccount(session, account.host().settings, undefined),
    ];
    expect(a).toBe(b);
  });

  test("is another one for other settings", async () => {
    account = await startAccount();
    const { session, settings } = account.host();
    const other = account.host({}, { SCM_SCOPE: "tsg_id:1000000002" });
    expect(openAccount(session, settings, undefined)).not.toBe(
      openAccount(session, other.settings, undefined),
    );
  });
});
