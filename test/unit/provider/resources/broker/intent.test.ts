import { BrokerStack, type Inputs, database } from "../../../../support/service-instance";
import { serviceInstanceIntent } from "../../../../../provider/resources/broker/intent";

describe("the intent of a ServiceInstance", () => {
  let stack: BrokerStack;
  const start = async (env: Record<string, string> = {}): Promise<void> => {
    stack = await BrokerStack.start({ env });
  };
  afterEach(() => stack.stop());
  const destroyedWords = async (env: Record<string, string> = {}): Promise<string> =>
    (await stack.destroy(env)).recorded.warnings.join("\n");

  it("keeps its key whatever changes", async () => {
    await start();
    await stack.up(database);
    const { key } = stack.saved.intent?.state ?? {};
    await stack.up({ ...database, plan: "large", profile: undefined });
    expect(stack.saved.intent?.state.key).toBe(key);
  });

  it("remembers what was asked for under the same id", async () => {
    await start();
    await stack.killedUp(database, "provision", "effect");
    await stack.killedUp({ ...database, plan: "large" }, "provision", "answer");
    expect(stack.saved.intent?.state.asked.map(({ plan }) => plan)).toEqual(["small", "large"]);
  });

  it("says nothing and sends nothing when it leaves with its instance", async () => {
    await start();
    await stack.up(database);
    expect(await destroyedWords()).toBe("");
    expect(stack.sent("deprovision")).toHaveLength(1);
  });

  it("deletes what a run that died left behind, as the plan that it was asked for as", async () => {
    await start();
    await stack.killedUp(database, "provision", "effect");
    await stack.killedUp({ ...database, plan: "large" }, "provision", "answer");
    expect(await destroyedWords()).toBe("");
    expect(stack.existing).toEqual([]);
  });

  it("deletes nothing where nothing was made", async () => {
    await start();
    stack.simulator.fault({ on: "provision", kind: { status: 400 } });
    await stack.up(database).catch(() => undefined);
    expect(await destroyedWords()).toBe("");
  });

  it.each([
    ["the policy keeps instances", { deletionPolicy: "abandon" as const }, {}, 'deletionPolicy is "abandon"'],
    ["its id was given", { instanceId: "given" }, {}, "its id was given by the program"],
    [
      "orphans are only reported",
      {},
      { PROVISOR_ORPHAN_MITIGATION: "report" },
      'orphanMitigation is "report"',
    ],
  ])("warns, and deletes nothing, where %s", async (_why, more, env, words) => {
    await start(env);
    await stack.killedUp({ ...database, ...more }, "provision", "effect");
    expect(await destroyedWords()).toContain(words);
    expect(stack.existing).toHaveLength(1);
  });

  it("stays in the state where the broker cannot be asked", async () => {
    await start();
    await stack.killedUp(database, "provision", "effect");
    await expect(stack.destroy({ OSB_PASSWORD: "wrong" })).rejects.toThrow(
      /could not be made sure that it is gone.*its Intent stays in the state/s,
    );
    expect(stack.saved.intent).toBeDefined();
  });

  it("leaves alone what a resource of the same run has", async () => {
    await start();
    await stack.up(database);
    const { intent } = stack.saved;
    if (!intent) throw new Error("There is none.");
    const session = stack.sessionOf(() => Promise.resolve());
    await stack.up(database, { session });
    await serviceInstanceIntent.delete(stack.host({ session }), intent.id, intent.state);
    expect(stack.existing).toHaveLength(1);
  });

  it("cannot be replaced by force", async () => {
    await start();
    await stack.up(database);
    const host = stack.host({ saved: { own: { key: "k" } } });
    const { problems } = await serviceInstanceIntent.check(host, undefined, { want: {} });
    expect(problems[0]?.message).toMatch(/a replacement of its Intent was asked for.*Nothing was sent/);
  });
});

describe("the intent of a ServiceInstance whose replacement", () => {
  const replaceable: Inputs = { ...database, changePolicy: "replace" };
  const other: Inputs = { ...replaceable, service: "cache", plan: "basic", parameters: {} };
  let stack: BrokerStack;
  beforeEach(async () => {
    stack = await BrokerStack.start();
  });
  afterEach(() => stack.stop());
  const follows = (): string | undefined => stack.saved.intent?.state.follows;

  it.each<[string, Inputs, Inputs]>([
    ["the saved policy prevents", { deletionPolicy: "prevent" }, {}],
    ["the new policy prevents", {}, { deletionPolicy: "prevent" }],
    ["comes with the policy to abandon", {}, { deletionPolicy: "abandon" }],
  ])("is refused, since %s, follows nothing", async (_why, before, now) => {
    await stack.up({ ...replaceable, ...before });
    await expect(stack.up({ ...other, ...now })).rejects.toThrow(/Nothing was sent/);
    expect(follows()).toBeUndefined();
  });

  it("was refused by a policy that is taken back is followed then", async () => {
    const { state } = await stack.up(replaceable);
    await stack.up({ ...other, deletionPolicy: "prevent" }).catch(() => undefined);
    await stack.killedUp(other, "provision", "effect");
    expect(follows()).toBe(state.instanceId);
    await stack.destroy();
    expect(stack.existing).toEqual([]);
  });

  it("was refused says nothing at its end", async () => {
    await stack.up({ ...replaceable, deletionPolicy: "prevent" });
    await stack.up({ ...other, deletionPolicy: "prevent" }).catch(() => undefined);
    await stack.up({ ...replaceable, deletionPolicy: "abandon" });
    const { recorded } = await stack.destroy();
    expect(recorded.warnings).toEqual([expect.stringContaining("abandoned, as deletionPolicy says")]);
  });

  it("is taken back deletes what a run that died made of it, and follows nothing any more", async () => {
    const { state } = await stack.up(replaceable);
    await stack.killedUp(other, "provision", "effect");
    expect([follows(), stack.existing.length]).toEqual([state.instanceId, 2]);
    await stack.up(replaceable);
    expect([follows(), stack.existing]).toEqual([undefined, [state.instanceId]]);
  });

  it("turns out to be a change in place is not touched by the next up", async () => {
    const { state } = await stack.up(replaceable);
    await stack.up({ ...replaceable, plan: "large" });
    expect(await stack.changes({ ...replaceable, plan: "large" })).toEqual({ changes: false, replaces: [] });
    await stack.up({ ...replaceable, plan: "large", parameters: { storageGb: 30 } });
    expect([stack.existing, stack.sent("deprovision")]).toEqual([[state.instanceId], []]);
  });
});
