import type { LedgerEvent } from "../../sdk/simulator";
import type { PulumiProject, Running } from "../support/pulumi-project";
import {
  STORY_MS,
  type SimulatedStack,
  Stacks,
  allocated,
  child,
  freeApp,
  logging,
  ofPost,
  prisma,
  until,
  upUntil,
} from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const text = child("directory", freeApp()) + child("acme", { onboard: [prisma("tenant-a"), logging()] });
const kill = (pids: number[]): void => {
  for (const pid of pids) process.kill(pid, "SIGKILL");
};

const isWorking = (event: LedgerEvent): boolean => event.kind === "instance-working";

/** The stack of one free app and one bundle, slow enough to be killed in the middle. */
const stackOf = (): Promise<SimulatedStack> =>
  stacks.simulated(text, { provisionMs: 1500, appearAfterMs: 500 });

/** A green run that leaves each of the three instances known once, made by one POST for each resource. */
async function expectRecovery(project: PulumiProject, { simulator }: SimulatedStack): Promise<void> {
  const { code, output } = await project.up();
  expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
  expect(simulator.ledger.effects()).toHaveLength(2);
  expect(allocated(simulator)).toHaveLength(3);
  expect(await project.heldInstances()).toEqual(allocated(simulator));
}

const ofCli = (running: Running): void => {
  running.signal("SIGKILL");
};
const ofGroup = (running: Running): void => {
  running.signalGroup("SIGKILL");
};

describe.each<
  [string, (event: LedgerEvent) => boolean, (running: Running) => void, "alone" | "with its provider"]
>([
  ["CLI is killed while it waits", isWorking, ofCli, "alone"],
  ["CLI is killed while it waits", isWorking, ofCli, "with its provider"],
  ["CLI is killed between the POST and its answer", ofPost("effect"), ofCli, "with its provider"],
  ["CLI is killed when the POST arrives", ofPost("request"), ofCli, "with its provider"],
  ["group is killed between the POST and its answer", ofPost("effect"), ofGroup, "alone"],
  ["group is killed while it waits", isWorking, ofGroup, "with its provider"],
])("an up whose %s", (_when, at, act, extent) => {
  test(`${extent} is followed by a green up on another machine, and each resource is allocated once`, async () => {
    const stack = await stackOf();
    const { project } = stack;
    await upUntil(stack, at, (running) => {
      act(running);
      if (extent !== "alone") project.killAll();
    });
    // A provider whose engine is gone ends by itself; the language host stays, and does not matter.
    await until(() => project.providers().length === 0);
    const other = await stacks.elsewhere(project);
    expect((await other.up()).output).toContain("pulumi cancel");
    expect((await other.pulumi("cancel", "--yes")).code).toBe(0);
    await expectRecovery(other, stack);
  });
});

describe.each<[string, (project: PulumiProject) => number[]]>([
  ["provider", (project) => project.providers()],
  ["language host", (project) => project.processesOf("pulumi-language-nodejs")],
])("an up whose %s alone is killed", (_name, pidsOf) => {
  test("ends in an error, and the same command again is the recovery", async () => {
    const stack = await stackOf();
    const { project } = stack;
    const broken = await upUntil(stack, ofPost("effect"), () => {
      kill(pidsOf(project));
    });
    expect(broken.code).not.toBe(0);
    await expectRecovery(project, stack);
  });
});

test("a provider whose engine was killed sends no POST that is still to come, and ends", async () => {
  const stack = await stacks.simulated(child("acme", { onboard: [prisma("tenant-a")] }));
  const { project, simulator } = stack;
  const wait = { status: 429, headers: { "retry-after": "1" } };
  simulator.fault({ on: "post", kind: wait, times: "always" });
  await upUntil(stack, (event) => event.kind === "fault", ofCli);
  await until(() => project.providers().length === 0);
  expect(simulator.ledger.posts()).toHaveLength(1);
});

// One story: each test goes on from the state that the last one left.
describe("after a crash in which three POSTs took effect", () => {
  let stack: SimulatedStack;
  const urn = (type: string, name: string): string =>
    `urn:pulumi:dev::e2e::pulumi-nodejs:dynamic/provisor:${type}::${name}`;
  /** The instance that the API has for a tenant. */
  const idOf = (tenant: string): string => {
    const { tenants, instances } = stack.simulator;
    const tsg = tenants.all().find(({ name }) => name === tenant);
    return instances.find(({ tsgId }) => tsgId === tsg?.id)?.instanceId ?? "none";
  };

  beforeAll(async () => {
    const tenants = ["tenant-a", "tenant-b", "tenant-c"];
    const names = ["one", "two", "three"];
    const bundles = tenants.map((tenant, index) => child(names[index] ?? "", { onboard: [prisma(tenant)] }));
    stack = await stacks.simulated(bundles.join("\n"));
    const { project, simulator } = stack;
    await upUntil(
      stack,
      (event) => ofPost("effect")(event) && simulator.ledger.effects().length === 3,
      (running) => {
        ofCli(running);
        project.killAll();
      },
    );
    await project.pulumi("cancel", "--yes");
  });
  afterEach(() => {
    expect(stack.simulator.ledger.posts()).toHaveLength(3);
  });

  test("--target takes up the one that it names", async () => {
    expect((await stack.project.up("--target", urn("ChildInstance", "one"))).code).toBe(0);
    expect(await stack.project.heldInstances()).toEqual([idOf("tenant-a")]);
  });

  test("--replace of what was taken up is refused, and names it", async () => {
    const { code, output } = await stack.project.up("--replace", urn("ChildInstance", "one"));
    expect(code).not.toBe(0);
    expect(output).toContain("a replacement was asked for (--replace, or a tainted state)");
    expect(output).toContain(idOf("tenant-a"));
  });

  test.each(["--replace", "state taint"])(
    "%s of the intent is refused while it may be needed",
    async (how) => {
      const { project } = stack;
      const intent = urn("Intent", "three");
      if (how !== "--replace") await project.pulumi("state", "taint", intent, "--yes");
      const { code, output } = await project.up(...(how === "--replace" ? ["--replace", intent] : []));
      if (how !== "--replace") await project.pulumi("state", "untaint", intent, "--yes");
      expect(code).not.toBe(0);
      expect(output).toContain("a replacement of its Intent was asked for (--replace, or a tainted state)");
    },
  );

  test("a plain up takes up the rest", async () => {
    expect((await stack.project.up()).code).toBe(0);
    expect(await stack.project.heldInstances()).toEqual(allocated(stack.simulator));
  });
});
