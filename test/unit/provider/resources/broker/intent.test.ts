import { BrokerStack, type Inputs, database } from "../../../../support/service-instance";
import { serviceInstanceIntent } from "../../../../../provider/resources/service-instance/intent";

const keyOf = ({ saved }: BrokerStack): string | undefined => saved.intent?.state.key;

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

  /** One that was made all the same, its operation at its end. */
  const killedRun = async (more: Inputs = {}): Promise<string> => {
    await stack.killedUp({ ...database, ...more }, "provision", "effect");
    stack.clock.skip(60_000);
    return stack.existing[0] ?? "";
  };

  it.each<[string, Inputs, Record<string, string>]>([
    ["", {}, {}],
    [", whatever the policy says of the resource", { deletionPolicy: "abandon" }, {}],
    [", its id being the program's", { instanceId: "given" }, {}],
    [", orphans being reported", {}, { PROVISOR_ORPHAN_MITIGATION: "report" }],
  ])("names what is there when it leaves alone, and sends no DELETE%s", async (_why, more, env) => {
    await start(env);
    const id = await killedRun(more);
    const warning = await destroyedWords();
    const { serviceId, planId } = stack.simulator.plan("postgres", "small");
    expect(warning).toMatch(/^db: its Intent left the state without its resource\. Service instance/);
    for (const words of [
      `Service instance ${id} is at the broker ${stack.running.url}`,
      "`pulumi state move`",
      "`pulumi state delete`, retainOnDelete, an alias",
      "a run that was killed made it",
      `adopt: "${id}"`,
      `DELETE ${stack.running.url}/v2/service_instances/${id}?accepts_incomplete=true&service_id=${serviceId}&plan_id=${planId}.`,
    ])
      expect(warning).toContain(words);
    expect([stack.existing, stack.sent("deprovision"), stack.saved.intent]).toEqual([[id], [], undefined]);
  });

  it("names it as the plan that it was asked for as last", async () => {
    await start();
    await killedRun();
    await stack.killedUp({ ...database, plan: "large" }, "provision", "answer");
    expect(await destroyedWords()).toContain(`plan_id=${stack.simulator.plan("postgres", "large").planId}`);
  });

  it.each([
    ["a refusal", { status: 400 } as const, "before" as const],
    ["a lost request", "reset-before" as const, undefined],
  ])("goes quietly where nothing was made, after %s", async (_what, kind, effect) => {
    await start();
    stack.simulator.fault({ on: "provision", kind, effect, times: 99 });
    await stack.up({ ...database, timeouts: { create: "30s" } }).catch(() => undefined);
    delete stack.saved.real;
    expect(await destroyedWords()).toBe("");
    expect(stack.sent("fetch").length).toBeGreaterThan(0);
  });

  it("names the instance that took the place of one that failed", async () => {
    await start();
    stack.simulator.fail({ on: "provision", kind: "fails-and-leaves" });
    await stack.up(database);
    const { state } = await stack.up(database);
    delete stack.saved.real;
    expect(await destroyedWords()).toContain(`Service instance ${state.instanceId} is at the broker`);
  });

  it("names both that it may be of where its replacement is not saved", async () => {
    await start();
    const replaceable: Inputs = { ...database, changePolicy: "replace" };
    await stack.up(replaceable);
    await stack.killedUp({ ...replaceable, spaceGuid: "other" }, "provision", "effect");
    stack.clock.skip(60_000);
    delete stack.saved.real;
    const warning = await destroyedWords();
    for (const id of stack.existing) expect(warning).toContain(`Service instance ${id} is at the broker`);
    expect(stack.existing).toHaveLength(2);
  });

  it.each([
    [
      "does not tell of a service at all",
      "cache",
      "basic",
      404,
      "the broker does not tell whether it is there",
    ],
    ["says of every id that it is gone", "cache", "basic", 410, "the broker says of any id that it is gone"],
    ["does not answer what it is asked", "postgres", "small", 500, "was answered 500"],
  ])("says that something may be there where the broker %s", async (_how, service, plan, status, words) => {
    await start();
    await stack.killedUp({ service, plan }, "provision", "effect");
    const [id = ""] = stack.existing;
    for (const on of ["fetch", "last-operation"] as const)
      stack.simulator.fault({ on, kind: { status }, times: 1e6 });
    const warning = await destroyedWords();
    expect(warning).toMatch(
      new RegExp(`Service instance ${id} may be at the broker .*${words}.*instanceId: "${id}"`),
    );
    expect([stack.existing, stack.sent("deprovision")]).toEqual([[id], []]);
  });

  it("sees one that is finished between its fetch and the question for its last operation", async () => {
    await start();
    const id = await killedRun();
    stack.simulator.fault({ on: "fetch", kind: { status: 404 } });
    expect(await destroyedWords()).toContain(`Service instance ${id} is at the broker`);
  });

  it("goes quietly where a broker that knows what it had says that it is gone", async () => {
    await start();
    await stack.killedUp({ service: "cache", plan: "basic" }, "provision", "effect");
    const [id = ""] = stack.existing;
    stack.simulator.fault({ on: "last-operation", pathContains: id, kind: { status: 410 }, times: 99 });
    expect(await destroyedWords()).toBe("");
  });

  it.each([
    ["its credentials are refused", { OSB_PASSWORD: "wrong" }, "it could not be looked at"],
    ["there are no settings", { OSB_URL: "" }, "it could not be looked at"],
    [
      "another broker is addressed",
      { OSB_URL: "http://127.0.0.1:9" },
      "address the one at http://127.0.0.1:9",
    ],
  ])("leaves the state with a warning where %s", async (_why, env, words) => {
    await start();
    const id = await killedRun();
    const warning = await destroyedWords(env);
    expect(warning).toContain(`Service instance ${id} may be at the broker ${stack.running.url}`);
    expect(warning).toContain(words);
    expect(stack.saved.intent).toBeUndefined();
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

  it("of another stack is taken on by an instance that was moved there alone, and leaves with it", async () => {
    await start();
    const cache: Inputs = { service: "cache", plan: "basic" };
    const { state } = await stack.up(cache);
    delete stack.saved.intent;
    const moved = await stack.up(cache);
    expect([moved.what, moved.state]).toEqual(["updated", { ...state, intentKey: keyOf(stack), turn: 1 }]);
    expect(stack.sent("update")).toEqual([]);
    expect(await stack.changes(cache)).toEqual({ changes: false, replaces: [] });
    expect(await destroyedWords()).toBe("");
    expect(stack.existing).toEqual([]);
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
    const [left = ""] = stack.existing.filter((id) => id !== state.instanceId);
    const { recorded } = await stack.destroy();
    expect(stack.existing).toEqual([left]);
    expect(recorded.warnings.join()).toContain(`Service instance ${left} may be at the broker`);
  });

  it("was refused says nothing at its end", async () => {
    await stack.up({ ...replaceable, deletionPolicy: "prevent" });
    await stack.up({ ...other, deletionPolicy: "prevent" }).catch(() => undefined);
    await stack.up({ ...replaceable, deletionPolicy: "abandon" });
    const { recorded } = await stack.destroy();
    expect(recorded.warnings).toEqual([expect.stringContaining("abandoned, as deletionPolicy says")]);
  });

  it("is taken back names what a run that died made of it, and follows nothing any more", async () => {
    const { state } = await stack.up(replaceable);
    await stack.killedUp(other, "provision", "effect");
    expect([follows(), stack.existing.length]).toEqual([state.instanceId, 2]);
    const { host } = await stack.up(replaceable);
    expect([follows(), stack.existing.length, stack.sent("deprovision")]).toEqual([undefined, 2, []]);
    const left = stack.existing.find((id) => id !== state.instanceId);
    expect(host.recorded.warnings.join()).toMatch(
      new RegExp(`its replacement was taken back.*Service instance ${left} may be at the broker`),
    );
  });

  it("turns out to be a change in place is not touched by the next up", async () => {
    const { state } = await stack.up(replaceable);
    await stack.up({ ...replaceable, plan: "large" });
    expect(await stack.changes({ ...replaceable, plan: "large" })).toEqual({ changes: false, replaces: [] });
    await stack.up({ ...replaceable, plan: "large", parameters: { storageGb: 30 } });
    expect([stack.existing, stack.sent("deprovision")]).toEqual([[state.instanceId], []]);
  });
});
