import { ChildInstance, ServiceBinding, ServiceInstance } from "../../provider";
import {
  type BrokerSimulator,
  type RunningBrokerSimulator,
  type RunningSimulator,
  type Simulator,
  startBrokerSimulator,
  startSimulator,
} from "../../sdk/simulator";
import { type InlineStack, InlineStacks, green } from "./inline";
import { STORY_MS, allocated, freeApp } from "./stack";

jest.setTimeout(STORY_MS);

/** Programs and services run many commands in one process: nothing that one run remembers may reach another. */

const stacks = new InlineStacks();
const running: (RunningSimulator | RunningBrokerSimulator)[] = [];
afterAll(() => Promise.all(running.map((one) => one.stop())));

let count = 0;
/** A stack of a project of its own, and the subscription service that it addresses. */
async function subscribed(): Promise<{ stack: InlineStack; simulator: Simulator }> {
  const service = await startSimulator({ appearAfterMs: 50, provisionMs: 200 });
  running.push(service);
  const stack = await stacks.create({ project: `child-${++count}`, settings: service.env });
  return { stack, simulator: service.simulator };
}

/** The same with a broker. */
async function brokered(): Promise<{ stack: InlineStack; broker: BrokerSimulator }> {
  const service = await startBrokerSimulator({ operationMs: 100 });
  running.push(service);
  const stack = await stacks.create({
    project: `broker-${++count}`,
    settings: { OSB_POLL_INTERVAL: "100ms", ...service.env },
  });
  return { stack, broker: service.simulator };
}

const child =
  (policies: object = {}) =>
  // eslint-disable-next-line @typescript-eslint/require-await
  async (): Promise<void> => {
    new ChildInstance("child", { ...freeApp(), ...policies });
  };

const service = async (): Promise<void> => {
  const instance = new ServiceInstance("db", { service: "postgres", plan: "small" });
  new ServiceBinding("binding", { instance });
  return Promise.resolve();
};

describe("a ServiceInstance and its ServiceBinding", () => {
  test("are made again after a destroy", async () => {
    const { stack, broker } = await brokered();
    green(await stack.up(service));
    green(await stack.destroy());
    expect(broker.instances).toEqual([]);
    green(await stack.up(service));
    expect(broker.instances).toHaveLength(1);
  });
});

describe("a ChildInstance", () => {
  test("is refused to be replaced after the up that made it", async () => {
    const { stack, simulator } = await subscribed();
    green(await stack.up(child()));
    const replaced = await stack.up(child(), { replace: [await stack.urn("ChildInstance", "child")] });
    expect(replaced.isGreen).toBe(false);
    expect(replaced.output).toContain("a replacement was asked for (--replace, or a tainted state)");
    expect((await stack.resources()).filter((one) => one.delete === true)).toEqual([]);
    expect(allocated(simulator)).toHaveLength(1);
  });
});
