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

  it("makes up nothing of where it belongs, so that it can be updated", async () => {
    await given({ ...database, organizationGuid: "its-own", spaceGuid: "its-own" });
    const { state } = await stack.up({ ...database, adopt: id });
    expect([state.organizationGuid, state.spaceGuid, state.context]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const next = await stack.up({ ...database, adopt: id, plan: "large", parameters: { storageGb: 30 } });
    expect(next.state).toMatchObject({ state: "succeeded", plan: "large" });
  });

  it("takes over where it belongs once the program says that", async () => {
    await given({ ...database, organizationGuid: "its-own" });
    await stack.up({ ...database, adopt: id });
    const told = { ...database, adopt: id, organizationGuid: "its-own" };
    const { what, state } = await stack.up(told);
    expect([what, state.organizationGuid, stack.sent("update").length]).toEqual(["updated", "its-own", 0]);
    expect(await stack.changes(told)).toEqual({ changes: false, replaces: [] });
  });

  it("stays in place when adopt is taken out of the program", async () => {
    await given(database);
    await stack.up({ ...database, adopt: id });
    expect((await stack.up(database)).state.instanceId).toBe(id);
  });

  describe("of another, once one is taken over", () => {
    let other: string;
    const change = { ...database, parameters: { storageGb: 7 } };
    beforeEach(async () => {
      await given(database);
      other = (await BrokerStack.beside(owner).up(change)).state.instanceId;
    });

    it("is refused, and changes neither", async () => {
      await stack.up({ ...database, adopt: id });
      await expect(stack.up({ ...change, adopt: other })).rejects.toThrow(
        /adopt: cannot be changed in place: an instance takes over no other.*Nothing was sent/,
      );
      expect([stack.sent("update").length, stack.sent("deprovision").length]).toEqual([0, 0]);
    });

    it("replaces it where the policy says so", async () => {
      await stack.up({ ...database, adopt: id, changePolicy: "replace" });
      const { what, state } = await stack.up({ ...change, adopt: other, changePolicy: "replace" });
      expect([what, state.instanceId, stack.existing]).toEqual(["replaced", other, [other]]);
      expect(stack.sent("update")).toHaveLength(0);
    });
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

  it.each([
    ["can be fetched", database],
    ["cannot be fetched", { service: "cache", plan: "basic" }],
  ])("is refused where the broker answers with 410, of a service that %s", async (_what, inputs) => {
    await given(inputs);
    for (const on of ["fetch", "last-operation"] as const)
      stack.simulator.fault({ on, kind: { status: 410, body: {} } });
    await expect(stack.up({ ...inputs, adopt: id })).rejects.toThrow(/there is no instance \S+ .* to adopt/);
  });

  it("takes it over after a create that failed, instead of provisioning under its id", async () => {
    await given(database);
    stack.simulator.fail({ on: "provision", kind: "fails-after" });
    expect((await stack.up(database)).state.state).toBe("failed");
    const { state } = await stack.up({ ...database, adopt: id });
    expect([state.state, state.instanceId, stack.existing]).toEqual(["succeeded", id, [id]]);
    expect(stack.sent("provision").map(({ instanceId }) => instanceId)).toEqual([
      id,
      expect.not.stringMatching(id),
    ]);
  });

  it("takes over what a create that failed has left, and deletes nothing", async () => {
    await given(database);
    stack.simulator.fault({ on: "provision", kind: { status: 500 }, effect: "after" });
    const { state: failed } = await stack.up(database, {}, { PROVISOR_ORPHAN_MITIGATION: "report" });
    stack.simulator.finishOperation(failed.instanceId);
    const { state } = await stack.up({ ...database, adopt: failed.instanceId });
    expect([state.state, state.instanceId]).toEqual(["succeeded", failed.instanceId]);
    expect(stack.sent("deprovision")).toHaveLength(0);
  });

  it("is done on trust, with a warning, where it cannot be fetched", async () => {
    await given({ service: "cache", plan: "basic" });
    const { state, host } = await stack.up({ service: "cache", plan: "basic", adopt: id });
    expect(state.instanceId).toBe(id);
    expect(host.recorded.warnings.join()).toMatch(/taken from the program on trust/);
  });

  it("is refused where another resource of the stack has it", async () => {
    await given(database);
    await expect(
      stack.up(
        { ...database, adopt: id },
        { saved: { others: [{ type: "ServiceInstance", state: { instanceId: id } }] } },
      ),
    ).rejects.toThrow(/another resource of this stack has instance/);
  });
});
