import { BrokerStack, database } from "../../../../support/service-instance";
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
