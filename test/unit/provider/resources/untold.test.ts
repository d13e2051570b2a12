import {
  childInstance,
  childInstanceIntent,
  serviceBinding,
  serviceInstance,
} from "../../../support/one-process";
import type { Resource } from "../../../../provider/host/contract";
import { serviceBindingIntent } from "../../../../provider/resources/service-binding/intent";
import { serviceInstanceIntent } from "../../../../provider/resources/service-instance/intent";
import { create, forTenant, withIntent } from "../../../support/child-instance";
import { type TestHost, startAccount } from "../../../support/host";
import { BoundBroker, INSTANCE_ID, KEY } from "../../../support/service-binding";
import { BrokerStack, database } from "../../../support/service-instance";

/** What the engine cannot tell is not taken for nothing: where it may be a replacement, nothing is made. */

const REFUSED = /could not be read, so that this may be a replacement of what is live\. Nothing was sent/;
const untold = { saved: { own: "untold" } } as const;

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
async function begun<T extends { stop(): Promise<void> }>(start: Promise<T>): Promise<T> {
  const one = await start;
  running.push(one);
  return one;
}

/** What a plan, and then an apply in another process, do with a resource of which nothing is told. */
async function createUntold(host: TestHost, resource: Resource, inputs: object): Promise<unknown> {
  const checked = await resource.check(host, undefined, inputs);
  expect(checked.problems).toEqual([]);
  return resource.create(host, checked.inputs);
}

describe("a create in another process than the plan, of which the engine cannot tell what it replaces,", () => {
  it("leaves a live ServiceInstance alone", async () => {
    const stack = await begun(BrokerStack.start());
    await stack.up({ ...database, changePolicy: "replace" });
    const { key } = stack.saved.intent?.state ?? {};
    const before = stack.simulator.ledger.of("request").length;
    const other = { service: "cache", plan: "basic", changePolicy: "replace", intent: { key } };
    await expect(
      createUntold(stack.host(untold), serviceInstance as unknown as Resource, other),
    ).rejects.toThrow(REFUSED);
    expect(
      stack.simulator.ledger
        .of("request")
        .slice(before)
        .filter(({ request }) => request !== "catalog"),
    ).toEqual([]);
  });

  it("leaves a live ServiceBinding alone", async () => {
    const broker = await begun(BoundBroker.start());
    await broker.up();
    broker.nextRun();
    const instance = { instanceId: INSTANCE_ID, service: "postgres", plan: "small" };
    const other = { instance, intent: { key: KEY }, parameters: { role: "reader" } };
    await expect(
      createUntold(broker.host(untold), serviceBinding as unknown as Resource, other),
    ).rejects.toThrow(REFUSED);
    expect([broker.bound, broker.sent("bind"), broker.sent("unbind")]).toEqual([[KEY], 1, 0]);
  });

  it("allocates no second ChildInstance", async () => {
    const account = await begun(startAccount());
    const inputs = await withIntent(account.host(), forTenant("tenant-a"));
    await create(account.host(), inputs);
    account.nextRun();
    await expect(
      createUntold(account.host(untold), childInstance as unknown as Resource, inputs),
    ).rejects.toThrow(REFUSED);
    expect(account.made()).toBe(1);
  });

  it.each([
    ["ChildInstance", childInstanceIntent, { freeApp: { appId: "dlp", tsgName: "tenant-a" } }],
    ["ServiceInstance", serviceInstanceIntent, { service: "postgres", plan: "small" }],
    [
      "ServiceBinding",
      serviceBindingIntent,
      { instance: { instanceId: "i", service: "postgres", plan: "small" } },
    ],
  ])("does not forget the Intent of a %s", async (_name, intent, inputs) => {
    const stack = await begun(BrokerStack.start());
    const { problems } = await (intent as unknown as Resource).check(stack.host(untold), undefined, inputs);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(REFUSED)]);
  });
});

it("a create is carried out where this very run has made its Intent, though nothing is told", async () => {
  const stack = await begun(BrokerStack.start());
  const host = stack.host(untold);
  const intent = await serviceInstanceIntent.create(host, database as never);
  await createUntold(host, serviceInstance as unknown as Resource, {
    ...database,
    intent: { key: intent.id },
  });
  expect(stack.existing).toEqual([intent.id]);
});
