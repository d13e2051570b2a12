import { STORY_MS, Stacks, child, freeApp, prisma, program, serviceInstance } from "./stack";

/*
 * What is refused before anything is sent, and then taken back, leaves no trace: nothing is sent for it, and the engine
 * finds no change.
 */

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

describe("what a broker's resources refuse, and the program takes back", () => {
  const db = { service: "postgres", plan: "small", parameters: { storageGb: 20 } };
  const login = (args: string): string => `new provisor.ServiceBinding("login", { instance: db, ${args} });`;
  const right = `parameters: { role: "reader" }, rotationTrigger: 1`;
  const body = `${serviceInstance("db", db)}\n${login(right)}`;

  test("is no change afterwards: nothing is sent", async () => {
    const { project, broker } = await stacks.brokered(body);
    expect((await project.up()).code).toBe(0);
    const before = broker.ledger.effects().length;
    const wrong: [text: string, said: RegExp][] = [
      [serviceInstance("db", { ...db, plan: "typo" }) + login(right), /typo/],
      [
        serviceInstance("db", { ...db, plan: "large", parameters: { storageGb: "x" } }) + login(right),
        /storageGb/,
      ],
      [serviceInstance("db", { ...db, service: "cache" }) + login(right), /no plan small/],
      [
        serviceInstance("db", db) + login(`parameters: { role: "king" }, rotationTrigger: 1`),
        /parameters.role/,
      ],
      [serviceInstance("db", db) + login(`${right}, rotateAfter: "soon"`), /rotateAfter/],
    ];
    for (const [text, said] of wrong) {
      project.write(program(text));
      const refused = await project.up();
      expect([text, refused.code === 0, refused.output]).toEqual([text, false, expect.stringMatching(said)]);
      project.write(program(body));
      const again = await project.up("--expect-no-changes");
      expect([text, again.code, again.code === 0 ? "" : again.output]).toEqual([text, 0, ""]);
    }
    expect(broker.ledger.effects()).toHaveLength(before);
  });
});

describe("what a ChildInstance refuses, and the program takes back", () => {
  const own = { onboard: [prisma("tenant-a")] };
  const rest = child("directory", freeApp());

  test("is no change afterwards: nothing is sent", async () => {
    const { project, simulator } = await stacks.simulated(child("acme", own) + rest);
    expect((await project.up()).code).toBe(0);
    const before = simulator.ledger.effects().length;
    const wrong: [args: Record<string, unknown>, said: RegExp][] = [
      [{ onboard: [prisma("tenant-a", 200)] }, /allocat/],
      [{ onboard: [prisma("tenant-b")] }, /tenant-b|tsgName/],
      [{ onboard: [prisma("tenant-a", 100, { platformRegion: "" })] }, /platformRegion/],
      [{ onboard: [prisma("tenant-a", 100, { isEulaAccepted: false })] }, /isEulaAccepted/],
    ];
    for (const [args, said] of wrong) {
      project.write(program(child("acme", args) + rest));
      const refused = await project.up();
      expect([args, refused.code === 0, refused.output]).toEqual([args, false, expect.stringMatching(said)]);
      project.write(program(child("acme", own) + rest));
      const again = await project.up("--expect-no-changes");
      expect([args, again.code, again.code === 0 ? "" : again.output]).toEqual([args, 0, ""]);
    }
    expect(simulator.ledger.effects()).toHaveLength(before);
  });
});
