import { STORY_MS, Stacks, program, serviceInstance } from "./stack";

jest.setTimeout(2 * STORY_MS);
const stacks = new Stacks();

test("a change that is to be ignored is so after a refresh too, until the option is gone", async () => {
  const { project, broker } = await stacks.brokered("");
  const db = (parameters: object, ignoreChanges: string[]): void =>
    project.write(
      program(serviceInstance("db", { service: "postgres", plan: "small", parameters }, { ignoreChanges })),
    );
  const sent = (): number => broker.account().requests.update;
  const now = (): unknown => broker.instances.map(({ parameters }) => parameters);

  db({ storageGb: 20, version: "15" }, ["parameters.storageGb"]);
  expect((await project.up()).code).toBe(0);
  const [{ id } = { id: "none" }] = broker.instances;
  broker.patchInstance(id, { parameters: { storageGb: 50 } });
  expect((await project.up("--refresh")).code).toBe(0);
  expect([sent(), now()]).toEqual([0, [{ storageGb: 50, version: "15" }]]);
  expect((await project.up("--expect-no-changes")).code).toBe(0);

  db({ storageGb: 20, version: "16" }, ["parameters.storageGb"]);
  expect((await project.up()).code).toBe(0);
  expect([sent(), now()]).toEqual([1, [{ storageGb: 50, version: "16" }]]);

  db({ storageGb: 20, version: "16" }, []);
  expect((await project.up()).code).toBe(0);
  expect([sent(), now()]).toEqual([2, [{ storageGb: 20, version: "16" }]]);
});

test("a binding with changes to be ignored is replaced for others, and its Intent notes the successor in that run", async () => {
  const { project, broker } = await stacks.brokered("");
  const login = (role: string, rotateAfter: string): void =>
    project.write(
      program(`const db = new provisor.ServiceInstance("db", { service: "postgres", plan: "small" });
new provisor.ServiceBinding("login", { instance: db, parameters: { role: "${role}" }, rotateAfter: "${rotateAfter}" }, {
  ignoreChanges: ["rotateAfter", "context"],
});`),
    );
  const bound = (): string[] => broker.bindings.map(({ id }) => id);
  const followed = async (): Promise<unknown> =>
    (await project.saved("ServiceBindingIntent", "login"))?.outputs?.["__follows"];

  login("reader", "30d");
  expect((await project.up()).code).toBe(0);
  const [first = "none"] = bound();
  expect(await followed()).toBeUndefined();

  login("reader", "60d");
  expect((await project.up("--expect-no-changes")).code).toBe(0);

  login("writer", "60d");
  expect((await project.up()).code).toBe(0);
  expect([bound().length, bound().includes(first), await followed()]).toEqual([1, false, first]);
  expect(broker.bindings.map(({ parameters }) => parameters)).toEqual([{ role: "writer" }]);
  expect((await project.up("--expect-no-changes")).code).toBe(0);
});
