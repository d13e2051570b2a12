import type { BrokerService } from "../../../../sdk/simulator";
import { BrokerCaller, LONG } from "../../../support/call-broker";

const leave: Record<string, (services: BrokerService[]) => BrokerService[]> = {
  plan: (services) =>
    services.map((service) => ({ ...service, plans: service.plans.filter(({ name }) => name !== "small") })),
  service: (services) => services.filter(({ name }) => name !== "postgres"),
};

/** An instance with a binding, made before what it is of left the catalog. */
async function departed(what: string): Promise<BrokerCaller> {
  const caller = await (await new BrokerCaller().provisioned()).bound();
  depart(caller, what);
  return caller;
}

function depart({ simulator }: BrokerCaller, what: string): void {
  simulator.setCatalog(leave[what]?.(simulator.services) ?? []);
}

describe.each(Object.keys(leave))("an instance whose %s has left the catalog", (what) => {
  test("is fetched", async () => {
    const caller = await departed(what);
    expect(await caller.fetch({ ...caller.ids })).toMatchObject({
      status: 200,
      body: { ...caller.ids, metadata: { labels: { service: "postgres", plan: "small" } } },
    });
  });

  test("is there for a repeated PUT", async () => {
    expect(await (await departed(what)).provision()).toMatchObject({ status: 200 });
  });

  test("can be changed", async () => {
    const caller = await departed(what);
    expect(await caller.update({ parameters: { storageGb: 6 } })).toMatchObject({ status: 202 });
    await caller.clock.advance(LONG);
    expect(caller.simulator.instances).toMatchObject([{ parameters: { storageGb: 6 } }]);
  });

  test("can be bound, and its bindings fetched", async () => {
    const caller = await (await departed(what)).bound({}, "b2");
    const answers = [await caller.bind(), await caller.fetchBinding("b1"), await caller.fetchBinding("b2")];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test("can be unbound and deleted", async () => {
    const caller = await departed(what);
    const answers = [await caller.unbind()];
    await caller.clock.advance(LONG);
    answers.push(await caller.deprovision());
    await caller.clock.advance(LONG);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(caller.simulator.instances).toEqual([]);
  });

  test("has none made beside it", async () => {
    const caller = await departed(what);
    expect(await caller.provision({}, { id: "i2" })).toMatchObject({ status: 400 });
  });
});

describe("a plan that has left the catalog", () => {
  test("can be left for one that is offered", async () => {
    const caller = await departed("plan");
    await caller.update({ plan_id: caller.planIdOf("large") });
    await caller.clock.advance(LONG);
    expect((await caller.fetch()).body).toMatchObject({ plan_id: caller.planIdOf("large") });
  });

  test("cannot be gone over to", async () => {
    const caller = await new BrokerCaller({}, "postgres", "large").provisioned();
    const small = caller.planIdOf("small");
    depart(caller, "plan");
    expect(await caller.update({ plan_id: small })).toMatchObject({ status: 400 });
  });

  test("is still gone over to where that began before", async () => {
    const caller = await new BrokerCaller({}, "postgres", "large").provisioned();
    const body = { plan_id: caller.planIdOf("small") };
    const first = await caller.update(body);
    depart(caller, "plan");
    expect(await caller.update(body)).toMatchObject({ status: 202, body: first.body });
    await caller.clock.advance(LONG);
    expect((await caller.fetch()).body).toMatchObject(body);
  });

  test("is remembered when the catalog changes once more", async () => {
    const caller = await departed("plan");
    caller.simulator.setCatalog(caller.simulator.services);
    expect(await caller.fetch()).toMatchObject({ status: 200 });
  });
});

test("an instance cannot be changed to a plan that never was", async () => {
  const { simulator } = await new BrokerCaller().provisioned();
  expect(() => {
    simulator.patchInstance("i1", { planId: "x" });
  }).toThrow("There never was a plan x");
});
