import { BrokerStack, type Inputs, database } from "../../../../support/service-instance";

const unretrievable: Inputs = { service: "cache", plan: "basic" };

describe("a ServiceInstance while another broker is addressed", () => {
  let stack: BrokerStack;
  let other: BrokerStack;
  /** What addresses it. */
  let elsewhere: Record<string, string>;
  beforeEach(async () => {
    stack = await BrokerStack.start();
    other = await BrokerStack.start();
    elsewhere = { OSB_URL: other.running.env["OSB_URL"] ?? "" };
  });
  afterEach(async () => {
    await stack.stop();
    await other.stop();
  });

  const refusal = /address the broker at .*not the one that has it.*Use settings for that broker/s;
  /** Whatever the other broker was asked to do. */
  const asked = (): unknown[] => other.simulator.ledger.effects();
  const upElsewhere = (inputs: Inputs): Promise<unknown> => stack.up(inputs, {}, elsewhere);
  /** A create that failed and that could not be cleaned up. */
  const givenLeftovers = async (): Promise<void> => {
    stack.simulator.fault({ on: "provision", kind: { status: 500 } });
    stack.simulator.fault({ on: "deprovision", kind: { status: 403 } });
    await stack.up(database);
    expect(stack.saved.real?.state).toMatchObject({ state: "failed", mitigated: false });
  };

  it("is not provisioned anew there while something may be left at its own", async () => {
    await givenLeftovers();
    await expect(upElsewhere(database)).rejects.toThrow(refusal);
    expect(asked()).toEqual([]);
  });

  it("is not taken for gone where it does not know what may be left", async () => {
    await givenLeftovers();
    await expect(stack.destroy(elsewhere)).rejects.toThrow(refusal);
    expect(asked()).toEqual([]);
  });

  it("is not updated there", async () => {
    await stack.up(database);
    await expect(upElsewhere({ ...database, plan: "large" })).rejects.toThrow(refusal);
    expect(asked()).toEqual([]);
  });

  it("takes over policies, for which nothing is sent", async () => {
    await stack.up(database);
    await upElsewhere({ ...database, deletionPolicy: "abandon" });
    expect(stack.saved.real?.state).toMatchObject({ deletionPolicy: "abandon" });
  });

  it("is not asked for there while it is being made", async () => {
    stack.simulator.fail({ on: "provision", kind: "never-finishes" });
    await stack.up({ ...database, timeouts: { create: "5s" } });
    await expect(upElsewhere(database)).rejects.toThrow(refusal);
    expect(other.sent("last-operation")).toEqual([]);
  });

  it("is not replaced there, where the present one could not be deleted", async () => {
    const replaceable: Inputs = { ...database, changePolicy: "replace" };
    await stack.up(replaceable);
    await expect(upElsewhere({ ...replaceable, service: "cache", plan: "basic" })).rejects.toThrow(
      /a replacement would have to delete what is at the broker .*Nothing was sent/s,
    );
    expect(asked()).toEqual([]);
  });

  it("is not taken for gone by the clean-up after a delete that it failed", async () => {
    await stack.up(database);
    other.simulator.fault({ on: "deprovision", kind: { status: 500 } });
    await expect(stack.destroy(elsewhere)).rejects.toThrow(/not deleted/);
  });

  it.each([
    ["fetched it", database],
    ["asked for its last operation, where it cannot be fetched", unretrievable],
  ])("is at its new address once a refresh has %s there", async (_how, inputs) => {
    await stack.up(inputs);
    const moved = stack.running.env["OSB_URL"]?.replace("127.0.0.1", "localhost") ?? "";
    await stack.refresh({ OSB_URL: moved });
    expect(stack.saved.real?.state.broker).toBe(moved);
  });

  it("stays where it is when a refresh does not find it there", async () => {
    await stack.up(unretrievable);
    await stack.refresh(elsewhere);
    expect(stack.saved.real?.state.broker).toBe(stack.running.env["OSB_URL"]);
  });
});

describe("an instance whose id the program gave, while another broker has one with that id", () => {
  let stack: BrokerStack;
  let other: BrokerStack;
  let elsewhere: Record<string, string>;
  const given: Inputs = { ...database, instanceId: "main" };
  beforeEach(async () => {
    stack = await BrokerStack.start();
    other = await BrokerStack.start();
    elsewhere = { OSB_URL: other.running.env["OSB_URL"] ?? "" };
    await stack.up(given);
    await other.up({ ...given, plan: "large" });
  });
  afterEach(async () => {
    await stack.stop();
    await other.stop();
  });

  it("is not deleted there", async () => {
    await expect(stack.destroy(elsewhere)).rejects.toThrow(/not deleted, since its id is the program's own/);
    expect([stack.existing, other.existing]).toEqual([["main"], ["main"]]);
  });

  it("takes nothing over from it in a refresh", async () => {
    const before = stack.saved.real?.state;
    const host = await stack.refresh(elsewhere);
    expect(stack.saved.real?.state).toEqual(before);
    expect(host.recorded.warnings.join()).toMatch(/another instance may have it there/);
  });

  it("is told apart in each up", async () => {
    const { what, host } = await stack.up(given, {}, elsewhere);
    expect(what).toBe("same");
    expect(host.recorded.warnings.join()).toMatch(/instance main is at the broker .* address the one at/);
  });
});

describe("the intent of a ServiceInstance while another broker is addressed", () => {
  let stack: BrokerStack;
  let other: BrokerStack;
  let elsewhere: Record<string, string>;
  beforeEach(async () => {
    stack = await BrokerStack.start();
    other = await BrokerStack.start();
    elsewhere = { OSB_URL: other.running.env["OSB_URL"] ?? "" };
    await stack.killedUp(database, "provision", "effect");
  });
  afterEach(async () => {
    await stack.stop();
    await other.stop();
  });

  it("names what a run that died may have made at its own, and asks the other one nothing", async () => {
    const { recorded } = await stack.destroy(elsewhere);
    expect(recorded.warnings.join()).toContain(`may be at the broker ${stack.running.url}: the settings`);
    expect(other.simulator.ledger.effects()).toEqual([]);
  });

  it("says what a run that died may have made when a new one goes on there", async () => {
    const { host } = await stack.up(database, {}, elsewhere);
    expect(host.recorded.warnings.join()).toMatch(/may have made service instance .* at the broker http/);
  });

  it("says nothing of it when its instance was made", async () => {
    await stack.up(database);
    const { host } = await stack.up({ ...database, deletionPolicy: "abandon" }, {}, elsewhere);
    expect(host.recorded.warnings).toEqual([
      expect.stringMatching(/is at the broker http.*It is neither changed nor deleted/) as string,
    ]);
  });
});
