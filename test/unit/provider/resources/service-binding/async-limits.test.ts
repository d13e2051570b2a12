import { usualServices } from "../../../../../sdk/simulator";
import { errorOf } from "../../../../support/child-instance";
import { BoundBroker, KEY } from "../../../../support/service-binding";

let broker: BoundBroker;

afterEach(() => broker.stop());

/** A broker whose plan postgres small allows this many seconds for an operation. */
async function withLimit(seconds: number): Promise<void> {
  const services = usualServices(1);
  const postgres = services.find(({ name }) => name === "postgres");
  Object.assign(postgres?.plans[0] ?? {}, { maximum_polling_duration: seconds });
  broker = await BoundBroker.start({ services });
}

describe("an operation that takes longer than the plan allows", () => {
  test("has failed, and the message names the limit and whose it is", async () => {
    await withLimit(2);
    broker.simulator.fail({ on: "bind", kind: "never-finishes" });
    const failed = await broker.up();
    expect(failed.state).toMatchObject({ state: "failed", mitigated: true });
    expect(failed.unfinished?.join()).toMatch(
      /maximum_polling_duration, 2 s\) has passed\. .*was removed.* it binds anew\. .*operator has to raise that time/,
    );
  });

  test("says so of an unbind too", async () => {
    await withLimit(2);
    const saved = await broker.up();
    broker.simulator.fail({ on: "unbind", kind: "never-finishes" });
    const report = { PROVISOR_ORPHAN_MITIGATION: "report" };
    const { leftover } = await broker.up({ bindingId: "other" }, saved, report);
    expect(leftover?.message).toContain("maximum_polling_duration, 2 s) has passed");
  });
});

describe("credentials that can never be fetched", () => {
  const unfetchable = (): Promise<BoundBroker> =>
    BoundBroker.start({
      services: usualServices(1).map((service) => ({ ...service, bindings_retrievable: false })),
      service: "queue",
      plan: "standard",
    });

  test("are an error that says what helps, and nothing stays bound", async () => {
    broker = await unfetchable();
    const failed = await broker.up();
    expect(failed.unfinished?.join()).toMatch(
      /bindings_retrievable.*was removed at the broker; nothing is bound\. Set acceptsIncomplete: false if .*operator/,
    );
    expect(failed.unfinished?.join()).not.toContain("Run the same command again");
    expect(broker.bound).toEqual([]);
  });

  test("are asked for once only: the next preview and up say so before anything is sent", async () => {
    broker = await unfetchable();
    const failed = await broker.up();
    const { problems } = await broker.check({}, failed, { preview: true });
    expect(problems).toMatchObject([
      { path: "acceptsIncomplete", message: expect.stringContaining("bindings_retrievable") as string },
    ]);
    await expect(broker.up({}, failed)).rejects.toThrow("Set acceptsIncomplete: false");
    expect(broker.sent("bind")).toBe(1);
  });

  test("are tried again once the inputs or the catalog have changed", async () => {
    broker = await unfetchable();
    const failed = await broker.up();
    const inputs = { acceptsIncomplete: false };
    expect((await broker.check(inputs, failed)).problems).toEqual([]);
    expect((await errorOf(broker.up(inputs, failed))).message).toContain("acceptsIncomplete must be true");
  });

  test("are no matter of another service", async () => {
    broker = await unfetchable();
    const failed = await broker.up();
    const instance = { ...failed.inputs.instance, service: "cache", plan: "basic" };
    expect((await broker.check({ instance }, failed)).problems).toEqual([]);
  });

  test("of a service that binds at once come with its answer", async () => {
    const services = usualServices(1).map((service) => ({ ...service, bindings_retrievable: false }));
    broker = await BoundBroker.start({ services, service: "cache", plan: "basic" });
    const { unfinished, state } = await broker.up();
    expect([unfinished, state.credentials]).toEqual([undefined, broker.simulator.bindings[0]?.credentials]);
  });
});

describe("a wait that ends with a look that failed", () => {
  test("says so, and not that the broker goes on", async () => {
    broker = await BoundBroker.start({ operationMs: 60_000 });
    broker.clock.skip(60_000);
    const kind = { status: 500, body: { description: "Upside down." } };
    broker.simulator.fault({ on: "last-binding-operation", kind, times: 1000 });
    const open = await broker.up({ timeouts: { create: "4s" } });
    expect(open.unfinished?.join()).toMatch(
      /time-out of 4s \(customTimeouts\)\. The last look failed: .*Upside down\..*how it stands is not known/,
    );
    expect(open.unfinished?.join()).not.toContain("is being made");
    expect(open.state).toMatchObject({ bindingId: KEY, unfinished: { kind: "wait" } });
  });

  test("says so of an unbind", async () => {
    broker = await BoundBroker.start();
    const saved = await broker.up({ timeouts: { delete: "20s" } });
    broker.simulator.fail({ on: "unbind", kind: "never-finishes" });
    broker.simulator.fault({ on: "last-binding-operation", kind: { status: 500 }, times: 1000 });
    const { message } = await errorOf(broker.destroy(saved));
    expect(message).toMatch(
      /not finished when its time-out \(customTimeouts\) passed\. The last look failed: /,
    );
  });
});
