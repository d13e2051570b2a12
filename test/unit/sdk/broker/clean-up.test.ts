import { openBroker, workOf } from "../../../../provider/resources/broker/account";
import { type CleanedUp, cleanUp } from "../../../../sdk/broker/operations";
import { BrokerStack } from "../../../support/service-instance";

describe("cleaning up", () => {
  let stack: BrokerStack;
  afterEach(() => stack.stop());

  /** Cleans up the instance of a service with this name, with so many milliseconds left. */
  async function cleaned(
    options: Parameters<typeof BrokerStack.start>[0] = {},
    leftMs = 3_600_000,
    faults: Parameters<BrokerStack["simulator"]["fault"]>[0][] = [],
  ): Promise<CleanedUp> {
    stack = await BrokerStack.start(options);
    const { state } = await stack.up({ service: "archive", plan: "cold" });
    for (const fault of faults) stack.simulator.fault(fault);
    const host = stack.host();
    const broker = openBroker(host.session, host.settings, undefined);
    const deadline = host.session.clock.now() + leftMs;
    return cleanUp(workOf(host, broker), state, { deadline });
  }

  it("is confirmed when the operation of the delete has ended well", async () => {
    expect(await cleaned()).toEqual({ confirmed: true });
    expect(stack.existing).toEqual([]);
  });

  it("goes on until the broker confirms it", async () => {
    const result = await cleaned({
      faults: [{ on: "deprovision", kind: { status: 500 }, times: 2 }],
      failures: [{ on: "deprovision", kind: "fails-after" }],
    });
    expect([result.confirmed, stack.existing]).toEqual([true, []]);
  });

  it("is not confirmed by a broker that goes on failing, and says why", async () => {
    const result = await cleaned({ faults: [{ on: "deprovision", kind: { status: 500 }, times: 1000 }] });
    expect(result.confirmed).toBe(false);
    expect(result.why).toMatch(/500/);
  });

  it("is not repeated where the broker refuses it", async () => {
    const result = await cleaned({ faults: [{ on: "deprovision", kind: { status: 400 } }] });
    expect([result.confirmed, stack.sent("deprovision").length]).toEqual([false, 1]);
  });

  it.each([405, 501])(
    "is confirmed where the broker does not know it, and of operations nothing: 404 and %d",
    async (status) => {
      const result = await cleaned({}, undefined, [
        { on: "deprovision", kind: { status: 404, body: {} }, times: 9 },
        { on: "last-operation", kind: { status, body: {} }, times: "always" },
      ]);
      expect(result).toEqual({ confirmed: true, isNothing: true });
    },
  );

  it.each([410, 404])(
    "tells that there was nothing to delete where the first answer is %d",
    async (status) => {
      const gone = { on: "deprovision", kind: { status, body: {} }, times: 9 } as const;
      const unknown = { on: "last-operation", kind: { status, body: {} }, times: "always" } as const;
      expect(await cleaned({}, undefined, [gone, unknown])).toEqual({ confirmed: true, isNothing: true });
    },
  );

  it("does not tell so where an earlier attempt may have deleted it", async () => {
    const result = await cleaned({}, undefined, [
      { on: "deprovision", kind: { status: 500 } },
      { on: "deprovision", kind: { status: 410, body: {} } },
    ]);
    expect(result).toEqual({ confirmed: true });
  });

  it("is tried once at least, however late it is", async () => {
    expect(await cleaned({}, -1)).toEqual({ confirmed: true });
  });

  it("waits for another operation to end", async () => {
    const result = await cleaned({ failures: [{ on: "deprovision", kind: "concurrency-error", times: 3 }] });
    expect(result.confirmed).toBe(true);
  });
});
