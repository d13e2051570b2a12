import { serviceBinding } from "../../../../support/one-process";
import { BoundBroker, INSTANCE_ID, type Inputs } from "../../../../support/service-binding";

describe("a ServiceBinding while another broker is addressed", () => {
  let own: BoundBroker;
  let other: BoundBroker;
  let elsewhere: Record<string, string>;
  beforeEach(async () => {
    own = await BoundBroker.start();
    other = await BoundBroker.start();
    elsewhere = { OSB_URL: other.running.env["OSB_URL"] ?? "" };
  });
  afterEach(async () => {
    await own.stop();
    await other.stop();
  });

  it.each([
    ["rotated", { rotationTrigger: 2 }],
    ["replaced", { rotationTrigger: 1, parameters: { role: "reader" } }],
  ] as [string, Inputs][])(
    "is not %s there, where the present one could not be unbound",
    async (_how, inputs) => {
      const saved = await own.up({ rotationTrigger: 1 });
      await expect(own.up(inputs, saved, elsewhere)).rejects.toThrow(
        /a replacement would have to delete what is at the broker .*Nothing was sent/s,
      );
      expect(other.sent("bind")).toBe(0);
    },
  );

  it("is not replaced by force there", async () => {
    const saved = await own.up();
    const settings = own.host({}, elsewhere).settings;
    own.nextRun();
    const { problems } = await own.check({}, saved, { settings, isSuccessor: true });
    expect(problems.map(({ message }) => message).join()).toMatch(/would have to delete/);
  });

  it("does not end its predecessors there", async () => {
    const overlap: Inputs = { rotationTrigger: 1, rotationOverlap: "1h" };
    const first = await own.up(overlap);
    const second = await own.up({ ...overlap, rotationTrigger: 2 }, first);
    const third = await own.up({ rotationTrigger: 2 }, second, elsewhere);
    expect(third.state.predecessors).toMatchObject([{ bindingId: first.state.bindingId }]);
  });

  describe("whose id the program gave", () => {
    const given: Inputs = { bindingId: "shared-name" };
    beforeEach(async () => {
      await other.up(given);
    });

    it("is not unbound there, where another may have the id", async () => {
      const saved = await own.up(given);
      own.nextRun();
      const host = own.host({}, elsewhere);
      await expect(serviceBinding.delete(host, saved.id, saved.state)).rejects.toThrow(
        /Its id is the program's own: another binding may have it there\. Use settings for that broker/,
      );
      expect(other.sent("unbind")).toBe(0);
    });

    it("does not get the credentials of another that has the id there", async () => {
      const saved = await own.up(given);
      const { state, host } = await own.refresh(saved, elsewhere);
      expect(state).toEqual(saved.state);
      expect(host.recorded.warnings.join()).toMatch(/another binding may have it there/);
    });
  });

  it("does not end a predecessor there whose id the program named, though its own follows from its key", async () => {
    const ids = own.simulator.plan("postgres", "small");
    await own.client().bind(INSTANCE_ID, "shared-name", ids);
    own.simulator.finishOperation("shared-name");
    const overlap: Inputs = { adopt: "shared-name", rotationOverlap: "1h" };
    const first = await own.up({ ...overlap, rotationTrigger: 1 });
    const second = await own.up({ ...overlap, rotationTrigger: 2 }, first);
    const third = await own.up({ adopt: "shared-name", rotationTrigger: 2 }, second, elsewhere);
    expect(third.state.predecessors).toMatchObject([{ bindingId: "shared-name" }]);
    expect(other.sent("unbind")).toBe(0);
  });

  it("knows in a later run that the program gave its id, though it gives none any more", async () => {
    own.simulator.fail({ on: "bind", kind: "never-finishes" });
    const begun = await own.up({ bindingId: "shared-name", timeouts: { create: "1s" } });
    const goneOn = await own.up({ timeouts: { update: "1s" } }, begun);
    expect(goneOn.state).toMatchObject({ bindingId: "shared-name", given: true });
  });

  it("is not bound anew there while something may be left at its own", async () => {
    own.simulator.fault({ on: "bind", kind: { status: 500 } });
    own.simulator.fault({ on: "unbind", kind: { status: 403 } });
    const saved = await own.up();
    await expect(own.up({}, saved, elsewhere)).rejects.toThrow(/Use settings for that broker/);
    expect([other.sent("bind"), other.sent("unbind")]).toEqual([0, 0]);
  });
});
