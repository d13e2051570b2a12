import { serviceBinding } from "../support/one-process";
import { Held } from "./broker-matrix/held";
import { type Inputs, InstanceStack } from "../support/service-instance";
import { BUSY, isOver, OK, type Reply, StandIn, type Thing, standIns } from "../support/stand-in";

/** Brokers of our own that do what brokers in the wild do otherwise than the specification says. */

const { clock, start } = standIns();
const inputs: Inputs = { service: "db", plan: "small", parameters: { gb: 20 } };

async function stackAt<T extends StandIn>(broker: T): Promise<{ broker: T; stack: InstanceStack }> {
  return { broker, stack: new InstanceStack(clock, (await start(broker)).env) };
}

/** A binding of the instance of a stack. */
async function boundTo(stack: InstanceStack, more: object = {}): Promise<Held<object, BindingState>> {
  const { instanceId } = (await stack.up(inputs)).state;
  const binding = new Held(serviceBinding, ({ bindingId }) => bindingId, "binding-1");
  const instance = { instanceId, service: "db", plan: "small" };
  expect(await binding.up(stack.host(), { instance, ...more })).toMatchObject({ to: "done" });
  return binding as unknown as Held<object, BindingState>;
}
type BindingState = Parameters<typeof serviceBinding.delete>[2];

type Update = Parameters<StandIn["update"]>;
type Poll = Parameters<StandIn["lastOperation"]>;

/** Tells of an operation only by the name that it gave it, and takes one update at a time. */
class Insisting extends StandIn {
  /** How many updates it has begun. */
  updates = 0;
  onUpdate = (): void => undefined;
  protected override update(...[thing, request]: Update): Reply {
    const reply = super.update(thing, request);
    if (reply !== BUSY) this.updates++;
    this.onUpdate();
    return reply;
  }
  protected override lastOperation(...[thing, request]: Poll): Reply {
    if (thing?.operation && request.query.get("operation") !== thing.operation.name)
      return { status: 400, body: { description: "operation is required." } };
    return super.lastOperation(thing, request);
  }
}

/** Shows an instance as it was before, while it is updated. */
class Unhurried extends Insisting {
  protected override fetch(thing: Thing): Reply {
    return { status: 200, body: thing.values };
  }
}

/** Has nothing to fetch. */
class Blind extends Insisting {
  override catalog(): unknown {
    const { services } = super.catalog() as { services: object[] };
    return { services: services.map((one) => ({ ...one, instances_retrievable: false })) };
  }
}

describe("an update that was killed, at a broker that insists on the name of the operation,", () => {
  const asked: Inputs = { ...inputs, plan: "large", parameters: { gb: 40 } };

  async function afterKill<T extends Insisting>(made: T): Promise<{ broker: T; stack: InstanceStack }> {
    const { broker, stack } = await stackAt(made);
    await stack.up(inputs);
    broker.polls = 6;
    const controller = new AbortController();
    broker.onUpdate = () => controller.abort(new Error("killed"));
    await stack.up(asked, { signal: controller.signal }).catch(() => undefined);
    broker.onUpdate = () => undefined;
    expect([broker.updates, controller.signal.aborted]).toEqual([1, true]);
    return { broker, stack };
  }

  it.each<[string, () => Insisting]>([
    ["is busy", () => new Insisting()],
    ["shows the values of before", () => new Unhurried()],
  ])("and that %s meanwhile, is not carried out a second time", async (_how, make) => {
    const { broker, stack } = await afterKill(make());
    const { state, unfinished } = await stack.up(asked);
    expect([unfinished, state.plan, state.parameters]).toEqual([undefined, "large", { gb: 40 }]);
    expect([broker.updates, broker.alive[0]?.values.plan_id]).toEqual([1, "id-of-large"]);
    expect(await stack.changes(asked)).toEqual({ changes: false, replaces: [] });
  });

  it("is sent once where the broker is seen busy and has it by then", async () => {
    const { broker, stack } = await afterKill(new Insisting());
    await stack.up(asked);
    expect(broker.sent("PATCH")).toHaveLength(1);
  });

  it("is undone where the program takes it back", async () => {
    const { broker, stack } = await afterKill(new Unhurried());
    const { state } = await stack.up(inputs);
    expect([state.plan, broker.alive[0]?.values.plan_id]).toEqual(["small", "id-of-small"]);
    expect(broker.alive[0]?.values.parameters).toEqual({ gb: 20 });
  });

  it("is asked for again where nothing can be fetched, and waits until the broker is free", async () => {
    const { broker, stack } = await afterKill(new Blind());
    broker.things.forEach((thing) => thing.operation?.end());
    broker.things.forEach((thing) => (thing.operation = undefined));
    const { state } = await stack.up(asked);
    expect([state.plan, broker.alive[0]?.values.plan_id]).toEqual(["large", "id-of-large"]);
  });
});

/** Answers so to the polls of what it has deleted; `again`: to a DELETE of it. */
class Forgetful extends StandIn {
  constructor(
    readonly status: number,
    readonly again: number,
  ) {
    super();
  }
  protected override lastOperation(...[thing, request]: Poll): Reply {
    if (thing && !thing.gone) return super.lastOperation(thing, request);
    return { status: this.status, body: { description: "No such thing." } };
  }
  protected override remove(...[thing, request]: Parameters<StandIn["remove"]>): Reply {
    if (!thing || thing.gone) return { status: this.again, body: {} };
    return isOver(thing) ? super.remove(thing, request) : { status: 202, body: {} };
  }
}

describe("a delete that has ended, at a broker that", () => {
  const cases = [400, 422, 500].flatMap((status) => [410, 404, 200].map((again) => [status, again] as const));

  it.each(cases)("answers its polls with %d and another DELETE with %d, is over", async (status, again) => {
    const { broker, stack } = await stackAt(new Forgetful(status, again));
    const binding = await boundTo(stack);
    const from = clock.now();
    expect(await binding.destroy(stack.host())).toEqual({ to: "done", words: "" });
    await stack.destroy();
    expect(broker.alive).toEqual([]);
    expect(clock.now() - from).toBeLessThan(120_000);
  });

  it("fails to tell of it while it is under way, is waited for", async () => {
    class Mute extends Forgetful {
      protected override lastOperation(...[thing, request]: Poll): Reply {
        const reply = super.lastOperation(thing, request);
        return this.sent("DELETE").length > 0 ? { status: 500, body: {} } : reply;
      }
    }
    const { broker, stack } = await stackAt(new Mute(500, 410));
    await stack.up(inputs);
    broker.polls = 8;
    await stack.destroy();
    expect([broker.alive, broker.sent("DELETE").length]).toEqual([[], 4]);
  });

  it("has another one under the id that the program gave by then, leaves that alone", async () => {
    const { broker, stack } = await stackAt(new Forgetful(500, 410));
    const given = { ...inputs, instanceId: "orders" };
    await stack.up(given);
    await stack.destroy();
    expect([broker.alive, broker.sent("DELETE").length]).toEqual([[], 1]);
  });
});

/** Does not know what it is working on when it is to be deleted. */
class Coy extends StandIn {
  protected override remove(...[thing, request]: Parameters<StandIn["remove"]>): Reply {
    if (!thing || thing.gone || !isOver(thing))
      return { status: 404, body: { description: "There is none." } };
    return super.remove(thing, request);
  }
}

/** The same, whose last operation on what is gone is its deletion. */
class CoyToTheEnd extends Coy {
  protected override lastOperation(thing: Thing | undefined): Reply {
    return { status: 200, body: { state: thing && !isOver(thing) ? "in progress" : "succeeded" } };
  }
}

describe("a DELETE that is answered 404 while the last operation is in progress", () => {
  const working = (broker: StandIn, polls: number, end: (thing: Thing) => void): void =>
    broker.things.forEach((thing) => {
      thing.operation = { name: "earlier", left: polls, end: () => end(thing) };
    });

  it.each([Coy, CoyToTheEnd])("waits for that to end, and is sent again: %p", async (Broker) => {
    const { broker, stack } = await stackAt(new Broker());
    const binding = await boundTo(stack);
    working(broker, 12, () => undefined);
    expect(await binding.destroy(stack.host())).toEqual({ to: "done", words: "" });
    working(broker, 12, () => undefined);
    await stack.destroy();
    expect(broker.alive).toEqual([]);
  });

  it.each([Coy, CoyToTheEnd])("is done where that was the deletion itself: %p", async (Broker) => {
    const { broker, stack } = await stackAt(new Broker());
    const binding = await boundTo(stack);
    working(broker, 12, (thing) => (thing.gone = true));
    expect(await binding.destroy(stack.host())).toEqual({ to: "done", words: "" });
    await stack.destroy();
    expect(broker.alive).toEqual([]);
  });

  it("ends in an error when it goes on for longer than the user's time-out", async () => {
    const { broker, stack } = await stackAt(new Coy());
    await stack.up({ ...inputs, timeouts: { delete: "20s" } });
    working(broker, 1e6, () => undefined);
    await expect(stack.destroy()).rejects.toThrow(
      /another operation was still in progress.*still in the state/s,
    );
    expect(broker.alive).toHaveLength(1);
  });
});

/** Replaces all that an update does not name by nothing. */
class Wiping extends StandIn {
  override polls = 0;
  protected override update(thing: Thing, request: Update[1]): Reply {
    thing.values.parameters = {};
    return super.update(thing, request);
  }
}

/** Tells of no parameters at all. */
class Discreet extends StandIn {
  protected override fetch({ values: { parameters: _parameters, ...values } }: Thing): Reply {
    return { status: 200, body: values };
  }
}

describe("a fetch", () => {
  it("that tells of an empty object of parameters tells of drift, which the next up mends", async () => {
    const { broker, stack } = await stackAt(new Wiping());
    await stack.up(inputs);
    const moved = { ...inputs, plan: "large" };
    await stack.up(moved);
    const host = await stack.refresh();
    expect(host.recorded.infos.join()).toMatch(/has changed at the broker: parameters\./);
    expect(stack.saved.real?.state.parameters).toEqual({});
    expect((await stack.up(moved)).what).toBe("updated");
    expect(broker.alive[0]?.values.parameters).toEqual({ gb: 20 });
    await stack.refresh();
    expect(await stack.changes(moved)).toEqual({ changes: false, replaces: [] });
  });

  it("that does not mention parameters tells of none", async () => {
    const { stack } = await stackAt(new Discreet());
    await stack.up(inputs);
    await stack.refresh();
    expect(await stack.changes(inputs)).toEqual({ changes: false, replaces: [] });
  });
});

/** Has a maintenance version for one of its plans. */
class Maintained extends StandIn {
  override polls = 0;
  override catalog(): unknown {
    const { services } = super.catalog() as { services: { plans: { name: string }[] }[] };
    const versions: Record<string, string> = this.versions;
    const maintained = (plan: { name: string }): object =>
      plan.name in versions ? { ...plan, maintenance_info: { version: versions[plan.name] } } : plan;
    return { services: services.map((one) => ({ ...one, plans: one.plans.map(maintained) })) };
  }
  constructor(readonly versions: Record<string, string>) {
    super();
  }
}

/** The last PATCH. */
const bodyOf = (broker: StandIn): Record<string, unknown> =>
  JSON.parse(broker.sent("PATCH").at(-1)?.body ?? "{}") as Record<string, unknown>;

describe("a change to another plan", () => {
  it("without a version leaves that of the plan before behind", async () => {
    const { broker, stack } = await stackAt(new Maintained({ small: "1.0.0" }));
    await stack.up({ ...inputs, maintenanceInfo: "latest" });
    expect(stack.saved.real?.state.maintenanceInfo).toEqual({ version: "1.0.0" });
    const { state } = await stack.up({ ...inputs, plan: "large" });
    expect(state.maintenanceInfo).toBeUndefined();
    await stack.up({ ...inputs, plan: "large", parameters: { gb: 30 } });
    expect(bodyOf(broker)["previous_values"]).toEqual({
      service_id: "id-of-db",
      plan_id: "id-of-large",
      organization_id: expect.any(String) as string,
      space_id: expect.any(String) as string,
    });
  });

  it("whose version is called as the one before asks for it, and is over with that", async () => {
    const { broker, stack } = await stackAt(new Maintained({ small: "1.0.0", large: "1.0.0" }));
    const latest = { ...inputs, maintenanceInfo: "latest" };
    await stack.up(latest);
    const { state } = await stack.up({ ...latest, plan: "large" });
    expect(bodyOf(broker)).toMatchObject({ plan_id: "id-of-large", maintenance_info: { version: "1.0.0" } });
    expect(state.maintenanceInfo).toEqual({ version: "1.0.0" });
    expect(await stack.changes({ ...latest, plan: "large" })).toEqual({ changes: false, replaces: [] });
  });
});

/** Gives its service and its plans other ids, at one go. */
class Renumbering extends StandIn {
  override polls = 0;
  service = "";
  plan = "";
  retired = false;
  override catalog(): unknown {
    const { services } = super.catalog() as { services: { id: string; plans: { id: string }[] }[] };
    const moved = services.map((one) => ({
      ...one,
      id: one.id + this.service,
      plans: one.plans.map((plan) => ({ ...plan, id: plan.id + this.plan })),
    }));
    return { services: this.retired ? [] : moved };
  }
}

describe("a broker that changes the id of", () => {
  const renumbered = async (service: string, plan: string) => {
    const { broker, stack } = await stackAt(new Renumbering());
    await stack.up(inputs);
    Object.assign(broker, { service, plan });
    return { broker, stack };
  };

  it.each(["forbid", "replace"] as const)(
    "a service leaves the instance as it is, and is told of (changePolicy %p)",
    async (changePolicy) => {
      const { broker, stack } = await renumbered("-2", "-2");
      const program = { ...inputs, changePolicy };
      expect(await stack.preview(program)).toEqual([]);
      const { host, state } = await stack.up(program);
      expect(host.recorded.warnings.join()).toMatch(
        /service db under another id: id-of-db-2 in place of id-of-db, of which instance \S+ .*--replace/,
      );
      expect(host.recorded.warnings.join()).not.toMatch(/take the change back/i);
      expect([state.serviceId, state.planId]).toEqual(["id-of-db", "id-of-small"]);
      expect(["PUT", "PATCH", "DELETE"].map((method) => broker.sent(method).length)).toEqual([1, 0, 0]);
      expect(await stack.changes(program)).toEqual({ changes: false, replaces: [] });
      expect((await stack.refresh()).recorded.warnings.join()).toMatch(/id-of-db-2 in place of id-of-db/);
    },
  );

  it("a service cannot give the instance another plan", async () => {
    const { stack } = await renumbered("-2", "-2");
    expect(await stack.preview({ ...inputs, plan: "large", changePolicy: "replace" })).toEqual([
      expect.stringMatching(/^plan: .*id-of-db-2 in place of id-of-db.*--replace/),
    ]);
  });

  it("a plan leaves the instance as it is, until the program names the new one", async () => {
    const { broker, stack } = await renumbered("", "-2");
    const { host } = await stack.up(inputs);
    expect(host.recorded.warnings.join()).toMatch(
      /plan small under another id: id-of-small-2 in place of id-of-small,.*write plan: "id-of-small-2"/,
    );
    expect(broker.sent("PATCH")).toHaveLength(0);
    expect((await stack.up({ ...inputs, plan: "id-of-small-2" })).state.planId).toBe("id-of-small-2");
    const back = await stack.up(inputs);
    expect([back.state.planId, back.host.recorded.warnings]).toEqual(["id-of-small-2", []]);
    expect(broker.sent("PATCH")).toHaveLength(1);
  });

  it("nothing, and has the service no more, leaves the instance as it is", async () => {
    const { broker, stack } = await renumbered("", "");
    broker.retired = true;
    const { host } = await stack.up({ ...inputs, deletionPolicy: "abandon" });
    expect(host.recorded.warnings.join()).toMatch(/catalog has no service db; .*has it and stays as it is/);
    expect(stack.saved.real?.state).toMatchObject({ serviceId: "id-of-db", deletionPolicy: "abandon" });
  });

  it("a service deletes what was made under the old one, by whichever it takes", async () => {
    class Strict extends Renumbering {
      protected override remove(...[thing, request]: Parameters<StandIn["remove"]>): Reply {
        const named = ["service_id", "plan_id"].map((name) => request.query.get(name));
        if (named.join() !== `id-of-db${this.service},id-of-small${this.plan}`)
          return { status: 400, body: { description: "No such service or plan." } };
        if (thing) thing.gone = true;
        return OK;
      }
    }
    const { broker, stack } = await stackAt(new Strict());
    await stack.up(inputs);
    Object.assign(broker, { service: "-2", plan: "-2" });
    await stack.destroy();
    expect(broker.alive).toEqual([]);
  });

  it("a service leaves a binding as it is", async () => {
    const { broker, stack } = await stackAt(new Renumbering());
    const binding = await boundTo(stack);
    const { instance } = binding.saved?.inputs as { instance: object };
    Object.assign(broker, { service: "-2", plan: "-2" });
    const host = stack.host();
    expect(await binding.up(host, { instance })).toEqual({ to: "done", words: "" });
    expect(host.recorded.warnings.join()).toMatch(
      /service id-of-db-2, plan id-of-small-2.*made with service id-of-db,/,
    );
    expect(binding.saved?.state).toMatchObject({ serviceId: "id-of-db", planId: "id-of-small" });
    expect(broker.sent("PUT")).toHaveLength(2);
  });
});
