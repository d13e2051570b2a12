import { createSimulator, type Failure, type SimulatorOptions } from "../../../../sdk/simulator";
import { type Caller, loggedIn, prismaItem } from "../../../support/call-simulator";
import { FakeClock } from "../../../support/fake-clock";

async function posted(
  options: SimulatorOptions,
  failure?: Failure,
  items = [prismaItem("tenant-a")],
): Promise<{ caller: Caller; clock: FakeClock }> {
  const clock = new FakeClock();
  const caller = await loggedIn(createSimulator({ ...options, clock }));
  if (failure) caller.simulator.fail(failure);
  await caller.post(items);
  return { caller, clock };
}
const states = async (caller: Caller): Promise<unknown[]> =>
  (await caller.list()).map((one) => one["provisioning_status"]);

/** What the list shows at each of these moments after the POST. */
async function course(failure: Failure | undefined, moments: number[]): Promise<unknown[]> {
  const { caller, clock } = await posted({}, failure);
  const seen: unknown[] = [];
  let passed = 0;
  for (const moment of moments) {
    await clock.advance(moment - passed);
    passed = moment;
    seen.push((await states(caller))[0] ?? "absent");
  }
  return seen;
}

describe("a job", () => {
  test("appears after a delay, works, and is done in its time", async () => {
    expect(await course(undefined, [299, 300, 1200, 2999, 3000])).toEqual([
      "absent",
      "initializing",
      "in_progress",
      "in_progress",
      "complete",
    ]);
  });

  test("ends with the status running and a URL", async () => {
    const { caller, clock } = await posted({});
    await clock.advance(3000);
    expect(await caller.list()).toMatchObject([
      { status: "running", provisioning_message: null, url: expect.stringMatching(/^https:/) as string },
    ]);
  });

  test.each<[string, SimulatorOptions["provisionMs"]]>([
    ["by app", { prisma_access: 500 }],
    ["by a function", (job) => (job.appId === "prisma_access" ? 500 : 9000)],
  ])("takes as long as was set %s", async (_, provisionMs) => {
    const { caller, clock } = await posted({ provisionMs });
    await clock.advance(500);
    expect(await states(caller)).toEqual(["complete"]);
  });

  test("can be finished by hand", async () => {
    const { caller } = await posted({ provisionMs: 1e9, appearAfterMs: 0 });
    caller.simulator.finishInstance(caller.simulator.instances[0]?.instanceId ?? "");
    expect(await states(caller)).toEqual(["complete"]);
  });

  test.each<[Failure["how"], number[], string[]]>([
    ["at-once", [299, 300], ["absent", "failed"]],
    ["late", [2999, 3000], ["in_progress", "failed"]],
    ["disappears", [2999, 3000], ["in_progress", "absent"]],
    ["never-appears", [300, 600_000], ["absent", "absent"]],
    ["unknown-status", [300, 600_000], ["awaiting_capacity", "awaiting_capacity"]],
    ["stuck", [301, 600_000], ["in_progress", "in_progress"]],
    ["back-to-working", [3000, 4000, 7000], ["complete", "in_progress", "complete"]],
  ])("can go wrong: %s", async (how, moments, seen) => {
    expect(await course({ how }, moments)).toEqual(seen);
  });

  test("can take a way of its own", async () => {
    const how: Failure["how"] = [{ afterMs: 10, stage: "working", provisioningStatus: "odd" }];
    expect(await course({ how }, [9, 10])).toEqual(["absent", "odd"]);
  });

  test("says why it failed", async () => {
    const { caller, clock } = await posted({}, { how: "at-once", message: "no capacity in americas" });
    await clock.advance(300);
    expect(await caller.list()).toMatchObject([{ provisioning_message: "no capacity in americas" }]);
  });

  test("can fail for one app of a bundle alone", async () => {
    const { caller, clock } = await posted({}, { how: "late", appId: "dlp" }, [
      prismaItem("tenant-a"),
      { ...prismaItem("tenant-a"), app_id: "dlp" },
    ]);
    await clock.advance(3000);
    expect(await states(caller)).toEqual(["complete", "failed"]);
  });

  test("can fail for one tenant alone, after others were left alone", async () => {
    const { caller, clock } = await posted({}, { how: "late", tsg: "tenant-b", skip: 1 }, [
      prismaItem("tenant-a"),
      prismaItem("tenant-b"),
      prismaItem("tenant-b"),
    ]);
    await clock.advance(3000);
    expect(await states(caller)).toEqual(["complete", "complete", "failed"]);
  });

  test("tells the ledger when it appeared and when it was done, at the very moments", async () => {
    const { caller, clock } = await posted({});
    const start = clock.now();
    await clock.advance(10_000);
    const { ledger } = caller.simulator;
    expect([ledger.of("instance-appeared")[0]?.at, ledger.of("instance-done")[0]?.at]).toEqual([
      start + 300,
      start + 3000,
    ]);
  });

  test("has the same ids in every run with the same seed", async () => {
    const idsOf = async (seed: number): Promise<unknown[]> => {
      const { caller } = await posted({ seed });
      return caller.simulator.instances.map((one) => [one.instanceId, one.jobId, one.tenantId, one.authCode]);
    };
    expect(await idsOf(7)).toEqual(await idsOf(7));
  });

  test("has other ids with another seed", async () => {
    const [one] = (await posted({ seed: 1 })).caller.simulator.instances;
    const [other] = (await posted({ seed: 2 })).caller.simulator.instances;
    expect(one?.instanceId).not.toBe(other?.instanceId);
  });
});
