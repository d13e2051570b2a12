import { childInstance } from "../../../../support/one-process";
import type {
  ChildInstanceInputs,
  ChildInstanceState,
} from "../../../../../provider/resources/child-instance/schema";
import type { Outcome } from "../../../../../provider/host/contract";
import {
  create,
  errorOf,
  forTenant,
  logging,
  prisma,
  refresh,
  update,
} from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

type Saved = Outcome<ChildInstanceState>;

/** A resource that an earlier run made. */
async function made(inputs: ChildInstanceInputs = forTenant("tenant-a")): Promise<Saved> {
  account = await startAccount();
  const saved = await create(account.host(), inputs);
  account.nextRun();
  return saved;
}

const idOf = (saved: Saved, at = 0): string => saved.state.instances[at]?.instanceId ?? "";

/** Takes an instance out of the list, for so many looks; for ever where not told. */
function hide(instanceId: string, looks: number | "always"): void {
  const shown = account.simulator.instances.filter((instance) => instance.instanceId !== instanceId);
  const body = shown.map(({ appId, instanceId: id, tsgId }) => ({
    app_id: appId,
    instance_id: id,
    tsg_id: tsgId,
    status: "running",
    provisioning_status: "complete",
  }));
  account.simulator.fault({ on: "list", kind: { status: 200, body }, times: looks });
}

describe("a refresh", () => {
  test("of what has not changed gives the same state", async () => {
    const saved = await made();
    expect(await refresh(account.host(), saved)).toEqual(saved.state);
  });

  test("brings what the API shows otherwise now", async () => {
    const saved = await made();
    account.simulator.patchInstance(idOf(saved), {
      status: "suspended",
      url: "https://moved.example.com",
      description: "by hand",
    });
    const state = await refresh(account.host(), saved);
    expect(state?.instances).toMatchObject([
      { status: "suspended", url: "https://moved.example.com", description: "by hand" },
    ]);
  });

  test("brings a secret that has changed", async () => {
    const saved = await made();
    account.simulator.patchInstance(idOf(saved), { auth_code: "AUTHCODE-NEW" });
    const state = await refresh(account.host(), saved);
    expect(state?.instanceSecrets?.[idOf(saved)]).toMatchObject({ authCode: "AUTHCODE-NEW" });
  });

  test("of many resources makes one list request", async () => {
    const saved = await made();
    const before = account.simulator.account().requests.list;
    await Promise.all(Array.from({ length: 50 }, () => refresh(account.host(), saved)));
    expect(account.simulator.account().requests.list - before).toBe(1);
  });

  test("keeps what one list lacks and the next one has", async () => {
    const saved = await made();
    hide(idOf(saved), 1);
    const host = account.host();
    const state = await refresh(host, saved);
    expect(state?.missing).toBeUndefined();
    expect(host.recorded.warnings).toEqual([]);
  });

  test("asks a second time once for all resources that the first list lacks", async () => {
    const saved = await made();
    account.simulator.removeInstance(idOf(saved));
    const before = account.simulator.account().requests.list;
    await Promise.all(Array.from({ length: 20 }, () => refresh(account.host(), saved)));
    expect(account.simulator.account().requests.list - before).toBe(2);
  });

  test("of an unfinished create that is done meanwhile finds it finished", async () => {
    account = await startAccount();
    account.simulator.fail({ how: "stuck" });
    const saved = await create(account.host(), forTenant("tenant-a", { timeouts: { create: "12s" } }));
    account.nextRun();
    account.simulator.finishInstance(idOf(saved));
    expect((await refresh(account.host(), saved))?.unfinished).toBeUndefined();
  });

  test("of an unfinished create that is not done leaves it unfinished", async () => {
    account = await startAccount();
    account.simulator.fail({ how: "stuck" });
    const saved = await create(account.host(), forTenant("tenant-a", { timeouts: { create: "12s" } }));
    account.nextRun();
    expect((await refresh(account.host(), saved))?.unfinished).toEqual({ awaited: ["prisma_access"] });
  });

  test("with a token for another parent is an error, not an empty list", async () => {
    const saved = await made();
    const other = account.host({}, { SCM_SCOPE: "tsg_id:1000000003" });
    const error = await errorOf(refresh(other, saved));
    expect(error.message).toMatch(
      /parent TSG 1000000003 .*belongs to parent TSG 1000000001.*tsg_id:1000000001/,
    );
  });

  test("from another host than the one that made it takes nothing for missing", async () => {
    const saved = await made();
    const elsewhere = { ...saved, state: { ...saved.state, host: "https://api.example.com" } };
    account.simulator.removeInstance(idOf(saved));
    const host = account.host();
    const state = await refresh(host, elsewhere);
    expect(state?.missing).toBeUndefined();
    expect(state?.instances).toEqual(saved.state.instances);
    expect(host.recorded.warnings).toEqual([expect.stringMatching(/is not the one that made this/)]);
  });

  test("fails where the list cannot be read, and takes nothing for missing", async () => {
    const saved = await made();
    account.simulator.clients.forbid("list");
    await expect(refresh(account.host(), saved)).rejects.toThrow(/403/);
  });
});

describe("an instance that is no longer listed", () => {
  test("stays in the state as missing, with a warning", async () => {
    const saved = await made();
    account.simulator.removeInstance(idOf(saved));
    const host = account.host();
    const state = await refresh(host, saved);
    expect(state).toMatchObject({ instances: saved.state.instances, missing: [idOf(saved)] });
    expect(host.recorded.warnings).toEqual([
      expect.stringMatching(/^child: no longer listed: .*nothing is allocated for it/),
    ]);
  });

  test("is not allocated again by an update", async () => {
    const inputs = forTenant("tenant-a");
    const saved = await made(inputs);
    account.simulator.removeInstance(idOf(saved));
    const state = (await refresh(account.host(), saved)) ?? saved.state;
    const news = { ...inputs, changePolicy: "record" } as const;
    const after = await update(account.host(), { ...saved, state }, inputs, news);
    expect(after.state.missing).toEqual([idOf(saved)]);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("is missing no more once it is listed again", async () => {
    const saved = await made();
    const state = { ...saved.state, missing: [idOf(saved)] };
    expect((await refresh(account.host(), { ...saved, state }))?.missing).toBeUndefined();
  });

  test("is forgotten where the policy says so", async () => {
    const saved = await made(forTenant("tenant-a", { missingPolicy: "forget" }));
    account.simulator.removeInstance(idOf(saved));
    expect(await refresh(account.host(), saved)).toBeUndefined();
  });

  test("is kept where the list is empty and tenants cannot be seen any more, whatever the policy", async () => {
    const saved = await made(forTenant("tenant-a", { missingPolicy: "forget" }));
    account.simulator.fault({ on: "list", kind: { status: 200, body: [] }, times: "always" });
    account.simulator.fault({ on: "tenants", kind: { status: 403 }, times: "always" });
    const host = account.host();
    expect((await refresh(host, saved))?.missing).toEqual([idOf(saved)]);
    expect(host.recorded.warnings.join()).toMatch(/a role that was taken.*nothing is forgotten/);
  });

  test("is forgotten alone where others of the same resource are listed", async () => {
    const saved = await made({ onboard: [prisma("tenant-a"), logging], missingPolicy: "forget" });
    account.simulator.removeInstance(idOf(saved, 1));
    const state = await refresh(account.host(), saved);
    expect(state?.instances.map(({ appId }) => appId)).toEqual(["prisma_access"]);
    expect(Object.keys(state?.instanceSecrets ?? {})).toEqual([idOf(saved)]);
  });
});

describe("delete", () => {
  const remove = (saved: Saved, host = account.host()): Promise<void> =>
    childInstance.delete(host, saved.id, saved.state);

  test("fails before anything is done, says what would stay and what to set", async () => {
    const saved = await made();
    const error = await errorOf(remove(saved));
    expect(error.message).toMatch(
      /nothing was done.*100 x GBL-SKU .*license 123456789.*deletionPolicy: "abandon"/,
    );
  });

  test("warns of app, tenant, license and units that stay allocated, where it may abandon them", async () => {
    const saved = await made(forTenant("tenant-a", { deletionPolicy: "abandon" }));
    const host = account.host();
    await remove(saved, host);
    expect(host.recorded.warnings).toEqual([
      expect.stringMatching(
        /abandoned.*prisma_access for tenant tenant-a.*100 x GBL-SKU .*license 123456789/,
      ),
    ]);
  });

  test("can be repeated", async () => {
    const saved = await made(forTenant("tenant-a", { deletionPolicy: "abandon" }));
    await remove(saved);
    await expect(remove(saved)).resolves.toBeUndefined();
  });

  test("asks the API nothing", async () => {
    const saved = await made(forTenant("tenant-a", { deletionPolicy: "abandon" }));
    const before = account.simulator.ledger.of("request").length;
    await remove(saved);
    expect(account.simulator.ledger.of("request")).toHaveLength(before);
  });
});

describe("the saved state", () => {
  test("has a version", async () => {
    expect((await made()).state.version).toBe(1);
  });

  test("holds no credential, no token and nothing of the intent", async () => {
    expect(JSON.stringify((await made()).state)).not.toMatch(/simulated-secret|TOKEN-CANARY|"before"/);
  });

  test("of another version is an error, not a guess", async () => {
    const saved = await made();
    const state = { ...saved.state, version: 2 } as unknown as ChildInstanceState;
    await expect(refresh(account.host(), { ...saved, state })).rejects.toThrow(/version/);
  });
});
