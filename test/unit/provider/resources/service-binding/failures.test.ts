import { errorOf } from "../../../../support/child-instance";
import { BoundBroker, INSTANCE_ID, KEY } from "../../../../support/service-binding";

let broker: BoundBroker;

afterEach(() => broker.stop());

describe("a bind request that the broker failed", () => {
  test("is cleaned up without an originating identity, and bound under another id by the next up", async () => {
    broker = await BoundBroker.start({ env: { OSB_ORIGINATING_IDENTITY: '{"user":"u"}' } });
    broker.simulator.fail({ on: "bind", kind: "fails-and-leaves", description: "No space." });
    const failed = await broker.up();
    expect(failed.state).toMatchObject({ bindingId: KEY, state: "failed", mitigated: true });
    expect(failed.unfinished?.join()).toMatch(
      /No space\. Service.*was removed at the broker; nothing is bound/,
    );
    const [unbind] = broker.simulator.ledger.of("request", "unbind");
    expect(unbind?.originatingIdentity).toBeUndefined();
    const next = await broker.up({}, failed);
    expect(next).toMatchObject({ what: "updated", unfinished: undefined, id: KEY });
    expect(next.state.bindingId).not.toBe(KEY);
    expect(broker.bound).toEqual([next.state.bindingId]);
    expect(next.state.credentials).toBeDefined();
  });

  test("takes over changed inputs with the next up", async () => {
    broker = await BoundBroker.start();
    broker.simulator.fail({ on: "bind", kind: "fails-after" });
    const failed = await broker.up({ parameters: { role: "reader" } });
    const next = await broker.up({ parameters: { role: "writer" } }, failed);
    expect(next.what).toBe("updated");
    expect(broker.simulator.bindings[0]?.parameters).toEqual({ role: "writer" });
  });

  test("is left alone where orphans are to be reported, until the user has removed it", async () => {
    broker = await BoundBroker.start();
    const env = { PROVISOR_ORPHAN_MITIGATION: "report" };
    broker.simulator.fail({ on: "bind", kind: "fails-and-leaves" });
    const failed = await broker.up({}, undefined, env);
    expect(failed.state).toMatchObject({ state: "failed", mitigated: false });
    expect(failed.unfinished?.join()).toMatch(/may exist at the broker.*orphanMitigation is "report"/);
    expect(broker.sent("unbind")).toBe(0);
    const again = await broker.up({}, failed, env);
    expect(again.unfinished?.join()).toContain("the broker still knows it");
    await broker.client().unbind(INSTANCE_ID, KEY, broker.simulator.plan("postgres", "small"));
    broker.simulator.finishOperation(KEY);
    const next = await broker.up({}, again, env);
    expect(next.unfinished).toBeUndefined();
    expect(broker.bound).toEqual([next.state.bindingId]);
  });

  test("with a broken answer is cleaned up", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    broker.simulator.fail({ on: "bind", kind: "broken-json" });
    const failed = await broker.up();
    expect(failed.state).toMatchObject({ state: "failed", mitigated: true });
    expect(broker.bound).toEqual([]);
  });

  test("whose clean-up the broker refuses is cleaned up by the next up before it binds anew", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    broker.simulator.fail({ on: "bind", kind: "broken-json" });
    broker.simulator.fault({ on: "unbind", kind: { status: 400 }, times: 1 });
    const failed = await broker.up();
    expect(failed.state).toMatchObject({ state: "failed", mitigated: false });
    const next = await broker.up({}, failed);
    expect(broker.bound).toEqual([next.state.bindingId]);
    expect(next.unfinished).toBeUndefined();
  });
});

describe("a lost answer", () => {
  test("is followed by the same request with the same id", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    broker.simulator.fault({ on: "bind", kind: "reset-after" });
    const { state } = await broker.up();
    expect(state.bindingId).toBe(KEY);
    expect(broker.simulator.account().bindingsCreated).toBe(1);
    expect(broker.sent("bind")).toBe(2);
  });
});

describe("a time-out of the user's", () => {
  test("before any answer came is followed by the same request in the next up", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    broker.simulator.fault({ on: "bind", kind: "hang", effect: "after", times: 1 });
    const open = await broker.up({ timeouts: { create: "2s" } });
    expect(open.state).toMatchObject({ bindingId: KEY, state: "in progress", unfinished: { kind: "bind" } });
    const done = await broker.up({ timeouts: { create: "2s" } }, open);
    expect(done.unfinished).toBeUndefined();
    expect(broker.simulator.account().bindingsCreated).toBe(1);
    expect(broker.sent("unbind")).toBe(0);
  });

  test("keeps id and operation, and the next up goes on polling without a second request", async () => {
    broker = await BoundBroker.start({ operationMs: 6_000 });
    broker.clock.skip(6_000);
    const timeouts = { create: "3s" };
    const open = await broker.up({ timeouts });
    expect(open.state).toMatchObject({ bindingId: KEY, state: "in progress", unfinished: { kind: "wait" } });
    expect(open.state.operation).toBeDefined();
    expect(open.unfinished?.join()).toMatch(/time-out of 3s.*being made at the broker/);
    const done = await broker.up({ timeouts }, open);
    expect(done).toMatchObject({ what: "updated", unfinished: undefined });
    expect(done.state.credentials).toEqual(broker.simulator.bindings[0]?.credentials);
    expect(broker.sent("bind")).toBe(1);
    expect(broker.sent("unbind")).toBe(0);
  });

  test("ends in the same binding where the broker has forgotten it meanwhile", async () => {
    broker = await BoundBroker.start({ operationMs: 6_000 });
    broker.clock.skip(6_000);
    const timeouts = { create: "3s" };
    broker.simulator.fail({ on: "bind", kind: "forgets" });
    const open = await broker.up({ timeouts });
    const done = await broker.up({ timeouts }, open);
    expect(done.unfinished).toBeUndefined();
    expect(broker.bound).toEqual([KEY]);
  });
});

test("a binding whose credentials could not be fetched is saved, and the next up fetches them", async () => {
  broker = await BoundBroker.start();
  const fault = broker.simulator.fault({ on: "fetch-binding", kind: { status: 500 }, times: 1000 });
  const open = await broker.up();
  expect(open.unfinished?.join()).toMatch(/could not be fetched.*exists at the broker/);
  fault.cancel();
  const done = await broker.up({}, open);
  expect(done.unfinished).toBeUndefined();
  expect(done.state.credentials).toEqual(broker.simulator.bindings[0]?.credentials);
  expect(broker.sent("bind")).toBe(1);
});

test("a binding that does not show at once is looked for again", async () => {
  broker = await BoundBroker.start();
  broker.simulator.fault({ on: "fetch-binding", kind: { status: 404 }, times: 3 });
  const { state, unfinished } = await broker.up();
  expect(unfinished).toBeUndefined();
  expect(state.credentials).toBeDefined();
});

describe("a refusal", () => {
  const refuse = (status: number): unknown =>
    broker.simulator.fault({ on: "bind", kind: { status, body: { description: "No." } }, times: 1000 });

  test.each<[number, RegExp]>([
    [400, /No\..*Nothing was bound by this run\. Change the inputs that it is about, or run the same/],
    [403, /No\..*Nothing was bound by this run\. Change the inputs/],
    [422, /No\..*Nothing was bound by this run\. Change the inputs/],
    [404, new RegExp(`No\\..*does not know instance ${INSTANCE_ID} any more: run \`pulumi refresh\``)],
    [410, /No\..*run `pulumi refresh`, or correct its id.*then run the same command again\.$/],
  ])("with %d is an error that says what to do, and saves nothing", async (status, words) => {
    broker = await BoundBroker.start();
    refuse(status);
    expect((await errorOf(broker.up())).message).toMatch(words);
    expect(broker.sent("unbind")).toBe(0);
  });

  test("of a successor says that the present one stays", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up();
    refuse(400);
    const { message } = await errorOf(broker.up({ parameters: { role: "reader" } }, saved));
    expect(message).toMatch(
      new RegExp(`^creds: .*Nothing was bound.* The present binding, ${KEY}, stays as it is\\.$`),
    );
  });
});

describe("an unbind", () => {
  test("that the broker failed is repeated until it is done", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up();
    broker.simulator.fail({ on: "unbind", kind: "fails-after", description: "Not now." });
    await broker.destroy(saved);
    expect(broker.bound).toEqual([]);
  });

  test("that goes on failing is not repeated beyond the user's time-out", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up({ timeouts: { delete: "3s" } });
    broker.simulator.fault({ on: "unbind", kind: { status: 500 }, times: 1e6 });
    expect((await errorOf(broker.destroy(saved))).message).toContain("stays in the state");
    const times = broker.simulator.ledger.of("request", "unbind").map(({ at }) => at);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(10_000);
  });

  test("of a binding that is gone already is done", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up();
    await broker.destroy(saved);
    await broker.destroy(saved);
    expect([broker.bound, broker.simulator.ledger.of("request", "unbind").length > 1]).toEqual([[], true]);
  });

  test("of a binding that is gone already is done where the broker answers 404 to that", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up();
    await broker.destroy(saved);
    const kind = { status: 404, body: { description: "Who?" } };
    broker.simulator.fault({ on: "unbind", kind, times: 1000 });
    await broker.destroy(saved);
    expect([broker.bound, broker.simulator.ledger.of("request", "unbind").length > 1]).toEqual([[], true]);
  });

  test("that is answered with 404, though the broker knows the binding, leaves it in the state", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up();
    broker.simulator.fault({ on: "unbind", kind: { status: 404 }, times: 1000 });
    expect((await errorOf(broker.destroy(saved))).message).toContain("stays in the state");
  });

  test("that is refused leaves the resource in the state", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up();
    broker.simulator.fault({ on: "unbind", kind: { status: 400, body: { description: "In use." } } });
    const error = await errorOf(broker.destroy(saved));
    expect(error.message).toMatch(/In use.*stays in the state/);
    expect(error.message).not.toContain("CREDENTIAL-CANARY");
  });
});

describe("deletionPolicy", () => {
  test("prevent refuses, and nothing is sent", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up({ deletionPolicy: "prevent" });
    const error = await errorOf(broker.destroy(saved));
    expect(error.message).toMatch(/nothing was done: deletionPolicy is "prevent"/);
    expect(broker.sent("unbind")).toBe(0);
  });

  test("abandon leaves the binding, with a warning that names it", async () => {
    broker = await BoundBroker.start();
    const host = await broker.destroy(await broker.up({ deletionPolicy: "abandon" }));
    expect(host.recorded.warnings.join()).toMatch(new RegExp(`abandoned: service binding ${KEY}`));
    expect(broker.bound).toEqual([KEY]);
  });
});
