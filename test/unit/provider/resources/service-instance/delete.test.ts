import { serviceInstance } from "../../../../support/one-process";
import { BrokerStack, database } from "../../../../support/service-instance";

describe("a delete of a ServiceInstance", () => {
  let stack: BrokerStack;
  const given = async (
    options: Parameters<typeof BrokerStack.start>[0] = {},
    inputs: Parameters<BrokerStack["up"]>[0] = database,
  ): Promise<void> => {
    stack = await BrokerStack.start(options);
    await stack.up(inputs);
  };
  afterEach(() => stack.stop());

  it.each(["postgres/small", "cache/basic", "archive/cold"])("deprovisions it: %s", async (name) => {
    const [service = "", plan = ""] = name.split("/");
    await given({}, { service, plan });
    await stack.destroy();
    expect([stack.existing, stack.sent("deprovision").length]).toEqual([[], 1]);
  });

  it("ends as soon as the broker says that it succeeded", async () => {
    await given({ deletedAs: "succeeded" });
    await stack.destroy();
    expect(stack.existing).toEqual([]);
  });

  it("has nothing to do where the instance is gone", async () => {
    await given();
    stack.simulator.removeInstance(stack.existing[0] ?? "");
    await stack.destroy();
    expect([stack.existing, stack.sent("deprovision").length]).toEqual([[], 1]);
  });

  it("waits for another operation to end", async () => {
    await given({ failures: [{ on: "deprovision", kind: "concurrency-error", times: 3 }] });
    await stack.destroy();
    expect(stack.existing).toEqual([]);
  });

  it("ends in an error when the broker stays busy, and may be repeated", async () => {
    await given(
      { failures: [{ on: "deprovision", kind: "concurrency-error", times: 1000 }] },
      { ...database, timeouts: { delete: "10s" } },
    );
    await expect(stack.destroy()).rejects.toThrow(
      /still busy with another operation.*Run the same command again/s,
    );
    expect(stack.existing).toHaveLength(1);
  });

  it("that the user's time-out ended goes on at the broker, and is met again by the next", async () => {
    await given(
      { failures: [{ on: "deprovision", kind: "never-finishes" }] },
      { ...database, timeouts: { delete: "10s" } },
    );
    await expect(stack.destroy()).rejects.toThrow(
      /not finished within its time-out of 10s.*may still exist/s,
    );
    stack.simulator.finishOperation(stack.existing[0] ?? "");
    await stack.destroy();
    expect(stack.existing).toEqual([]);
  });

  it("that goes on failing is not repeated beyond the user's time-out", async () => {
    await given(
      { faults: [{ on: "deprovision", kind: { status: 500 }, times: 1e6 }] },
      { ...database, timeouts: { delete: "3s" } },
    );
    await expect(stack.destroy()).rejects.toThrow(/500.*still in the state/s);
    const times = stack.sent("deprovision").map(({ at }) => at);
    expect(times.length).toBeGreaterThan(1);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(10_000);
  });

  it("that fails is repeated without the user's name until it succeeds", async () => {
    await given({
      failures: [{ on: "deprovision", kind: "fails-after", description: "Try later." }],
      env: { OSB_ORIGINATING_IDENTITY: '{"user_id":"u1"}' },
    });
    const host = await stack.destroy();
    expect(stack.sent("deprovision").map((event) => event.originatingIdentity?.platform)).toEqual([
      "provisor",
      undefined,
    ]);
    expect(host.recorded.warnings.join()).toMatch(/the delete failed: Try later\. The delete was repeated/);
  });

  it("that fails says whether the instance is still usable", async () => {
    await given({
      failures: [{ on: "deprovision", kind: "unusable", description: "Stuck." }],
      env: { PROVISOR_ORPHAN_MITIGATION: "report" },
    });
    await expect(stack.destroy()).rejects.toThrow(/the delete failed: Stuck.*instance_usable: false/s);
    expect(stack.sent("deprovision")).toHaveLength(1);
  });

  it("remembers an instance that a broker answers with 404 for, and still knows", async () => {
    await given({ faults: [{ on: "deprovision", kind: { status: 404 }, times: 5 }] });
    await expect(stack.destroy()).rejects.toThrow(/404.*still in the state/s);
    expect(stack.saved.real).toBeDefined();
  });

  it("takes an instance for gone that a broker answers with 404 for throughout", async () => {
    await given({ faults: [{ on: "deprovision", kind: { status: 404 }, times: 5 }] });
    stack.simulator.forgetInstance(stack.existing[0] ?? "");
    await stack.destroy();
    expect(stack.saved.real).toBeUndefined();
  });

  it("is prevented by its policy", async () => {
    await given({}, { ...database, deletionPolicy: "prevent" });
    await expect(stack.destroy()).rejects.toThrow(/deletionPolicy is "prevent".*stays at the broker/s);
    expect(stack.sent("deprovision")).toHaveLength(0);
  });

  it("leaves the instance where its policy says so, with a warning", async () => {
    await given({}, { ...database, deletionPolicy: "abandon" });
    const host = await stack.destroy();
    expect(host.recorded.warnings).toHaveLength(1);
    expect(host.recorded.warnings[0]).toMatch(/abandoned.*instance \S+ .*stays at the broker/);
    expect(stack.existing).toHaveLength(1);
  });

  it("says that the instance stays where there are no settings for its broker", async () => {
    await given();
    await expect(stack.destroy({ OSB_URL: "", OSB_USERNAME: "", OSB_PASSWORD: "" })).rejects.toThrow(
      /instance \S+ .*is not deleted and stays in the state\. No broker: its URL is missing/s,
    );
  });

  it("is not believed of another broker, which does not know the instance", async () => {
    await given();
    const other = await BrokerStack.start();
    await expect(stack.destroy({ OSB_URL: other.running.url })).rejects.toThrow(
      /is not the one that made it/,
    );
    await other.stop();
    expect(stack.saved.real).toBeDefined();
  });

  it("never removes an id that the same run has made", async () => {
    await given();
    const { id = "", inputs, state } = stack.saved.real ?? {};
    if (!inputs || !state) throw new Error("There is none.");
    const host = stack.host();
    await serviceInstance.create(host, inputs);
    await serviceInstance.delete(host, id, state);
    expect(stack.existing).toEqual([state.instanceId]);
    expect(host.recorded.warnings.join()).toContain("this very run has made it");
  });
});
