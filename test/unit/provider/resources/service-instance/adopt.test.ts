import { BrokerStack, type Inputs, database } from "../../../../support/service-instance";

describe("adopting an instance", () => {
  let owner: BrokerStack;
  let stack: BrokerStack;
  let id: string;
  const given = async (inputs: Inputs): Promise<void> => {
    owner = await BrokerStack.start();
    id = (await owner.up(inputs)).state.instanceId;
    stack = BrokerStack.beside(owner);
  };
  afterEach(() => owner.stop());

  it.each([
    ["by its id", (): Inputs => ({ adopt: id })],
    ["with instanceId", (): Inputs => ({ adopt: true, instanceId: id })],
  ])("takes it over as it is (%s)", async (_how, adopt) => {
    await given({ ...database, parameters: { storageGb: 20, version: "16" } });
    const { state } = await stack.up({ ...database, ...adopt() });
    expect(state).toMatchObject({ instanceId: id, state: "succeeded", parameters: { storageGb: 20 } });
    expect([stack.sent("provision").length, stack.sent("update").length]).toEqual([1, 0]);
    expect(await stack.changes({ ...database, ...adopt() })).toEqual({ changes: false, replaces: [] });
  });

  it("stays in place when adopt is taken out of the program", async () => {
    await given(database);
    await stack.up({ ...database, adopt: id });
    expect((await stack.up(database)).state.instanceId).toBe(id);
  });

  it.each([
    ["plan", { plan: "large" }, /otherwise than in the program \(plan\)/],
    ["parameters", { parameters: { storageGb: 5 } }, /\(parameters\.storageGb\).*Nothing was changed/],
  ])("is refused where the program wants another one: %s", async (_what, change, words) => {
    await given(database);
    await expect(stack.up({ ...database, ...change, adopt: id })).rejects.toThrow(words);
    expect(stack.saved.real).toBeUndefined();
  });

  it.each([
    ["can be fetched", database],
    ["cannot be fetched", { service: "cache", plan: "basic" }],
  ])("is refused where there is none, of a service that %s", async (_what, inputs) => {
    await given(inputs);
    await expect(stack.up({ ...inputs, adopt: "nobody" })).rejects.toThrow(
      /there is no instance nobody at the broker to adopt/,
    );
  });

  it("is done on trust, with a warning, where it cannot be fetched", async () => {
    await given({ service: "cache", plan: "basic" });
    const { state, host } = await stack.up({ service: "cache", plan: "basic", adopt: id });
    expect(state.instanceId).toBe(id);
    expect(host.recorded.warnings.join()).toMatch(/taken from the program on trust/);
  });

  it("is refused where another resource of the stack has it", async () => {
    await given(database);
    await expect(stack.up({ ...database, adopt: id }, { saved: { heldElsewhere: [id] } })).rejects.toThrow(
      /another resource of this stack has instance/,
    );
  });
});
