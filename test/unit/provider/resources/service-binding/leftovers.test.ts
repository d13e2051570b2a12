import { BoundBroker, INSTANCE_ID, type Inputs, type Saved } from "../../../../support/service-binding";

const overlap: Inputs = { rotationOverlap: "48h" };

let broker: BoundBroker;

beforeEach(async () => {
  broker = await BoundBroker.start();
});

afterEach(() => broker.stop());

/** What an up makes that dies after the successor was saved. */
async function killedUp(inputs: Inputs, saved: Saved): Promise<Saved> {
  const refusal = broker.simulator.fault({ on: "unbind", kind: { status: 400 }, times: 10 });
  const next = await broker.up(inputs, saved);
  refusal.cancel();
  return next;
}

/** A binding that holds two predecessors. */
async function rotatedTwice(): Promise<Saved> {
  const first = await broker.up({ ...overlap, rotationTrigger: 1 });
  const second = await broker.up({ ...overlap, rotationTrigger: 2 }, first);
  return broker.up({ ...overlap, rotationTrigger: 3 }, second);
}

describe.each([
  ["up", {}],
  ["up with a refresh", { refresh: true }],
])("a binding with predecessors that a run that died left to the next %s to delete", (_, how) => {
  test("ends with all of them where the successor holds none", async () => {
    const old = await rotatedTwice();
    const next = await killedUp({ rotationTrigger: 4 }, old);
    expect(broker.bound).toHaveLength(4);
    const later = await broker.upWithLeftover({ rotationTrigger: 4 }, next, old, how);
    expect(later).toMatchObject({ what: "same", leftover: undefined });
    expect(broker.bound).toEqual([next.state.bindingId]);
  });

  test("stays bound with all of them where the successor holds them", async () => {
    const inputs = { ...overlap, rotationTrigger: 4 };
    const old = await rotatedTwice();
    const next = await broker.up(inputs, old);
    const later = await broker.upWithLeftover(inputs, next, old, how);
    expect(later).toMatchObject({ what: "same", leftover: undefined });
    expect(later.state.predecessors).toHaveLength(3);
    expect(broker.bound).toHaveLength(4);
  });

  test("moves to the next successor where that one wants an overlap", async () => {
    const old = await rotatedTwice();
    const next = await broker.up({ ...overlap, rotationTrigger: 4 }, old);
    const later = await broker.upWithLeftover({ ...overlap, rotationTrigger: 5 }, next, [next, old], how);
    expect(later.leftover).toBeUndefined();
    expect(later.state.predecessors).toHaveLength(4);
    expect(broker.bound).toHaveLength(5);
  });

  test("ends with all of them where the next successor wants none", async () => {
    const old = await rotatedTwice();
    const next = await broker.up({ ...overlap, rotationTrigger: 4 }, old);
    const later = await broker.upWithLeftover({ rotationTrigger: 5 }, next, [next, old], how);
    expect(later.leftover).toBeUndefined();
    expect(broker.bound).toEqual([later.state.bindingId]);
  });

  test("ends with all of them where two runs died one after the other", async () => {
    const oldest = await rotatedTwice();
    const old = await broker.up({ ...overlap, rotationTrigger: 4 }, oldest);
    const next = await killedUp({ rotationTrigger: 5 }, old);
    const later = await broker.upWithLeftover({ rotationTrigger: 5 }, next, [old, oldest], how);
    expect(later.leftover).toBeUndefined();
    expect(broker.bound).toEqual([next.state.bindingId]);
  });

  test("ends without the successor where the broker does not know it any more", async () => {
    const old = await rotatedTwice();
    const next = await killedUp({ rotationTrigger: 4 }, old);
    await broker.client().unbind(INSTANCE_ID, old.id, broker.simulator.plan("postgres", "small"));
    broker.simulator.finishOperation(old.id);
    const later = await broker.upWithLeftover({ rotationTrigger: 4 }, next, old, how);
    expect(later.leftover).toBeUndefined();
    expect(broker.bound).toEqual([next.state.bindingId]);
  });
});

test("a destroy after a run that died in between unbinds each binding once", async () => {
  const old = await broker.up({ ...overlap, rotationTrigger: 1 });
  const next = await broker.up({ ...overlap, rotationTrigger: 2 }, old);
  await broker.destroy(old, next);
  expect(broker.bound).toEqual([]);
  expect(broker.sent("unbind")).toBe(2);
});
