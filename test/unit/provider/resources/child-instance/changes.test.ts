import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import {
  changeProblems,
  changes,
  create,
  errorOf,
  forTenant,
  logging,
  madeBefore,
  prisma,
  update,
} from "../../../../support/child-instance";
import { type TestAccount, UNKNOWN, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

/** A resource that an earlier run made. */
async function made(inputs: ChildInstanceInputs): ReturnType<typeof madeBefore> {
  account = await startAccount();
  return madeBefore(account, inputs);
}

const problemsOf = (olds: ChildInstanceInputs, news: ChildInstanceInputs): Promise<string[]> =>
  changeProblems(account, olds, news);

const bigger = { onboard: [prisma("tenant-a", 200)] };

describe("the same inputs", () => {
  test("change nothing", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    expect(await changes(account.host(), saved, inputs)).toEqual({ changes: false, replaces: [] });
  });

  test("in another order change nothing", async () => {
    const { saved, inputs } = await made({ onboard: [prisma("tenant-a"), logging] });
    const turned = { ...inputs, onboard: [logging, prisma("tenant-a")] };
    expect(await changes(account.host(), saved, turned)).toEqual({ changes: false, replaces: [] });
  });

  test("with numbers for texts change nothing", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    const numbers = { ...inputs, onboard: [{ ...prisma("tenant-a"), licenseId: 123456789 }] };
    expect((await changes(account.host(), saved, numbers)).changes).toBe(false);
  });

  test("without the line that adopted change nothing", async () => {
    account = await startAccount({ instances: [{ appId: "prisma_access", tsg: "tenant-a" }] });
    const saved = await create(account.host(), forTenant("tenant-a", { adopt: "existing" }));
    account.nextRun();
    expect((await changes(account.host(), saved, forTenant("tenant-a"))).changes).toBe(false);
  });

  test("of an unfinished create are a change", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    const unfinished = { ...saved, state: { ...saved.state, unfinished: { awaited: ["prisma_access"] } } };
    expect((await changes(account.host(), unfinished, inputs)).changes).toBe(true);
  });
});

describe("a change of what was allocated", () => {
  test("is refused in preview at its path, with what to do instead", async () => {
    const { inputs } = await made(forTenant("tenant-a"));
    expect(await problemsOf(inputs, bigger)).toEqual([
      expect.stringMatching(/^onboard\[0\]\.allocation: .*changePolicy: "record".*changePolicy: "replace"/),
    ]);
  });

  test.each<[string, Partial<ReturnType<typeof prisma>>, string]>([
    ["tenant", { tsgName: "tenant-b" }, "onboard[0].tsgName"],
    ["license", { licenseId: "1" }, "onboard[0].licenseId"],
    ["region", { platformRegion: "europe" }, "onboard[0].platformRegion"],
    ["type", { allocationType: "FULL" }, "onboard[0].allocationType"],
  ])("of the %s is named by its path", async (_, fields, path) => {
    const { inputs } = await made(forTenant("tenant-a"));
    const [problem] = await problemsOf(inputs, { onboard: [{ ...prisma("tenant-a"), ...fields }] });
    expect(problem?.split(":")[0]).toBe(path);
  });

  test("is taken into the state without any request, where the policy is to record it", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    const news = { ...inputs, ...bigger, changePolicy: "record" } as const;
    expect(await changes(account.host(), saved, news)).toEqual({ changes: true, replaces: [] });
    const { state } = await update(account.host(), saved, inputs, news);
    expect(state).toMatchObject({ onboard: bigger.onboard, instances: saved.state.instances });
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("is refused where it would replace and the first may not be left behind", async () => {
    const { inputs } = await made(forTenant("tenant-a"));
    expect(await problemsOf(inputs, { ...bigger, changePolicy: "replace" })).toEqual([
      expect.stringMatching(/allocate a second time.*deletionPolicy: "abandon"/),
    ]);
  });

  test("replaces where the policies say so", async () => {
    const { saved } = await made(forTenant("tenant-a"));
    const news = { ...bigger, changePolicy: "replace", deletionPolicy: "abandon" } as const;
    expect(await changes(account.host(), saved, news)).toEqual({ changes: true, replaces: ["onboard"] });
  });

  test("replaces beside the instance that is left behind", async () => {
    const { saved } = await made(forTenant("tenant-a"));
    const news = { ...bigger, changePolicy: "replace", deletionPolicy: "abandon" } as const;
    await changes(account.host(), saved, news);
    const { state } = await create(account.host({ saved: { own: saved.state } }), news);
    expect(state.instances[0]?.instanceId).not.toBe(saved.state.instances[0]?.instanceId);
    expect(account.made()).toBe(2);
  });

  test("that is not known yet is judged later", async () => {
    const { inputs } = await made(forTenant("tenant-a"));
    expect(await problemsOf(inputs, { onboard: [{ ...prisma("tenant-a"), licenseId: UNKNOWN }] })).toEqual(
      [],
    );
  });
});

describe("an item that is added", () => {
  const both = { onboard: [prisma("tenant-a"), logging] };

  test("is no change of what was allocated", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    expect(await problemsOf(inputs, both)).toEqual([]);
    expect(await changes(account.host(), saved, both)).toEqual({ changes: true, replaces: [] });
  });

  test("is allocated in place, and nothing else", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    const { id, state } = await update(account.host(), saved, inputs, { ...inputs, ...both });
    expect(id).toBe(saved.id);
    expect(state.instances.map(({ appId, tsgId }) => [appId, tsgId])).toEqual([
      ["prisma_access", "1000000002"],
      ["logging_service", "1000000002"],
    ]);
    expect(account.simulator.account().unitsAllocated).toMatchObject([{ units: 100 }, { units: 1 }]);
  });

  test("keeps the rest of the state as it was where its POST is refused", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    account.simulator.fault({ on: "post", kind: { status: 400, body: { message: "no" } } });
    const error = await errorOf(update(account.host(), saved, inputs, { ...inputs, ...both }));
    expect(error.name).toBe("StopError");
    expect(account.made()).toBe(1);
  });
});

describe("an item that is removed", () => {
  const one = forTenant("tenant-a");

  test("is refused where nothing may be left behind", async () => {
    const { inputs } = await made({ onboard: [prisma("tenant-a"), logging] });
    expect(await problemsOf(inputs, one)).toEqual([
      expect.stringMatching(/^onboard: logging_service was removed, but stays allocated/),
    ]);
  });

  test("is left behind with a warning that names it, where that is said", async () => {
    const { saved, inputs } = await made({ onboard: [prisma("tenant-a"), logging] });
    const host = account.host();
    const { state } = await update(host, saved, inputs, { ...inputs, ...one, deletionPolicy: "abandon" });
    expect(state.instances.map(({ appId }) => appId)).toEqual(["prisma_access"]);
    expect(host.recorded.warnings).toEqual([
      expect.stringMatching(
        /left behind, and still allocated: logging_service for tenant tenant-a; 1 x LGS-SKU.*; instances /,
      ),
    ]);
    expect(state.instanceSecrets && Object.keys(state.instanceSecrets)).toHaveLength(1);
  });
});

describe("a change of a policy", () => {
  test.each<[string, Partial<ChildInstanceInputs>]>([
    ["deletionPolicy", { deletionPolicy: "abandon" }],
    ["changePolicy", { changePolicy: "record" }],
    ["missingPolicy", { missingPolicy: "forget" }],
    ["allowAdditional", { allowAdditional: true }],
    ["time-outs", { timeouts: { create: "5m" } }],
  ])("in %s is made in place, without a request", async (_, policy) => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    const before = account.simulator.ledger.of("request").length;
    expect(await changes(account.host(), saved, { ...inputs, ...policy })).toEqual({
      changes: true,
      replaces: [],
    });
    const { state } = await update(account.host(), saved, inputs, { ...inputs, ...policy });
    expect(state).toMatchObject(policy);
    expect(account.simulator.ledger.of("request")).toHaveLength(before);
  });
});
