import { type BrokerFault } from "../../../../../sdk/simulator";
import { serviceInstance } from "../../../../../provider/resources/service-instance";
import { BrokerStack, type Inputs } from "../../../../support/service-instance";

/** A pluggable database that is cloned. */
const clone: Inputs = {
  service: "create-pluggable-database",
  plan: "clone-database",
  parameters: { pdb_name: "SALES_DEV", src_pdb_name: "SALES" },
};
/** A snapshot, of which every request takes another. */
const snapshot: Inputs = { service: "take-snapshot", plan: "of-database", parameters: { pdb_name: "SALES" } };

/** What the message says to write into the program. */
const lineOf = (error: unknown, input: "adopt" | "instanceId"): Inputs => {
  const [, value = ""] = new RegExp(`${input}: ("[^"]+")`).exec((error as Error).message) ?? [];
  return { [input]: JSON.parse(value) as string };
};

describe("a ServiceInstance of a broker that keeps nothing", () => {
  let stack: BrokerStack;
  const start = async (fault?: BrokerFault): Promise<void> => {
    stack = await BrokerStack.start({ kind: "actions", operationMs: 0 });
    if (fault) stack.simulator.fault(fault);
  };
  afterEach(() => stack.stop());

  const actions = (): number => stack.simulator.ledger.effects("provision").length;
  const endOf = (up: Promise<unknown>): Promise<unknown> =>
    up.then(
      () => undefined,
      (error: unknown) => error,
    );
  /** Requests that were sent, without looks at the catalog and tokens. */
  const requests = (): string[] =>
    stack.simulator.ledger
      .of("request")
      .flatMap(({ request = "none" }) => (["catalog", "token"].includes(request) ? [] : [request]));

  it("is made, refreshed, left alone and deleted, with one PUT and one DELETE", async () => {
    await start();
    expect(await stack.up(clone)).toMatchObject({ what: "created", unfinished: undefined });
    await stack.refresh();
    expect(await stack.preview(clone)).toEqual([]);
    expect(await stack.up(clone)).toMatchObject({ what: "same" });
    const host = await stack.destroy();
    expect(requests()).toEqual(["provision", "deprovision"]);
    expect(host.recorded.warnings.join()).toMatch(/what the action of instance \S+ .* made stays/);
    expect(stack.saved.real).toBeUndefined();
  });

  it("is named once by a destroy, to which no engine tells another name than its id", async () => {
    await start();
    const { state } = await stack.up(clone);
    const host = stack.host({ name: `ServiceInstance ${state.instanceId}` });
    await serviceInstance.delete(host, state.instanceId, state);
    expect(host.recorded.warnings.map((text) => text.split(state.instanceId).length - 1)).toEqual([1]);
  });

  it.each<[string, BrokerFault]>([
    ["was lost before it arrived", { on: "deprovision", kind: "reset-before", times: 9 }],
    ["was lost", { on: "deprovision", kind: "reset-after", times: 9 }],
    ["was 500", { on: "deprovision", kind: { status: 500 }, times: 9 }],
    ["was unreadable", { on: "deprovision", kind: "html", times: 9 }],
  ])("whose DELETE's answer %s stays in the state, and the same command ends it", async (_what, fault) => {
    await start(fault);
    await stack.up(clone);
    const error = await endOf(stack.destroy());
    expect((error as Error).message).toMatch(
      /not deleted: .* is still in the state.*Run the same command again/s,
    );
    expect(stack.saved.real).toBeDefined();
    stack.simulator.faults.clear();
    const host = await stack.destroy();
    expect(host.recorded.warnings.join()).toMatch(/what the action of instance \S+ .* made stays/);
    expect(stack.saved).toEqual({ old: [] });
    expect(actions()).toBe(1);
    expect(requests().filter((request) => !["provision", "deprovision"].includes(request))).toEqual([]);
  });

  it("waits longer for its action than other requests may take", async () => {
    stack = await BrokerStack.start({ kind: "actions", operationMs: 60_000, speed: 100 });
    const { state } = await stack.up(clone, {}, { OSB_REQUEST_TIMEOUT: "100ms" });
    expect(state.state).toBe("succeeded");
    expect(actions()).toBe(1);
  });

  it("takes ids that the program writes without the catalog's blanks", async () => {
    await start();
    const { serviceId, planId } = stack.simulator.plan("create-database-user");
    const parameters = { user: "APP", password: "hush-hush" };
    const { state } = await stack.up({ service: serviceId.trim(), plan: planId.trim(), parameters });
    expect(state).toMatchObject({ planId, state: "succeeded" });
  });

  describe.each<[string, BrokerFault]>([
    ["was lost", { on: "provision", kind: "reset-after", times: 9 }],
    ["was lost before it arrived", { on: "provision", kind: "reset-before", times: 9 }],
    ["was 500", { on: "provision", kind: { status: 500 }, effect: "after", times: 9 }],
    ["was 503", { on: "provision", kind: { status: 503 }, effect: "after", times: 9 }],
    ["was unreadable", { on: "provision", kind: "truncated", times: 9 }],
    ["was a page", { on: "provision", kind: "html", effect: "after", times: 9 }],
    [
      "was 202, which nobody asked for",
      { on: "provision", kind: { status: 202, body: {} }, effect: "after", times: 9 },
    ],
  ])("whose answer %s", (_what, fault) => {
    let error: unknown;
    let before: number;
    beforeEach(async () => {
      await start(fault);
      error = await endOf(stack.up(snapshot));
      stack.simulator.faults.clear();
      before = actions();
    });

    it("is neither repeated nor cleaned up, and says so", () => {
      expect(requests()).toEqual(["provision"]);
      expect((error as Error).message).toMatch(
        /may have been carried out.*adopt: "[^"]+".*instanceId: "[^"]+"/s,
      );
    });

    it("is not repeated by the next run either, which says the same", async () => {
      const again = await endOf(stack.up(snapshot));
      expect((again as Error).message).toMatch(/an earlier run.*may have been carried out/s);
      expect(lineOf(again, "adopt")).toEqual(lineOf(error, "adopt"));
      const changed = await endOf(stack.up({ ...snapshot, parameters: { pdb_name: "HR" } }));
      expect((changed as Error).message).toMatch(/an earlier run/);
      expect(actions()).toBe(before);
    });

    it("stops a preview, with the same ways on, and what they say does not", async () => {
      const [said = "", ...more] = await stack.preview(snapshot);
      expect([said, more]).toEqual([
        expect.stringMatching(/an up stops here: an earlier run.*may have/s),
        [],
      ]);
      expect(lineOf(new Error(said), "adopt")).toEqual(lineOf(error, "adopt"));
      expect(lineOf(new Error(said), "instanceId")).toEqual(lineOf(error, "instanceId"));
      expect(await stack.preview({ ...snapshot, parameters: { pdb_name: "HR" } })).toHaveLength(1);
      expect(await stack.preview({ ...snapshot, ...lineOf(error, "adopt") })).toEqual([]);
      expect(await stack.preview({ ...snapshot, ...lineOf(error, "instanceId") })).toEqual([]);
    });

    it("is taken over where the program says so, without a request", async () => {
      const { state, host } = await stack.up({ ...snapshot, ...lineOf(error, "adopt") });
      expect(state.state).toBe("succeeded");
      expect(host.recorded.warnings.join()).toMatch(/on trust/);
      expect(requests()).toEqual(["provision"]);
    });

    it("is tried again where the program says so, once", async () => {
      const again = { ...snapshot, ...lineOf(error, "instanceId") };
      expect(await stack.up(again)).toMatchObject({ what: "created", unfinished: undefined });
      expect(await stack.up(again)).toMatchObject({ what: "same" });
      expect(await stack.up(snapshot)).toMatchObject({ state: { state: "succeeded" } });
      expect(actions()).toBe(before + 1);
    });
  });

  it("that is tried again and lost again is not tried a third time", async () => {
    await start({ on: "provision", kind: "reset-after", times: 9 });
    const again = { ...snapshot, ...lineOf(await endOf(stack.up(snapshot)), "instanceId") };
    const error = await endOf(stack.up(again));
    expect(await endOf(stack.up(again))).toMatchObject({
      message: expect.stringMatching(/an earlier run/) as string,
    });
    expect(actions()).toBe(2);
    expect(lineOf(error, "instanceId").instanceId).not.toBe(again.instanceId);
    expect(await stack.preview(again)).toEqual([expect.stringMatching(/an up stops here/)]);
    expect(await stack.preview(snapshot)).toEqual([expect.stringMatching(/an up stops here/)]);
  });

  it("whose request was refused is sent anew once the program is right", async () => {
    await start({
      on: "provision",
      kind: { status: 400, body: { title: "No", message: "ORA-01031: insufficient" } },
      times: 1,
    });
    const { unfinished } = await stack.up(snapshot);
    expect(unfinished?.join()).toMatch(/ORA-01031.*Nothing was carried out/);
    expect(await stack.up(snapshot)).toMatchObject({ state: { state: "succeeded" }, unfinished: undefined });
    expect([actions(), requests()]).toEqual([1, ["provision", "provision"]]);
  });

  it("whose second try was lost after a refusal is not tried a third time", async () => {
    await start({ on: "provision", kind: { status: 400 }, times: 1 });
    await stack.up(snapshot);
    stack.simulator.fault({ on: "provision", kind: "reset-after", times: 9 });
    expect(await endOf(stack.up(snapshot))).toMatchObject({
      message: expect.stringMatching(/may have been/) as string,
    });
    stack.simulator.faults.clear();
    expect(await endOf(stack.up(snapshot))).toMatchObject({
      message: expect.stringMatching(/an earlier run/) as string,
    });
    expect(actions()).toBe(1);
  });

  it("that was refused before anything was sent is no doubt for the next run", async () => {
    await start();
    expect(await endOf(stack.up({ ...snapshot, plan: "typo" }))).toBeInstanceOf(Error);
    expect(await stack.preview(snapshot)).toEqual([]);
    expect(await stack.up(snapshot)).toMatchObject({ what: "created", unfinished: undefined });
    expect(actions()).toBe(1);
  });

  it("that is not answered within the run's time is neither repeated nor forgotten", async () => {
    stack = await BrokerStack.start({ kind: "actions", operationMs: 0, speed: 1 });
    stack.simulator.fault({ on: "provision", kind: "hang", effect: "after", times: 9 });
    const error = await endOf(stack.up({ ...snapshot, timeouts: { create: "2s" } }));
    expect((error as Error).message).toMatch(
      /may have been carried out.*adopt: "[^"]+".*instanceId: "[^"]+"/s,
    );
    expect([requests(), actions()]).toEqual([["provision"], 1]);
  });

  it("whose access was refused is sent by the next run, which has nothing to ask", async () => {
    await start({ on: "provision", kind: { status: 401 }, times: 2 });
    const { unfinished } = await stack.up(snapshot);
    expect(unfinished?.join()).toMatch(/Nothing was carried out by this run/);
    expect(await stack.up(snapshot)).toMatchObject({ state: { state: "succeeded" }, unfinished: undefined });
    expect(actions()).toBe(1);
  });

  describe("that is changed", () => {
    const larger: Inputs = { ...snapshot, parameters: { pdb_name: "HR" } };
    beforeEach(async () => {
      await start();
      await stack.up(snapshot);
    });

    it("is refused in preview, unless its policy says otherwise", async () => {
      expect((await stack.preview(larger)).join()).toMatch(
        /^parameters: cannot be changed in place: the broker keeps no instances.*what the action of this one made stays/,
      );
    });

    it("is carried out anew where its policy says so, and what was made stays", async () => {
      const up = await stack.up({ ...larger, changePolicy: "replace" });
      expect(up.what).toBe("replaced");
      expect(up.host.recorded.warnings.join()).toMatch(/made stays/);
      expect(requests()).toEqual(["provision", "provision", "deprovision"]);
    });

    it("is not carried out twice where the answer was lost", async () => {
      const replacing: Inputs = { ...larger, changePolicy: "replace" };
      stack.simulator.fault({ on: "provision", kind: "reset-after", times: 9 });
      const error = await endOf(stack.up(replacing));
      expect((error as Error).message).toMatch(/may have been carried out/);
      stack.simulator.faults.clear();
      expect(await endOf(stack.up(replacing))).toMatchObject({
        message: expect.stringMatching(/an earlier run/) as string,
      });
      const said = (await stack.preview(replacing)).join();
      expect(said).toMatch(/an up stops here/);
      expect(lineOf(new Error(said), "instanceId")).toEqual(lineOf(error, "instanceId"));
      expect(actions()).toBe(2);
      const { what } = await stack.up({ ...replacing, ...lineOf(error, "instanceId") });
      expect([what, actions()]).toEqual(["replaced", 3]);
    });
  });
});

describe("a broker that answers a DELETE with 204", () => {
  it("is told of once where it is said to keep instances", async () => {
    const stack = await BrokerStack.start();
    await stack.up({ service: "cache", plan: "basic" });
    stack.simulator.fault({ on: "deprovision", kind: { status: 204 }, effect: "after", times: 1 });
    const host = await stack.destroy();
    await stack.stop();
    expect(host.recorded.infos.join()).toMatch(/answered the DELETE with 204.*OSB_KEEPS_INSTANCES/);
    expect(stack.existing).toEqual([]);
  });
});
