import { followingId } from "../../../../../provider/resources/broker/ids";
import type { BrokerFailure, BrokerFault } from "../../../../../sdk/simulator";
import { BrokerStack, database } from "../../../../support/service-instance";

const keyOf = (stack: BrokerStack): string => stack.saved.intent?.state.key ?? "";

describe("a create that the broker fails", () => {
  let stack: BrokerStack;
  const start = async (options: Parameters<typeof BrokerStack.start>[0] = {}): Promise<void> => {
    stack = await BrokerStack.start(options);
  };
  afterEach(() => stack.stop());

  it("is cleaned up without the user's name, and said so", async () => {
    await start({
      failures: [{ on: "provision", kind: "fails-and-leaves", description: "No room." }],
      env: { OSB_ORIGINATING_IDENTITY: '{"user_id":"u1"}' },
    });
    const { state, unfinished } = await stack.up(database);
    expect(state).toMatchObject({ state: "failed", mitigated: true, description: "No room." });
    expect(unfinished?.[0]).toMatch(
      /^db: provisioning failed: No room\. instance \S+ \(service postgres, plan small\) was cleaned up/,
    );
    expect(stack.existing).toEqual([]);
    expect(stack.sent("deprovision").map((event) => event.originatingIdentity)).toEqual([undefined]);
  });

  it("is tried again by the next run, under the id that follows", async () => {
    await start({ failures: [{ on: "provision", kind: "fails-and-leaves" }] });
    await stack.up(database);
    const { state, unfinished } = await stack.up(database);
    expect(unfinished).toBeUndefined();
    expect(state).toMatchObject({ state: "succeeded", instanceId: followingId(keyOf(stack), keyOf(stack)) });
    expect(state).not.toHaveProperty("mitigated");
    expect(stack.existing).toEqual([state.instanceId]);
  });

  const lost: [string, { faults?: BrokerFault[]; failures?: BrokerFailure[] }][] = [
    ["an error of its own", { faults: [{ on: "provision", kind: { status: 500 }, effect: "after" }] }],
    ["a 202 that cannot be read", { failures: [{ on: "provision", kind: "broken-json" }] }],
    ["a status that means nothing", { failures: [{ on: "provision", kind: "wrong-status", status: 206 }] }],
  ];
  it.each(lost)("is cleaned up after %s", async (_what, options) => {
    await start(options);
    const { state } = await stack.up(database);
    expect(state).toMatchObject({ state: "failed", mitigated: true });
    expect(stack.existing).toEqual([]);
  });

  it("is cleaned up when it takes longer than the plan allows", async () => {
    await start({ failures: [{ on: "provision", kind: "never-finishes" }] });
    const services = stack.simulator.services;
    for (const { plans } of services) for (const plan of plans) plan.maximum_polling_duration = 1;
    stack.simulator.setCatalog(services);
    const { state, unfinished } = await stack.up(database);
    expect(unfinished?.[0]).toContain("longer than the plan allows (maximum_polling_duration)");
    expect([state.mitigated, stack.existing]).toEqual([true, []]);
  });

  it("is not cleaned up where that is only to be reported, and not tried again", async () => {
    await start({
      failures: [{ on: "provision", kind: "fails-and-leaves" }],
      env: { PROVISOR_ORPHAN_MITIGATION: "report" },
    });
    const first = await stack.up(database);
    expect(first.state).toMatchObject({ state: "failed", mitigated: false });
    expect(first.unfinished?.[0]).toMatch(/may exist at the broker: provisor:orphanMitigation is "report"/);
    const second = await stack.up(database);
    expect(second.unfinished?.[0]).toMatch(/an earlier create failed.*may exist at the broker/);
    expect([stack.sent("provision").length, stack.sent("deprovision").length]).toEqual([1, 0]);
  });

  it("is tried again once the user has cleaned up", async () => {
    await start({
      failures: [{ on: "provision", kind: "fails-and-leaves" }],
      env: { PROVISOR_ORPHAN_MITIGATION: "report" },
    });
    await stack.up(database);
    stack.simulator.forgetInstance(keyOf(stack));
    const { state } = await stack.up(database);
    expect(state).toMatchObject({ state: "succeeded", instanceId: followingId(keyOf(stack), keyOf(stack)) });
  });

  it("is tried again once the broker answers with 410 for it", async () => {
    await start({
      failures: [{ on: "provision", kind: "fails-and-leaves" }],
      env: { PROVISOR_ORPHAN_MITIGATION: "report" },
    });
    await stack.up(database);
    stack.simulator.fault({ on: "last-operation", kind: { status: 410, body: {} } });
    expect((await stack.up(database)).state.state).toBe("succeeded");
  });

  it("is cleaned up by the next run where this one could not", async () => {
    await start({
      failures: [{ on: "provision", kind: "fails-and-leaves" }],
      faults: [{ on: "deprovision", kind: { status: 500 }, times: 1000 }],
    });
    const first = await stack.up(database);
    expect(first.state.mitigated).toBe(false);
    expect(first.unfinished?.[0]).toMatch(/may exist at the broker: it could not be cleaned up/);
    stack.simulator.faults.clear();
    const { state } = await stack.up(database);
    expect(state.state).toBe("succeeded");
    expect(stack.existing).toEqual([state.instanceId]);
  });

  it("may be changed in any way before it is tried again", async () => {
    await start({ failures: [{ on: "provision", kind: "fails-and-leaves" }] });
    await stack.up(database);
    const { what, state } = await stack.up({ service: "cache", plan: "basic" });
    expect([what, state.service, state.state]).toEqual(["updated", "cache", "succeeded"]);
  });

  it("can be destroyed, which names what a run that died has made meanwhile, and leaves it", async () => {
    await start({ failures: [{ on: "provision", kind: "fails-and-leaves" }] });
    await stack.up(database);
    await stack.killedUp(database, "provision", "effect");
    const next = followingId(keyOf(stack), keyOf(stack));
    expect(stack.existing).toEqual([next]);
    stack.clock.skip(60_000);
    const { recorded } = await stack.destroy();
    expect(stack.existing).toEqual([next]);
    expect(recorded.warnings.join()).toMatch(
      new RegExp(`tried once more.*instance ${next} is at the broker`),
    );
  });

  it("can be destroyed without a word where no run tried it again", async () => {
    await start({ failures: [{ on: "provision", kind: "fails-and-leaves" }] });
    await stack.up(database);
    expect((await stack.destroy()).recorded.warnings).toEqual([]);
  });

  it("is not cleaned up where an earlier run may have made what has its id", async () => {
    await start({ operationMs: 0 });
    await stack.killedUp(database, "provision", "answer");
    stack.simulator.fault({ on: "provision", kind: { status: 500 } });
    await expect(stack.up(database)).rejects.toThrow(
      /may exist at the broker and was not cleaned up\. An earlier run may have made it, and another stack may have it.*DELETE http/,
    );
    expect([stack.existing.length, stack.sent("deprovision")]).toEqual([1, []]);
    expect((await stack.up(database)).state.instanceId).toBe(stack.existing[0]);
  });

  it("is not cleaned up where the program gave the id to a service that tells of no operation", async () => {
    const theirs = { service: "cache", plan: "basic", instanceId: "theirs" };
    await start();
    await stack.up(theirs);
    stack.simulator.fault({ on: "provision", kind: { status: 500 } });
    stack.simulator.fault({ on: "last-operation", kind: { status: 404 }, times: 99 });
    await expect(BrokerStack.beside(stack).up(theirs)).rejects.toThrow(/may be someone else's/);
    expect(stack.existing).toEqual(["theirs"]);
  });

  it("is not cleaned up where something complete has the id that the program gave", async () => {
    await start({ operationMs: 0 });
    await stack.up({ ...database, instanceId: "theirs" });
    const other = BrokerStack.beside(stack);
    stack.simulator.fault({ on: "provision", kind: { status: 500 } });
    await expect(other.up({ ...database, instanceId: "theirs" })).rejects.toThrow(
      /was not cleaned up\. Its id is the program's, and it may be someone else's/,
    );
    expect(stack.existing).toEqual(["theirs"]);
  });

  it("leaves the present instance alone where it was to replace it", async () => {
    await start();
    const { state } = await stack.up({ ...database, changePolicy: "replace" });
    stack.simulator.fail({ on: "provision", kind: "fails-and-leaves", description: "No room." });
    await expect(
      stack.up({ ...database, plan: "small", spaceGuid: "other", changePolicy: "replace" }),
    ).rejects.toThrow(/No room.*The present instance stays as it is/);
    expect(stack.existing).toEqual([state.instanceId]);
    await stack.up({ ...database, changePolicy: "replace" });
    expect((await stack.up({ ...database, changePolicy: "replace" })).what).toBe("same");
    expect(stack.sent("update")).toEqual([]);
  });
});
