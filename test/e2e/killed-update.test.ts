import { STORY_MS, Stacks, program, serviceInstance, until } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const postgres = { service: "postgres", plan: "small", parameters: { storageGb: 20 } };
const cache = { service: "cache", plan: "basic", parameters: { maxmemory: 1 } };

describe.each([
  ["can be fetched", postgres, { ...postgres, plan: "large", parameters: { storageGb: 40 } }],
  ["cannot be fetched", cache, { ...cache, plan: "plus", parameters: { maxmemory: 2 } }],
])("an update of an instance that %s, killed when the broker has begun it", (_how, before, after) => {
  const programOf = (args: Record<string, unknown>): string => program(serviceInstance("db", args));

  test.each([
    ["ends well with the next up", after],
    ["is undone by the next up where the program takes it back", before],
  ])("%s", async (_what, wanted) => {
    const { project, broker } = await stacks.brokered("");
    project.write(programOf(before));
    expect((await project.up()).code).toBe(0);
    broker.on(({ kind, request }) => {
      if (kind === "effect" && request === "update" && broker.ledger.effects("update").length === 1)
        project.killAll();
    });
    project.write(programOf(after));
    expect((await project.up()).code).not.toBe(0);
    await until(() => project.providers().length === 0);
    await project.pulumi("cancel", "--yes");
    project.write(programOf(wanted));
    const { code, output } = await project.up();
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    const { planId } = broker.plan(wanted.service, wanted.plan);
    expect(broker.instances).toMatchObject([{ planId, parameters: wanted.parameters }]);
    expect((await project.up("--expect-no-changes")).code).toBe(0);
    expect((await project.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
    expect(broker.instances).toEqual([]);
  });
});
