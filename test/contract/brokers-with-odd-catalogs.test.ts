import { serviceBinding } from "../support/one-process";
import { createBrokerClient } from "../../sdk/broker";
import { Held } from "./broker-matrix/held";
import { InstanceStack } from "../support/service-instance";
import { OK, type Reply, StandIn, standIns } from "../support/stand-in";

const { clock, start } = standIns();

/** Has the catalog that it is given. */
class Catalogued extends StandIn {
  override polls = 0;
  constructor(readonly services: unknown) {
    super();
  }
  override catalog(): unknown {
    return { services: this.services };
  }
}

const small = { id: "p-1", name: "small", description: "small" };
const db = { id: "s-1", name: "db", description: "A database", bindable: true, plans: [small] };
const inputs = { service: "db", plan: "small" };

const stackAt = async (broker: StandIn): Promise<InstanceStack> =>
  new InstanceStack(clock, (await start(broker)).env);

describe("a broker whose catalog has a malformed entry", () => {
  it.each<[string, unknown[], RegExp]>([
    ["a service without an id", [{ name: "broken", plans: [] }, db], /service broken \(id: must be a text/],
    ["a service without plans", [{ id: "s-0", name: "broken" }, db], /service broken \(plans: /],
    ["a service that is none", [null, db], /service number 1 \(the body: /],
    [
      "a plan without a name",
      [{ ...db, plans: [{ id: "p-0" }, small] }],
      /plan p-0 of service db \(name: must be a text/,
    ],
    [
      "a plan with an empty id",
      [{ ...db, plans: [small, { ...small, name: "broken", id: "" }] }],
      /plan broken of service db \(id: /,
    ],
  ])("%s: provisions the others, and names it once", async (_what, services, words) => {
    const stack = await stackAt(new Catalogued(services));
    expect(await stack.preview(inputs)).toEqual([]);
    const { what, host } = await stack.up(inputs);
    expect(what).toBe("created");
    expect(host.recorded.warnings).toEqual([expect.stringMatching(words)]);
  });

  it.each<[string, unknown[], RegExp]>([
    [
      "the service",
      [{ ...db, id: null }],
      /^service: .*no service db; its entry of that name cannot be used \(id: /,
    ],
    [
      "the plan",
      [{ ...db, plans: [{ ...small, id: [] }] }],
      /^plan: service db has no plan small; its entry of that name cannot be used \(id: /,
    ],
  ])("says so where it is %s that is wanted", async (_what, services, words) => {
    const stack = await stackAt(new Catalogued(services));
    expect(await stack.preview(inputs)).toEqual([expect.stringMatching(words)]);
  });
});

/** Numbers its services and plans, and takes nothing but numbers for them. */
class Numbered extends Catalogued {
  constructor() {
    const plans = [
      { ...small, id: 7, plan_updateable: true },
      { ...small, id: 8, name: "large" },
    ];
    super([{ ...db, id: 42, instances_retrievable: true, plans }]);
  }
  protected override put(...[path, thing, request]: Parameters<StandIn["put"]>): Reply {
    const { service_id, plan_id } = JSON.parse(request.body) as Record<string, unknown>;
    if (service_id !== 42 || (plan_id !== 7 && plan_id !== 8)) return REFUSED;
    return super.put(path, thing, request);
  }
  protected override update(...[thing, request]: Parameters<StandIn["update"]>): Reply {
    const { service_id, plan_id, previous_values } = JSON.parse(request.body) as {
      service_id: unknown;
      plan_id: unknown;
      previous_values: { plan_id: unknown };
    };
    if (service_id !== 42 || plan_id !== 8 || previous_values.plan_id !== 7) return REFUSED;
    return super.update(thing, request);
  }
  protected override remove(...[thing, request]: Parameters<StandIn["remove"]>): Reply {
    if (request.query.get("service_id") !== "42" || request.query.get("plan_id") !== "8") return REFUSED;
    if (thing) thing.gone = true;
    return OK;
  }
}
const REFUSED: Reply = { status: 400, body: { description: "No such service or plan." } };

describe("a broker that numbers its services and plans", () => {
  it("is sent numbers, and told from its answers", async () => {
    const broker = new Numbered();
    const stack = await stackAt(broker);
    const { state } = await stack.up(inputs);
    expect([state.serviceId, state.planId]).toEqual(["42", "7"]);
    await stack.refresh();
    expect(await stack.changes(inputs)).toEqual({ changes: false, replaces: [] });
    expect(await stack.changes({ service: "42", plan: "7" })).toMatchObject({ replaces: [] });
    expect((await stack.up({ ...inputs, plan: "large" })).what).toBe("updated");
    await stack.destroy();
    expect(broker.alive).toEqual([]);
  });

  it("is sent a number for a binding", async () => {
    const broker = await start(new Numbered());
    const stack = new InstanceStack(clock, broker.env);
    const { state } = await stack.up(inputs);
    const binding = new Held(serviceBinding, ({ bindingId }) => bindingId, "binding-1");
    const host = stack.host();
    const { instanceId, serviceId: service, planId: plan } = state;
    expect(await binding.up(host, { instance: { instanceId, service, plan } })).toMatchObject({ to: "done" });
  });
});

describe("a broker that writes yes and no in its own way", () => {
  it.each([
    ["False", false],
    [0, false],
    ["no", false],
    ["TRUE", true],
    [1, true],
    ["1", true],
  ])("is understood: %p", async (written, meant) => {
    const plans = [{ ...small, bindable: written, free: written }];
    const broker = await start(new Catalogued([{ ...db, bindable: !meant, plans }]));
    const { OSB_URL: url = "", OSB_USERNAME: username, OSB_PASSWORD: password } = broker.env;
    const [service] = (await createBrokerClient({ url, username, password }).getCatalog()).services;
    expect(service?.plans).toMatchObject([{ bindable: meant, free: meant }]);
  });

  it("is told that what it does not bind cannot be bound", async () => {
    const plans = [{ ...small, bindable: "False" }];
    const broker = await start(new Catalogued([{ ...db, plans }]));
    const stack = new InstanceStack(clock, broker.env);
    const { state } = await stack.up(inputs);
    const binding = new Held(serviceBinding, ({ bindingId }) => bindingId, "binding-1");
    const { instanceId } = state;
    const came = await binding.up(stack.host(), { instance: { instanceId, service: "db", plan: "small" } });
    expect(came).toMatchObject({
      to: "refused",
      words: expect.stringContaining("bindable: false") as string,
    });
  });
});
