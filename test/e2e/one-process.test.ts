import { ChildInstance, ServiceBinding, ServiceInstance, getService, getTenants } from "../../provider";
import {
  type BrokerSimulator,
  type RunningBrokerSimulator,
  type RunningSimulator,
  type Simulator,
  type SimulatorOptions,
  startBrokerSimulator,
  startSimulator,
} from "../../sdk/simulator";
import { type Ended, type InlineStack, InlineStacks, type SavedInline, green } from "./inline";
import { STORY_MS, allocated, freeApp } from "./stack";

jest.setTimeout(STORY_MS);

/** Programs and services run many commands in one process: nothing that one run remembers may reach another. */

const stacks = new InlineStacks();
const running: (RunningSimulator | RunningBrokerSimulator)[] = [];
afterAll(() => Promise.all(running.map((one) => one.stop())));

let count = 0;
/** A stack of a project of its own, and the subscription service that it addresses. */
async function subscribed(
  options: SimulatorOptions = {},
): Promise<{ stack: InlineStack; simulator: Simulator }> {
  const service = await startSimulator({ appearAfterMs: 50, provisionMs: 200, ...options });
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
  (): Promise<void> => {
    new ChildInstance("child", { ...freeApp(), ...policies });
    return Promise.resolve();
  };

const service = (plan: string) => (): Promise<void> => {
  const instance = new ServiceInstance("db", { service: "postgres", plan });
  new ServiceBinding("binding", { instance });
  return Promise.resolve();
};

describe("a ServiceInstance and its ServiceBinding", () => {
  test("are seen in a preview after the up that made them, and made again after a destroy", async () => {
    const { stack, broker } = await brokered();
    green(await stack.up(service("small")));
    expect(green(await stack.preview(service("small")))).toMatch(/5 unchanged/);
    green(await stack.destroy());
    expect(broker.instances).toEqual([]);
    green(await stack.up(service("small")));
    expect([broker.instances.length, broker.bindings.length]).toEqual([1, 1]);
  });

  test("are made by the run after one that failed", async () => {
    const { stack, broker } = await brokered();
    const failed = await stack.up(service("smal"));
    expect(failed).toMatchObject({ isGreen: false, output: expect.stringContaining("did you mean small") });
    green(await stack.up(service("small")));
    expect(broker.bindings).toHaveLength(1);
  });
});

describe("a ChildInstance", () => {
  const refusal = "a replacement was asked for (--replace, or a tainted state)";

  test("is refused to be replaced after the up that made it", async () => {
    const { stack, simulator } = await subscribed();
    green(await stack.up(child()));
    const { isGreen, output } = await stack.up(child(), {
      replace: [await stack.urn("ChildInstance", "child")],
    });
    expect([isGreen, output.includes(refusal)]).toEqual([false, true]);
    expect((await stack.resources()).filter((one) => one.delete === true)).toEqual([]);
    expect(allocated(simulator)).toHaveLength(1);
  });

  test("of a stack is none of another one's with the same name, both at once", async () => {
    const both = [await subscribed(), await subscribed()];
    const eachUp = (replace: boolean): Promise<Ended[]> =>
      Promise.all(
        both.map(async ({ stack }) =>
          stack.up(child(), replace ? { replace: [await stack.urn("ChildInstance", "child")] } : {}),
        ),
      );
    (await eachUp(false)).forEach(green);
    const held = await Promise.all(both.map(({ stack }) => stack.instanceIds()));
    expect(held).toEqual(both.map(({ simulator }) => allocated(simulator)));
    expect((await eachUp(true)).map(({ output }) => output.includes(refusal))).toEqual([true, true]);
  });
});

describe("the functions of a program", () => {
  const names = (seen: unknown[][]) => async (): Promise<void> => {
    seen.push((await getTenants()).map(({ name }) => name));
  };

  test("ask with a token of their own run", async () => {
    const { stack, simulator } = await subscribed();
    const tokens = (): number => simulator.ledger.of("request", "token").length;
    const seen: unknown[][] = [];
    green(await stack.up(names(seen)));
    const before = tokens();
    green(await stack.up(names(seen)));
    expect([seen[0]?.length, tokens() - before]).toEqual([seen[1]?.length, 1]);
  });

  test("ask with the credentials of their own run, and of their own stack", async () => {
    const { stack, simulator } = await subscribed();
    const other = await subscribed({ tenants: [{ name: "tenant-of-the-other" }] });
    const seen: unknown[][] = [];
    await Promise.all([stack.up(names(seen)), other.stack.up(names(seen))]);
    expect(seen.filter((all) => all.includes("tenant-of-the-other"))).toHaveLength(1);
    simulator.clients.add({ clientId: "other@example", clientSecret: "other-secret", tsgId: "1000000002" });
    await stack.configure({
      SCM_CLIENT_ID: "other@example",
      SCM_CLIENT_SECRET: "other-secret",
      SCM_SCOPE: "tsg_id:1000000002",
    });
    green(await stack.up(names(seen)));
    expect(simulator.ledger.of("request", "tenants").at(-1)).toMatchObject({ client: "other@example" });
  });

  test("see the catalog as it is in their own run", async () => {
    const { stack, broker } = await brokered();
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      seen.push((await getService({ service: "postgres" })).description);
    };
    green(await stack.up(look));
    broker.setCatalog(
      broker.services.map((one) => (one.name === "postgres" ? { ...one, description: "Anew" } : one)),
    );
    green(await stack.up(look));
    expect(seen).toEqual([seen[0], "Anew"]);
  });
});

describe("a copy that is pending deletion, as `--replace` in one process has left it", () => {
  /** Puts a copy of a resource into the state, as an engine keeps what a replacement is still to delete. */
  const leaveCopy = async (stack: InlineStack, type: string, name: string): Promise<void> => {
    const urn = await stack.urn(type, name);
    await stack.changeState((resources) => [
      ...resources,
      ...resources.filter((one) => one.urn === urn).map((one) => ({ ...one, delete: true })),
    ]);
  };
  const copies = async (stack: InlineStack): Promise<SavedInline[]> =>
    (await stack.resources()).filter((one) => one.delete === true);

  test("of a ChildInstance ends with the next up, without a request", async () => {
    const { stack, simulator } = await subscribed();
    green(await stack.up(child()));
    await leaveCopy(stack, "ChildInstance", "child");
    const before = simulator.ledger.of("request").length;
    const output = green(await stack.up(child()));
    expect(output).toContain("a copy of it that was pending deletion is out of the state");
    expect([await copies(stack), simulator.ledger.of("request").length]).toEqual([[], before]);
    expect(await stack.instanceIds()).toEqual(allocated(simulator));
  });

  test("of a ChildInstance is no refusal to abandon that one in a destroy", async () => {
    const { stack } = await subscribed();
    green(await stack.up(child()));
    const kept = await stack.resources();
    green(await stack.up(child({ deletionPolicy: "abandon" })));
    const urn = await stack.urn("ChildInstance", "child");
    await stack.changeState((resources) => [
      ...resources,
      ...kept.filter((one) => one.urn === urn).map((one) => ({ ...one, delete: true })),
    ]);
    green(await stack.destroy());
    expect(await stack.resources()).toEqual([]);
  });

  test("of a ServiceInstance and a ServiceBinding leaves what is live alone, and one DELETE ends both", async () => {
    const { stack, broker } = await brokered();
    green(await stack.up(service("small")));
    const live = [...broker.instances, ...broker.bindings].map(({ id }) => id);
    await leaveCopy(stack, "ServiceInstance", "db");
    await leaveCopy(stack, "ServiceBinding", "binding");
    green(await stack.up(service("small")));
    expect([...broker.instances, ...broker.bindings].map(({ id }) => id)).toEqual(live);
    expect(await copies(stack)).toEqual([]);
    await leaveCopy(stack, "ServiceInstance", "db");
    green(await stack.destroy());
    expect(broker.ledger.of("request", "deprovision")).toHaveLength(1);
  });
});
