import { serviceBinding } from "../../../../support/one-process";
import { BoundBroker, type Inputs, KEY, type Saved, type Up } from "../../../../support/service-binding";

let broker: BoundBroker;

beforeEach(async () => {
  broker = await BoundBroker.start();
});

afterEach(() => broker.stop());

/** From now on the broker unbinds nothing. */
const refuse = (): { cancel: () => void } =>
  broker.simulator.fault({
    on: "unbind",
    kind: { status: 400, body: { description: "In use." } },
    times: 1e6,
  });

/** A rotation by a run in which the broker refuses to unbind the predecessor. */
async function rotated(inputs: Inputs, saved: Saved, trigger: number): Promise<Up> {
  const up = await broker.up({ ...inputs, rotationTrigger: trigger }, saved);
  expect(up).toMatchObject({ what: "replaced", unfinished: undefined });
  expect(up.leftover).toBeDefined();
  return up;
}

describe("a predecessor whose unbinding the broker refuses", () => {
  test("is told with the name of the resource, with its id once, and with what to do", async () => {
    const saved = await broker.up({ rotationTrigger: 1 });
    refuse();
    const { leftover } = await rotated({}, saved, 2);
    expect(leftover?.message).toMatch(
      /^creds: not unbound.*In use\..* stays in the state beside its successor\. Run the same command again; .*"abandon" and run `pulumi up`\.$/,
    );
    expect(leftover?.message.split("(request identity")[0]?.split(`binding ${KEY}`)).toHaveLength(2);
  });

  test("is let go of by an up whose program says abandon, with a warning that names it", async () => {
    const saved = await broker.up({ rotationTrigger: 1 });
    refuse();
    const next = await rotated({}, saved, 2);
    const sent = broker.sent("unbind");
    const inputs: Inputs = { rotationTrigger: 2, deletionPolicy: "abandon" };
    const later = await broker.upWithLeftover(inputs, next, saved);
    expect(later.leftover).toBeUndefined();
    expect(later.host.recorded.warnings.join()).toMatch(
      new RegExp(`creds: abandoned: service binding ${KEY} .*stays bound, and its credentials valid`),
    );
    expect(broker.sent("unbind")).toBe(sent);
  });

  test("is let go of after further rotations too, and with a refresh before", async () => {
    let saved: Saved = await broker.up({ rotationTrigger: 1 });
    refuse();
    const leftovers: Saved[] = [];
    for (const trigger of [2, 3]) {
      leftovers.push(saved);
      saved = await rotated({}, saved, trigger);
    }
    const inputs: Inputs = { rotationTrigger: 3, deletionPolicy: "abandon" };
    for (const refresh of [false, true]) {
      const up = await broker.upWithLeftover(inputs, saved, leftovers, { refresh });
      expect(up.leftover).toBeUndefined();
    }
  });

  test("is let go of where another change than a rotation replaced it", async () => {
    const saved = await broker.up({ parameters: { role: "reader" } });
    refuse();
    const inputs: Inputs = { parameters: { role: "writer" } };
    const next = await broker.up(inputs, saved);
    const up = await broker.upWithLeftover({ ...inputs, deletionPolicy: "abandon" }, next, saved);
    expect(up.leftover).toBeUndefined();
  });

  test.each(["delete", "prevent"] as const)(
    "is unbound where the program says %s now, whatever was saved with it",
    async (deletionPolicy) => {
      const saved = await broker.up({ rotationTrigger: 1 });
      const fault = refuse();
      const next = await rotated({}, saved, 2);
      fault.cancel();
      const abandoned = { ...saved, state: { ...saved.state, deletionPolicy: "abandon" as const } };
      const up = await broker.upWithLeftover({ deletionPolicy, rotationTrigger: 2 }, next, abandoned);
      expect(up.leftover).toBeUndefined();
      expect(broker.bound).toEqual([next.state.bindingId]);
    },
  );

  test("is waited for as long as the program says now", async () => {
    const saved = await broker.up({ rotationTrigger: 1 });
    const fault = refuse();
    const next = await rotated({}, saved, 2);
    fault.cancel();
    broker.simulator.fail({ on: "unbind", kind: "never-finishes" });
    const before = broker.clock.now();
    const up = await broker.upWithLeftover({ rotationTrigger: 2, timeouts: { delete: "5s" } }, next, saved);
    expect(up.leftover?.message).toContain("time-out");
    expect(broker.clock.now() - before).toBeLessThan(10_000);
  });

  test("does not take the guard from its successor in a destroy that begins with a refresh of both", async () => {
    const saved = await broker.up({ rotationTrigger: 1, deletionPolicy: "prevent" });
    refuse();
    const next = await rotated({ deletionPolicy: "prevent" }, saved, 2);
    broker.nextRun();
    const host = broker.host();
    for (const { state, inputs } of [next, saved]) serviceBinding.diff(host, state, inputs);
    await expect(serviceBinding.delete(host, next.id, next.state)).rejects.toThrow(
      'deletionPolicy is "prevent"',
    );
  });
});
