import type { BrokerFailure } from "../../../../sdk/simulator";
import { BrokerCaller, LONG } from "../../../support/call-broker";

const grown = { parameters: { storageGb: 6 } };

async function failing(failure: BrokerFailure, service?: string): Promise<BrokerCaller> {
  const caller = new BrokerCaller({ operationMs: 1000 }, service);
  if (failure.on !== "provision") await caller.provisioned();
  caller.simulator.fail(failure);
  return caller;
}

describe("an operation that is scripted to go wrong", () => {
  test("never finishes", async () => {
    const caller = await failing({ on: "provision", kind: "never-finishes" }, "archive");
    await caller.provision();
    await caller.clock.advance(100 * LONG);
    expect((await caller.lastOperation()).body).toMatchObject({ state: "in progress" });
  });

  test("never answers where the service is synchronous", async () => {
    const caller = await failing({ on: "provision", kind: "never-finishes" }, "cache");
    await expect(caller.provision()).rejects.toThrow("no answer");
  });

  test("is finished from outside", async () => {
    const caller = await failing({ on: "provision", kind: "never-finishes" });
    await caller.provision();
    caller.simulator.finishOperation("i1");
    expect(caller.simulator.instances).toMatchObject([{ state: "ready" }]);
  });

  test("fails after a while and leaves nothing", async () => {
    const caller = await failing({
      on: "provision",
      kind: "fails-after",
      afterMs: 100,
      description: "no quota",
    });
    await caller.provision();
    await caller.clock.advance(100);
    expect((await caller.lastOperation()).body).toEqual({ state: "failed", description: "no quota" });
    expect(caller.simulator.instances).toEqual([]);
  });

  test("fails and leaves what it made", async () => {
    const caller = await failing({ on: "provision", kind: "fails-and-leaves" });
    await caller.provisioned();
    expect(caller.simulator.instances).toMatchObject([{ id: "i1", state: "failed" }]);
    expect(await caller.provision()).toMatchObject({ status: 409 });
    expect(await caller.deprovision()).toMatchObject({ status: 202 });
  });

  test("is answered with 500 where the service is synchronous", async () => {
    const caller = await failing({ on: "provision", kind: "fails-after" }, "cache");
    expect(await caller.provision()).toMatchObject({
      status: 500,
      body: { description: "The provision failed." },
    });
  });

  test("leaves an instance as it was when an update fails", async () => {
    const caller = await failing({ on: "update", kind: "fails-after", updateRepeatable: false });
    await caller.update(grown);
    await caller.clock.advance(LONG);
    expect((await caller.lastOperation()).body).toMatchObject({ state: "failed", update_repeatable: false });
    expect(caller.simulator.instances).toMatchObject([{ state: "ready", parameters: { storageGb: 5 } }]);
  });

  test("changes an instance although the update fails", async () => {
    const caller = await failing({ on: "update", kind: "fails-and-leaves" });
    await caller.update(grown);
    await caller.clock.advance(LONG);
    expect(caller.simulator.instances).toMatchObject([{ state: "ready", parameters: { storageGb: 6 } }]);
  });

  test("leaves an instance unusable until another update repairs it", async () => {
    const caller = await failing({ on: "update", kind: "unusable" });
    await caller.update(grown);
    await caller.clock.advance(LONG);
    expect((await caller.lastOperation()).body).toMatchObject({ state: "failed", instance_usable: false });
    expect(await caller.bind()).toMatchObject({ status: 400 });
    await caller.update(grown);
    await caller.clock.advance(LONG);
    expect(caller.simulator.instances).toMatchObject([{ state: "ready" }]);
  });

  test("is slow", async () => {
    const caller = await failing({ on: "provision", kind: "slow", afterMs: 5000 }, "archive");
    await caller.provision();
    await caller.clock.advance(4999);
    expect((await caller.lastOperation()).body).toMatchObject({ state: "in progress" });
  });

  test("is answered late where the service is synchronous", async () => {
    const caller = await failing({ on: "provision", kind: "slow", afterMs: 5000 }, "cache");
    const answer = caller.provision();
    await caller.clock.advance(4999);
    expect(caller.simulator.instances).toMatchObject([{ state: "provisioning" }]);
    await caller.clock.advance(1);
    expect(await answer).toMatchObject({ status: 201 });
  });

  test.each<[string, string]>([
    ["cache", "201"],
    ["archive", "202"],
  ])("answers with JSON that ends half way, with its effect: %s", async (service) => {
    const caller = await failing({ on: "provision", kind: "broken-json" }, service);
    await expect(caller.provision()).rejects.toThrow(SyntaxError);
    expect(caller.simulator.instances).toHaveLength(1);
  });

  test("answers with the wrong status, with its effect", async () => {
    const caller = await failing({ on: "provision", kind: "wrong-status" }, "cache");
    expect(await caller.provision()).toMatchObject({ status: 204, body: {} });
    expect(caller.simulator.instances).toHaveLength(1);
  });

  test("is refused for concurrency so often, without effect", async () => {
    const caller = await failing({ on: "deprovision", kind: "concurrency-error", times: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await caller.deprovision()).status);
    expect(statuses).toEqual([422, 422, 202]);
  });

  test("is forgotten", async () => {
    const caller = await failing({ on: "provision", kind: "forgets" });
    const { body } = await caller.provision();
    const asked = [
      await caller.lastOperation({ operation: String(body["operation"]) }),
      await caller.fetch(),
      await caller.deprovision(),
    ];
    expect(asked.map(({ status }) => status)).toEqual([404, 404, 410]);
  });

  test("leaves an instance there when deprovisioning fails", async () => {
    const caller = await failing({ on: "deprovision", kind: "fails-after" });
    await caller.deprovision();
    await caller.clock.advance(LONG);
    expect((await caller.lastOperation()).body).toMatchObject({ state: "failed" });
    expect(caller.simulator.instances).toMatchObject([{ state: "ready" }]);
  });

  test.each<[BrokerFailure["kind"], unknown[]]>([
    ["fails-after", []],
    ["fails-and-leaves", [{ id: "b1", state: "failed" }]],
    ["forgets", []],
  ])("can be a binding: %s", async (kind, left) => {
    const caller = await failing({ on: "bind", kind });
    await caller.bound();
    expect(caller.simulator.bindings).toMatchObject(left);
  });

  test("leaves a binding there when unbinding fails", async () => {
    const caller = await failing({ on: "unbind", kind: "fails-after" });
    await caller.bound();
    await caller.unbind();
    await caller.clock.advance(LONG);
    expect(caller.simulator.bindings).toMatchObject([{ state: "ready" }]);
  });

  test.each<[string, Partial<BrokerFailure>]>([
    ["another service", { service: "cache" }],
    ["another path", { pathContains: "i2" }],
    ["another body", { bodyContains: "stack-2" }],
    ["a later turn", { skip: 1 }],
  ])("is left alone when it is meant for %s", async (_, filter) => {
    const caller = await failing({ on: "provision", kind: "fails-after", ...filter });
    await caller.provisioned();
    expect(caller.simulator.instances).toMatchObject([{ state: "ready" }]);
  });

  test("that cannot be is an error", () => {
    expect(() => {
      new BrokerCaller().simulator.fail({ on: "bind", kind: "unusable" });
    }).toThrow("only an update or a deprovision");
  });
});
