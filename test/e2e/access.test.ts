import type { Simulator } from "../../sdk/simulator";
import { loggedIn } from "../support/call-simulator";
import type { PulumiProject } from "../support/pulumi-project";
import {
  STORY_MS,
  Stacks,
  allocated,
  child,
  freeApp,
  made,
  ofPost,
  prisma,
  program,
  upUntil,
  useOtherParent,
} from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();
const answer = (body: unknown): { status: number; body: unknown } => ({ status: 200, body });

// One story: each test leaves the API as it was.
describe("with everything allocated", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  const missingOf = async (name: string): Promise<unknown> =>
    (await project.childInstance(name))?.outputs?.["missing"];
  const text = child("directory", freeApp()) + child("acme", { onboard: [prisma("tenant-a")] });

  beforeAll(async () => {
    ({ project, simulator } = await stacks.simulated(text));
    await project.up();
  });
  afterEach(async () => {
    expect(await project.heldInstances()).toEqual(allocated(simulator));
    expect(simulator.ledger.posts()).toHaveLength(2);
  });

  test("a role that was taken ends refresh, and an up that refreshes, in an error that says so", async () => {
    simulator.clients.forbid("list");
    const refresh = await project.refresh();
    const up = await project.up("--refresh");
    simulator.clients.permit("list");
    for (const { code, output } of [refresh, up]) {
      expect(code).not.toBe(0);
      expect(output).toMatch(/could not be refreshed, and its state is as it was\. .*403/);
    }
  });

  test("credentials for another TSG end every command in an error that names both TSGs", async () => {
    const useOwn = useOtherParent(project, simulator);
    const runs = [await project.refresh(), await project.up()];
    useOwn();
    for (const { code, output } of runs) {
      expect(code).not.toBe(0);
      expect(output).toContain("the credentials are for parent TSG 1000000002");
      expect(output).toContain("belongs to parent TSG 1000000001");
    }
  });

  test("a list that is short once changes nothing", async () => {
    const directory = made(simulator, "directory_sync")[0];
    const list = await (await loggedIn(simulator)).list();
    simulator.fault({ on: "list", kind: answer(list.filter((one) => one["instance_id"] === directory)) });
    const { code, output } = await project.refresh();
    expect(code).toBe(0);
    expect(output).not.toContain("no longer listed");
    expect(await missingOf("acme")).toBeUndefined();
  });

  test.each([
    [
      "short",
      (list: Record<string, unknown>[], id: string) => list.filter((one) => one["instance_id"] !== id),
    ],
    ["empty", () => []],
  ])(
    "a list that stays %s keeps what is gone as missing, says so, and allocates nothing",
    async (_how, cut) => {
      const list = await (await loggedIn(simulator)).list();
      const fault = simulator.fault({
        on: "list",
        kind: answer(cut(list, made(simulator, "prisma_access")[0] ?? "")),
        times: "always",
      });
      const refresh = await project.refresh();
      const up = await project.up("--expect-no-changes");
      fault.cancel();
      expect([refresh.code, up.code]).toEqual([0, 0]);
      expect(refresh.output).toMatch(
        /warning: .*tenant-a\/prisma_access: no longer listed: .*It stays in the state as missing/,
      );
      expect(await missingOf("acme")).toHaveLength(1);
    },
  );

  test("a list that is whole again ends that", async () => {
    expect((await project.refresh()).code).toBe(0);
    expect([await missingOf("directory"), await missingOf("acme")]).toEqual([undefined, undefined]);
    expect((await project.up("--expect-no-changes")).code).toBe(0);
  });
});

describe("a create", () => {
  test("whose role may not allocate says so, and the same command again allocates when it may", async () => {
    const { project, simulator } = await stacks.simulated(child("directory", freeApp()));
    simulator.clients.forbid("post");
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toMatch(/403.*Nothing was allocated/);
    simulator.clients.permit("post");
    expect((await project.up()).code).toBe(0);
    expect(await project.heldInstances()).toEqual(allocated(simulator));
    expect(simulator.ledger.effects()).toHaveLength(1);
  });

  test("that is not finished is not sent again while the list is empty, and is finished when it is whole", async () => {
    const acme = child(
      "acme",
      { onboard: [prisma("tenant-a")] },
      { customTimeouts: { create: "1s", update: "20s" } },
    );
    const { project, simulator } = await stacks.simulated(acme, { provisionMs: 3_600_000 });
    expect((await project.up()).code).not.toBe(0);
    const fault = simulator.fault({ on: "list", kind: answer([]), times: "always" });
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("was listed and is not listed any more");
    fault.cancel();
    simulator.finishInstance(made(simulator, "prisma_access")[0] as string);
    expect((await project.up()).code).toBe(0);
    expect(simulator.ledger.posts()).toHaveLength(1);
    expect(await project.heldInstances()).toEqual(allocated(simulator));
  });

  test("whose run was killed is not sent again while the list lacks what the stack holds", async () => {
    const [first, second] = ["tenant-a", "tenant-b"].map((tenant, index) =>
      child(`x${String(index)}`, { onboard: [prisma(tenant)] }, { customTimeouts: { create: "10s" } }),
    );
    const stack = await stacks.simulated(first ?? "");
    const { project, simulator } = stack;
    await project.up();
    project.write(program(`${first ?? ""}\n${second ?? ""}`));
    await upUntil(stack, ofPost("effect"), (running) => {
      running.signal("SIGKILL");
      project.killAll();
    });
    await project.pulumi("cancel", "--yes");
    const fault = simulator.fault({ on: "list", kind: answer([]), times: "always" });
    const { code, output } = await project.up();
    fault.cancel();
    expect(code).not.toBe(0);
    expect(output).toContain("Nothing was sent");
    expect((await project.up()).code).toBe(0);
    expect(simulator.ledger.posts()).toHaveLength(2);
    expect(await project.heldInstances()).toEqual(allocated(simulator));
  });

  test("whose run was killed is not sent again where tenants cannot be listed and it may be another's", async () => {
    const forbidden = ["tenants" as const];
    const clients = [{ clientId: "me@example", clientSecret: "my-secret", tsgId: "1000000001", forbidden }];
    const stack = await stacks.simulated(
      child("a", { onboard: [prisma("tenant-a")] }) + child("b", { onboard: [prisma("tenant-b")] }),
      { clients, appearAfterMs: 500 },
    );
    const { project, simulator } = stack;
    await upUntil(stack, ofPost("effect"), (running) => {
      running.signal("SIGKILL");
      project.killAll();
    });
    await project.pulumi("cancel", "--yes");
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain(`adopt: ["${allocated(simulator)[0] ?? ""}"]`);
    expect(simulator.ledger.posts()).toHaveLength(1);
  });
});
