import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import {
  changeProblems,
  changes,
  errorOf,
  forTenant,
  freeApp,
  logging,
  madeBefore,
  prisma,
  update,
} from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

const existing = { appId: "dlp", tenantId: "987654321" };
const reference = { appId: "dlp", tenantId: "987654321" };

/** A resource that an earlier run made, beside an instance that items can refer to. */
async function made(inputs: ChildInstanceInputs): ReturnType<typeof madeBefore> {
  account = await startAccount({ instances: [existing] });
  return madeBefore(account, inputs);
}

const problemsOf = (olds: ChildInstanceInputs, news: ChildInstanceInputs): Promise<string[]> =>
  changeProblems(account, olds, news);

const recorded = (inputs: ChildInstanceInputs): ChildInstanceInputs => ({
  ...inputs,
  changePolicy: "record",
});
const referring = { onboard: [prisma("tenant-a"), reference] };

describe("changePolicy record", () => {
  test.each<[string, ChildInstanceInputs, ChildInstanceInputs, string]>([
    ["another free app", { freeApp }, { freeApp: { ...freeApp, appId: "identity_engine" } }, "freeApp.appId"],
    ["items instead of a free app", { freeApp }, forTenant("tenant-a"), "onboard"],
    ["a free app instead of items", forTenant("tenant-a"), { freeApp }, "freeApp"],
    [
      "a reference where an item was allocated",
      { onboard: [prisma("tenant-a"), logging] },
      { onboard: [prisma("tenant-a"), { ...logging, tenantId: "1" }] },
      "onboard[1].tenantId",
    ],
    [
      "an item where a reference was",
      referring,
      { onboard: [prisma("tenant-a"), { appId: "dlp" }] },
      "onboard[1].tenantId",
    ],
  ])("refuses %s, and nothing is sent", async (_, before, after, path) => {
    const { saved, inputs } = await made(before);
    expect(await problemsOf(inputs, recorded(after))).toEqual([
      expect.stringContaining(
        `${path}: is another allocation, which changePolicy: "record" cannot take over`,
      ),
    ]);
    await errorOf(update(account.host(), saved, inputs, recorded(after)));
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test.each<[string, ReturnType<typeof prisma>]>([
    ["size", prisma("tenant-a", 200)],
    ["license", { ...prisma("tenant-a"), licenseId: "222" }],
  ])("takes another %s over without any request", async (_, item) => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    const before = account.simulator.ledger.of("request").length;
    const { state } = await update(account.host(), saved, inputs, recorded({ ...inputs, onboard: [item] }));
    expect(state).toMatchObject({ onboard: [item], instances: saved.state.instances });
    expect(account.simulator.ledger.of("request")).toHaveLength(before);
  });
});

describe("an item that refers to an existing instance", () => {
  test("can be removed where nothing may be left behind, since nothing is", async () => {
    const { saved, inputs } = await made(referring);
    const host = account.host();
    const news = { ...inputs, onboard: [prisma("tenant-a")] };
    expect(await problemsOf(inputs, news)).toEqual([]);
    await update(host, saved, inputs, news);
    expect(host.recorded.warnings).toEqual([]);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("that is added alone is a change at its path", async () => {
    const { inputs } = await made(forTenant("tenant-a"));
    expect(await problemsOf(inputs, referring)).toEqual([
      expect.stringMatching(/^onboard\[1\]: was allocated with another value/),
    ]);
  });

  test("that is added alone is recorded without a request, where the policy says so", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    const { state } = await update(account.host(), saved, inputs, recorded({ ...inputs, ...referring }));
    expect(state.onboard).toEqual(referring.onboard);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("that is added together with a new item goes along in its POST", async () => {
    const { saved, inputs } = await made(forTenant("tenant-a"));
    const news = { ...inputs, onboard: [prisma("tenant-a"), logging, reference] };
    expect(await changes(account.host(), saved, news)).toEqual({ changes: true, replaces: [] });
    const { state } = await update(account.host(), saved, inputs, news);
    expect(state.instances.map(({ appId }) => appId)).toEqual(["prisma_access", "logging_service"]);
    const there = account.simulator.instances.find(({ appId }) => appId === "dlp");
    expect(state.instances[1]?.associations).toMatchObject([{ instanceId: there?.instanceId }]);
    expect(account.made()).toBe(2);
  });
});
