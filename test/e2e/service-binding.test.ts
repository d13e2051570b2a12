import type { BrokerEvent, BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, program, serviceInstance, until } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

/** A database, a login for it, and something that depends on the credentials and takes its time to change. */
const programOf = (rotation: object): string => `
${serviceInstance("db", { service: "postgres", plan: "small" })}
const login = new provisor.ServiceBinding("login", { instance: db, ...${JSON.stringify(rotation)} });
const app = new provisor.ServiceInstance("app", {
  service: "cache", plan: "basic", parameters: { login: login.credentials },
});
exports.bindingId = login.bindingId;
exports.credentials = login.credentials;
exports.data = provisor.toSecretData(login);
exports.predecessors = login.predecessors;`;

const write = (project: PulumiProject, body: string): void => {
  project.write(program(body));
};

/** What changed at the broker, in order, by the name of the request. */
const effectsSince = (broker: BrokerSimulator, start: number): string[] =>
  broker.ledger
    .effects()
    .slice(start)
    .map(({ request }) => request ?? "");

const bindingIds = (broker: BrokerSimulator): string[] => broker.bindings.map(({ id }) => id);

describe("a service binding", () => {
  let project: PulumiProject;
  let broker: BrokerSimulator;
  const runs: Run[] = [];
  const run = async (command: Promise<Run>): Promise<Run> => {
    const done = await command;
    runs.push(done);
    return done;
  };
  beforeAll(async () => {
    ({ project, broker } = await stacks.brokered(programOf({ rotationTrigger: 1 })));
    await run(project.preview("--diff"));
    await run(project.up());
  });

  test("is made by one up", () => {
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(broker.bindings.map(({ state }) => state)).toEqual(["ready"]);
  });

  test("gives what depends on it the credentials of the broker", async () => {
    const outputs = await project.outputs("--show-secrets");
    const [binding] = broker.bindings;
    expect(outputs["credentials"]).toEqual(binding?.credentials);
    expect(
      broker.instances.find(({ serviceId }) => serviceId === broker.plan("cache").serviceId),
    ).toMatchObject({
      parameters: { login: binding?.credentials },
    });
  });

  test("gives a flat map for a secret", async () => {
    const { data, credentials } = (await project.outputs("--show-secrets")) as Record<
      string,
      Record<string, unknown>
    >;
    expect(data).toEqual({ ...credentials, port: "5432", type: "postgres" });
  });

  test("is unchanged by a second up and by a refresh", async () => {
    const before = broker.ledger.effects().length;
    expect((await run(project.up("--expect-no-changes"))).code).toBe(0);
    expect((await run(project.refresh("--expect-no-changes"))).code).toBe(0);
    expect(broker.ledger.effects()).toHaveLength(before);
  });

  test("stays while its instance gets another plan", async () => {
    const ids = bindingIds(broker);
    write(project, programOf({ rotationTrigger: 1 }).replace('"plan":"small"', '"plan":"large"'));
    const { code, output } = await run(project.up());
    expect(code).toBe(0);
    expect(output).not.toMatch(/replaced/);
    expect(bindingIds(broker)).toEqual(ids);
    expect((await run(project.up("--expect-no-changes"))).code).toBe(0);
  });

  test("is rotated by its trigger: what depends on it is updated before the old one ends", async () => {
    const start = broker.ledger.effects().length;
    const [old] = bindingIds(broker);
    write(project, programOf({ rotationTrigger: 2 }).replace('"plan":"small"', '"plan":"large"'));
    expect((await run(project.preview("--diff"))).code).toBe(0);
    const { code } = await run(project.up());
    expect(code).toBe(0);
    expect(effectsSince(broker, start)).toEqual(["bind", "update", "unbind"]);
    expect(bindingIds(broker)).toEqual([expect.not.stringMatching(old ?? "")]);
    expect((await run(project.up("--expect-no-changes"))).code).toBe(0);
  });

  test("shows its credentials nowhere in plain text", async () => {
    const username = broker.bindings[0]?.credentials["username"];
    const said = [...runs.map(({ output }) => output), await project.exported()].join("\n");
    expect(said).not.toContain("CREDENTIAL-CANARY");
    expect(said).not.toContain(String(username));
    expect(await project.outputs()).toMatchObject({ credentials: "[secret]", data: "[secret]" });
  });

  test("is unbound by a destroy", async () => {
    expect((await run(project.destroy())).code).toBe(0);
    expect([broker.bindings, broker.instances]).toEqual([[], []]);
    expect(await project.resources()).toEqual([]);
  });
});

test("a predecessor that the broker refuses to unbind is let go of by an up that says abandon", async () => {
  const { project, broker } = await stacks.brokered(programOf({ rotationTrigger: 1 }));
  await project.up();
  broker.fault({ on: "unbind", kind: { status: 400 }, times: 1e6 });
  for (const rotationTrigger of [2, 3]) {
    write(project, programOf({ rotationTrigger }));
    expect((await project.up("--skip-preview")).code).not.toBe(0);
  }
  expect(bindingIds(broker)).toHaveLength(3);
  write(project, programOf({ rotationTrigger: 3, deletionPolicy: "abandon" }));
  const { code, output } = await project.up("--skip-preview");
  expect([code, output]).toEqual([0, expect.stringMatching(/login: abandoned: service binding/)]);
  expect((await project.up("--expect-no-changes")).code).toBe(0);
  expect(bindingIds(broker)).toHaveLength(3);
});

test("a binding that exists is taken over in place of the present one, and nothing is bound for it", async () => {
  const keep = { deletionPolicy: "abandon" };
  const { project, broker } = await stacks.brokered(programOf({ ...keep, bindingId: "blue" }));
  await project.up();
  write(project, programOf({ ...keep, bindingId: "green" }));
  expect((await project.up()).code).toBe(0);
  expect(bindingIds(broker)).toEqual(["blue", "green"]);
  const start = broker.ledger.effects().length;
  for (const [inputs, id] of [
    [{ bindingId: "blue", adopt: true }, "blue"],
    [{ adopt: "green" }, "green"],
  ] as const) {
    write(project, programOf({ ...keep, ...inputs }));
    expect((await project.up()).code).toBe(0);
    expect(await project.outputs()).toMatchObject({ bindingId: id });
    expect((await project.up("--expect-no-changes")).code).toBe(0);
  }
  expect(effectsSince(broker, start)).toEqual(["update", "update"]);
});

describe("with an overlap", () => {
  let project: PulumiProject;
  let broker: BrokerSimulator;
  beforeAll(async () => {
    const stack = await stacks.brokered(programOf({ rotationTrigger: 1, rotationOverlap: "48h" }));
    ({ project, broker } = stack);
    await project.up();
  });

  test("the predecessor stays bound, and is held in the successor's state", async () => {
    const [old] = bindingIds(broker);
    write(project, programOf({ rotationTrigger: 2, rotationOverlap: "48h" }));
    expect((await project.up()).code).toBe(0);
    expect(bindingIds(broker)).toEqual([old, expect.any(String)]);
    expect((await project.outputs())["predecessors"]).toEqual([
      expect.objectContaining({ bindingId: old }) as object,
    ]);
    expect((await project.up("--expect-no-changes")).code).toBe(0);
    expect((await project.refresh("--expect-no-changes")).code).toBe(0);
  });

  test("it is unbound by the first up after that, and nothing else happens then", async () => {
    const start = broker.ledger.effects().length;
    const [, successor] = bindingIds(broker);
    write(project, programOf({ rotationTrigger: 2, rotationOverlap: "1s" }));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // The end was fixed when the successor was made.
    expect((await project.up()).code).toBe(0);
    write(project, programOf({ rotationTrigger: 2 }));
    expect((await project.up()).code).toBe(0);
    expect(effectsSince(broker, start)).toEqual(["unbind"]);
    expect(bindingIds(broker)).toEqual([successor]);
  });
});

/**
 * A run that is killed after the successor was saved and before the old binding is unbound: of a rotation with `rotation`,
 * after one with each of `before`.
 */
async function killedRotation(
  rotation: object,
  before: readonly object[] = [rotation],
): Promise<{ project: PulumiProject; broker: BrokerSimulator }> {
  const programs = [...before, rotation].map((inputs, index) =>
    program(programOf({ rotationTrigger: index + 1, ...inputs })),
  );
  const last = programs.pop() ?? "";
  const stack = await stacks.brokered("");
  const { project, broker } = stack;
  for (const text of programs) {
    project.write(text);
    expect((await project.up()).code).toBe(0);
  }
  const start = broker.ledger.events.length;
  const isPatch = (event: BrokerEvent): boolean => event.kind === "request" && event.request === "update";
  broker.fault({ on: "update", kind: "hang" });
  project.write(last);
  const running = project.start("up", "--yes", "--skip-preview");
  await until(() => broker.ledger.events.slice(start).some(isPatch));
  running.signal("SIGKILL");
  await running.done;
  project.killAll();
  await project.pulumi("cancel", "--yes");
  return stack;
}

describe("killed while what depends on it is being updated", () => {
  const ups: [string, string[]][] = [
    ["up", ["up", "--yes", "--skip-preview"]],
    ["up with a refresh", ["up", "--yes", "--skip-preview", "--refresh"]],
  ];

  test.each(ups)(
    "a rotation is finished by the next %s: the dependent first, then the old one ends",
    async (_, command) => {
      const { project, broker } = await killedRotation({});
      const start = broker.ledger.effects().length;
      const [, successor] = bindingIds(broker);
      const { code } = await project.pulumi(...command);
      expect(code).toBe(0);
      expect(effectsSince(broker, start)).toEqual(["update", "unbind"]);
      expect(bindingIds(broker)).toEqual([successor]);
    },
  );

  test.each(ups)(
    "without the overlap that there was, all earlier ones end with the next %s",
    async (_, command) => {
      const overlap = { rotationOverlap: "48h" };
      const { project, broker } = await killedRotation({}, [overlap, overlap, overlap]);
      const start = broker.ledger.effects().length;
      expect(bindingIds(broker)).toHaveLength(4);
      const successor = bindingIds(broker).at(-1);
      const { code } = await project.pulumi(...command);
      expect(code).toBe(0);
      expect(effectsSince(broker, start)).toEqual(["update", "unbind", "unbind", "unbind"]);
      expect(bindingIds(broker)).toEqual([successor]);
      expect((await project.outputs())["predecessors"]).toBeUndefined();
      expect((await project.up("--expect-no-changes")).code).toBe(0);
    },
  );

  test("with an overlap the old one is kept by the next up too", async () => {
    const { project, broker } = await killedRotation({ rotationOverlap: "48h" });
    const ids = bindingIds(broker);
    expect((await project.up()).code).toBe(0);
    expect(bindingIds(broker)).toEqual(ids);
    expect((await project.outputs())["predecessors"]).toEqual([
      expect.objectContaining({ bindingId: ids[0] }) as object,
    ]);
    expect((await project.destroy()).code).toBe(0);
    expect(broker.bindings).toEqual([]);
  });
});
