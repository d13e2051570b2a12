import { serviceInstance } from "../../../../support/one-process";
import type { RunState } from "../../../../../provider/host/run-state";
import { BrokerStack, type Inputs, database } from "../../../../support/service-instance";

/** Two resources of one stack, of which a run serves both. */
describe("two ServiceInstances with the same given id", () => {
  const given: Inputs = { ...database, instanceId: "given" };
  let one: BrokerStack;
  let other: BrokerStack;
  let session: RunState;
  beforeEach(async () => {
    one = await BrokerStack.start();
    other = BrokerStack.beside(one);
    session = one.sessionOf(() => Promise.resolve());
  });
  afterEach(() => one.stop());

  const taken = /^(instanceId|adopt): another resource of this stack has instance given, or is to get it/;

  it("do not both get it in one run", async () => {
    await one.up(given, { session });
    await expect(other.up(given, { session })).rejects.toThrow(taken);
    expect(one.sent("provision")).toHaveLength(1);
  });

  it("do not both get it where one adopts it", async () => {
    await one.up(given, { session });
    await expect(other.up({ ...database, adopt: "given" }, { session })).rejects.toThrow(taken);
  });

  it("both get it at brokers of their own", async () => {
    const elsewhere = await BrokerStack.start();
    await one.up(given, { session });
    await elsewhere.up(given, { session });
    expect([one.existing, elsewhere.existing]).toEqual([["given"], ["given"]]);
    await elsewhere.stop();
  });

  it("do not end each other where an earlier run let both have it", async () => {
    await one.up(given);
    await other.up(given);
    await one.up(given, { session });
    const { real } = other.saved;
    if (!real) throw new Error("There is none.");
    const host = one.host({ session });
    await serviceInstance.delete(host, real.id, real.state);
    expect(one.existing).toEqual(["given"]);
    expect(host.recorded.warnings.join()).toMatch(/instance given .*another resource of this stack has it/);
  });
});

describe("an instance that had the given id before", () => {
  const given: Inputs = { ...database, instanceId: "given" };
  let stack: BrokerStack;
  beforeEach(async () => {
    stack = await BrokerStack.start();
  });
  afterEach(() => stack.stop());

  it("is taken with a warning where this run's first request found it", async () => {
    await stack.up(given);
    const { host } = await BrokerStack.beside(stack).up(given);
    expect(host.recorded.warnings.join()).toMatch(
      /instance given .* existed already.*a delete deprovisions it/,
    );
  });

  it("is taken without a word where an earlier run may have made it", async () => {
    await stack.killedUp(
      { ...given, service: "cache", plan: "basic", parameters: {} },
      "provision",
      "effect",
    );
    const { host } = await stack.up({ ...given, service: "cache", plan: "basic", parameters: {} });
    expect(host.recorded.warnings).toEqual([]);
  });

  it("is taken without a word where an answer to this run's request was lost", async () => {
    stack.simulator.fault({ on: "provision", kind: "reset-after" });
    const { host } = await stack.up({ ...given, service: "cache", plan: "basic", parameters: {} });
    expect(host.recorded.warnings).toEqual([]);
  });
});
