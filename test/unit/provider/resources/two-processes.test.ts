import type { Host, Outcome, Resource } from "../../../../provider/host/contract";
import { registry } from "../../../../provider/resources/registry";
import { create, forTenant, saveIntent } from "../../../support/child-instance";
import { type TestHostOptions, newSession, startAccount } from "../../../support/host";
import { BoundBroker, KEY } from "../../../support/service-binding";
import { BrokerStack, database } from "../../../support/service-instance";

/**
 * An engine that plans in one process and applies in another: all that they have in common is what check and diff decided, as
 * JSON. Only the plan is told what is saved.
 */

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
async function begun<T extends { stop(): Promise<void> }>(start: Promise<T>): Promise<T> {
  const one = await start;
  running.push(one);
  return one;
}

interface Made {
  id: string;
  inputs: object;
  state: unknown;
}

/** One process of a run: each `host` in it has the same memory. */
type Process = (options: TestHostOptions) => Host;

class Planned {
  private decision: string | undefined;

  constructor(
    private readonly resource: Resource,
    private readonly saved: Made,
    private readonly own?: Record<string, unknown>,
  ) {}

  /** Only a plan is told what is saved. */
  private host(process: Process, own: Record<string, unknown> | "untold" = "untold"): Host {
    const decision = this.decision === undefined ? undefined : (JSON.parse(this.decision) as unknown);
    return process({ decision, saved: { own } });
  }

  private note(decision: unknown): void {
    this.decision = decision === undefined ? this.decision : JSON.stringify(decision);
  }

  /** Check, diff, and for a replacement a check of something new, as the engine has it. */
  async plan(process: Process, news: object): Promise<{ inputs: object; replaces: string[] }> {
    const { resource, saved } = this;
    const checked = await resource.check(this.host(process, this.own), saved.inputs, news);
    expect(checked.problems).toEqual([]);
    this.note(checked.decision);
    const { replaces, decision } = resource.diff(this.host(process, this.own), saved.state, checked.inputs);
    this.decision = decision === undefined ? undefined : JSON.stringify(decision);
    if (replaces.length === 0) return { inputs: checked.inputs as object, replaces };
    const anew = await resource.check(this.host(process, this.own), undefined, news);
    expect(anew.problems).toEqual([]);
    this.note(anew.decision);
    return { inputs: anew.inputs as object, replaces };
  }

  create(process: Process, inputs: object): Promise<Outcome<unknown>> {
    return this.resource.create(this.host(process), inputs);
  }

  delete(process: Process, { id, state }: Pick<Made, "id" | "state"> = this.saved): Promise<void> {
    return this.resource.delete(this.host(process), id, state);
  }
}

const stateOf = (outcome: Outcome<unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(outcome.state)) as Record<string, unknown>;

describe("planned in one process and applied in another", () => {
  it("a ServiceInstance is replaced under the id that follows, and the old one is deprovisioned", async () => {
    const stack = await begun(BrokerStack.start());
    await stack.up({ ...database, changePolicy: "replace" });
    const { real, intent } = stack.saved as Required<typeof stack.saved>;
    const process = (): Process => {
      const session = newSession(stack.clock);
      return (options) => stack.host({ session, ...options });
    };
    const { key } = intent.state;
    const { parameters: _parameters, ...kept } = real.inputs;
    const news = { ...kept, service: "cache", plan: "basic", intent: { key } };
    const planned = new Planned(registry.serviceInstance, real, stack.told);
    const { inputs, replaces } = await planned.plan(process(), news);
    expect(replaces).toContain("service");
    const untold = new Planned(registry.serviceInstance, real);
    await expect(untold.create(process(), inputs)).rejects.toThrow(/could not be read/);
    const apply = process();
    const made = stateOf(await planned.create(apply, inputs));
    expect(made["instanceId"]).not.toBe(key);
    expect(stack.simulator.instances.map(({ id }) => id)).toEqual([key, made["instanceId"]]);
    await planned.delete(apply);
    expect(stack.simulator.instances.map(({ id }) => id)).toEqual([made["instanceId"]]);
  });

  describe("a ServiceBinding", () => {
    const policies = { deletionPolicy: "prevent", rotationTrigger: "first" } as const;

    async function bound(
      more: object = {},
    ): Promise<{ broker: BoundBroker; saved: Made; process: () => Process }> {
      const broker = await begun(BoundBroker.start({ plan: "small" }));
      const saved = await broker.up({ ...policies, ...more });
      const process = (): Process => {
        const session = newSession(broker.clock);
        return (options) => broker.host({ session, ...options });
      };
      return { broker, saved, process };
    }

    it("is rotated, and its predecessor ends, though its state says prevent", async () => {
      const { broker, saved, process } = await bound();
      const planned = new Planned(registry.serviceBinding, saved, {});
      const { inputs, replaces } = await planned.plan(
        process(),
        broker.full({ ...policies, rotationTrigger: "second" }),
      );
      expect(replaces).toEqual(["rotationTrigger"]);
      const apply = process();
      const made = stateOf(await planned.create(apply, inputs));
      expect(made["follows"]).toEqual({ bindingId: KEY, isRotation: true });
      expect(broker.bound).toEqual([KEY, made["bindingId"]]);
      // In a process of its own, as after a crash.
      await planned.delete(process());
      expect(broker.bound).toEqual([made["bindingId"]]);
    });

    it("that was rotated before ends as the program says now, not as was saved with it", async () => {
      const { broker, saved, process } = await bound();
      const planned = new Planned(registry.serviceBinding, saved, {});
      const { inputs } = await planned.plan(
        process(),
        broker.full({ ...policies, rotationTrigger: "second" }),
      );
      const made = await planned.create(process(), inputs);
      const successor = { id: made.id, inputs, state: stateOf(made) };
      const next = new Planned(registry.serviceBinding, successor, {});
      const news = broker.full({ ...policies, rotationTrigger: "second", deletionPolicy: "abandon" });
      expect((await next.plan(process(), news)).replaces).toEqual([]);
      await next.delete(process(), saved);
      expect(broker.bound).toEqual([KEY, made.id]);
    });

    it("hands its predecessors over, which no delete of its own ends", async () => {
      const { broker, saved, process } = await bound({ rotationOverlap: "1h" });
      const full = (trigger: string): object =>
        broker.full({ ...policies, rotationOverlap: "1h", rotationTrigger: trigger });
      const planned = new Planned(registry.serviceBinding, saved, {});
      const { inputs } = await planned.plan(process(), full("second"));
      const made = await planned.create(process(), inputs);
      const successor = { id: made.id, inputs, state: stateOf(made) };
      const next = new Planned(registry.serviceBinding, successor, {});
      await next.plan(process(), full("second"));
      await next.delete(process(), saved);
      expect(broker.bound).toEqual([KEY, made.id]);
    });

    it("of which a copy is pending deletion stays", async () => {
      const { broker, saved, process } = await bound({ deletionPolicy: "delete" });
      const { bindingId, broker: at } = saved.state as Record<string, unknown>;
      const own = { bindingId, broker: at, state: "succeeded" };
      const planned = new Planned(registry.serviceBinding, saved, own);
      await planned.plan(process(), broker.full({ ...policies, deletionPolicy: "delete" }));
      await planned.delete(process());
      expect(broker.bound).toEqual([KEY]);
    });
  });

  it("a ChildInstance is replaced, and the old one left behind, though its state says prevent", async () => {
    const account = await begun(startAccount());
    const policies = { changePolicy: "replace", deletionPolicy: "prevent" } as const;
    const intent = await saveIntent(account.host(), forTenant("tenant-a"));
    const olds = { ...forTenant("tenant-a", policies), intent };
    const first = await create(account.host(), olds);
    const saved = { id: first.id, inputs: olds, state: stateOf(first) };
    const process = (): Process => {
      const session = newSession(account.clock);
      return (options) => account.host({ session, ...options });
    };
    const told = { ...saved.state, parentTsgId: undefined };
    const planned = new Planned(registry.childInstance, saved, told);
    const renewed = await saveIntent(account.host(), forTenant("tenant-b"));
    const news = { ...forTenant("tenant-b", { ...policies, deletionPolicy: "abandon" }), intent: renewed };
    const { inputs, replaces } = await planned.plan(process(), news);
    expect(replaces).toEqual(["onboard"]);
    const made = stateOf(await planned.create(process(), inputs));
    expect(account.made()).toBe(2);
    const [old] = saved.state["instances"] as { instanceId: string }[];
    expect(made["replaced"]).toEqual([old?.instanceId]);
    await planned.delete(process());
    // A run that was killed before the delete leaves it to the next one.
    const next = new Planned(registry.childInstance, { id: first.id, inputs, state: made }, made);
    await next.plan(process(), news);
    await next.delete(process(), saved);
    await expect(new Planned(registry.childInstance, saved).delete(process())).rejects.toThrow(
      /deletionPolicy is "prevent"/,
    );
    expect(account.made()).toBe(2);
  });
});
