import { BoundBroker } from "../../../../support/service-binding";

describe("a bind with a short time-out, of which the broker does not know", () => {
  let broker: BoundBroker;
  beforeEach(async () => {
    broker = await BoundBroker.start();
  });
  afterEach(() => broker.stop());
  const impatient = { timeouts: { create: "10s", update: "10s" } };

  test("since it forgot it, is asked for again by the next up", async () => {
    broker.simulator.fail({ on: "bind", kind: "forgets", afterMs: 300 });
    const first = await broker.up(impatient);
    expect(first.unfinished?.[0]).toMatch(/It is not known whether the request took effect/);
    const next = await broker.up(impatient, first);
    expect([next.unfinished, broker.bound]).toEqual([undefined, [next.state.bindingId]]);
  });

  test("though it said that the id is taken, is asked for again by the next up", async () => {
    const fault = broker.simulator.fault({ on: "bind", kind: { status: 409 }, times: "always" });
    const first = await broker.up(impatient);
    expect(first.unfinished).toHaveLength(1);
    fault.cancel();
    const next = await broker.up(impatient, first);
    expect([next.unfinished, broker.bound]).toEqual([undefined, [next.state.bindingId]]);
  });
});
