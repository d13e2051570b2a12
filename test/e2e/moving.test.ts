import type { BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, program, serviceInstance } from "./stack";

/** The ways of docs/moving.md, each on the real engine. */
jest.setTimeout(2 * STORY_MS);
const stacks = new Stacks();

const db = { service: "postgres", plan: "small", parameters: { storageGb: 20 } };
const body = `${serviceInstance("db", db)}
new provisor.ServiceBinding("login", { instance: db });`;
const NOTHING = "";

let project: PulumiProject;
let broker: BrokerSimulator;
const write = (text: string): void => {
  project.write(program(text));
};
const urns = async (...types: string[]): Promise<string[]> =>
  (await project.resources())
    .filter(({ type }) => types.some((name) => type.endsWith(`:${name}`)))
    .map(({ urn }) => urn);
const INTENTS = ["ServiceInstanceIntent", "ServiceBindingIntent"];
const BOTH = ["ServiceInstance", "ServiceBinding"];
const alive = (): string[] => [...broker.instances, ...broker.bindings].map(({ id }) => id).sort();
const deleted = (): number =>
  broker.ledger.of("request", "deprovision").length + broker.ledger.of("request", "unbind").length;
const green = (run: Run): Run => {
  expect([run.code, run.code === 0 ? "" : run.output]).toEqual([0, ""]);
  return run;
};

beforeEach(async () => {
  ({ project, broker } = await stacks.brokered(body));
  green(await project.up());
});

describe("a service instance and its binding that are moved to another stack", () => {
  const move = async (...types: string[]): Promise<void> => {
    const moved = await urns(...types);
    green(await project.pulumi("stack", "init", "other"));
    green(await project.pulumi("stack", "select", "dev"));
    green(await project.pulumi("state", "move", "--yes", "--source", "dev", "--dest", "other", ...moved));
  };
  const inOther = (command: "up" | "destroy", ...args: string[]): Promise<Run> =>
    project[command]("--stack", "other", ...args);

  test("with their Intents leave nothing behind, and change nowhere", async () => {
    const ids = alive();
    await move(...INTENTS, ...BOTH);
    green(await inOther("up", "--expect-no-changes"));
    write(NOTHING);
    expect(green(await project.up()).output).not.toContain("warning");
    expect([alive(), deleted()]).toEqual([ids, 0]);
    green(await inOther("destroy"));
    expect(alive()).toEqual([]);
  });

  test("without their Intents are named by the next up of the old stack, left, and deleted by the new one", async () => {
    const ids = alive();
    await move(...BOTH);
    green(await inOther("up"));
    write(NOTHING);
    const { output } = green(await project.up());
    for (const id of ids) expect(output).toContain(id);
    expect(output).toContain("`pulumi state move`");
    expect([alive(), deleted()]).toEqual([ids, 0]);
    const destroyed = green(await inOther("destroy"));
    expect([alive(), destroyed.output.includes("its Intent left")]).toEqual([[], false]);
  });
});

/** An instance, or its binding, leaves the state, and its Intent stays. */
const letGo = async (type: string): Promise<string> => {
  if (type === "ServiceInstance") {
    write(serviceInstance("db", db));
    green(await project.up());
  }
  green(await project.pulumi("state", "delete", "--yes", ...(await urns(type))));
  return (type === "ServiceInstance" ? broker.instances : broker.bindings)[0]?.id ?? "none";
};

test("a service instance that left the state alone is taken up by the next up, which says so", async () => {
  await letGo("ServiceInstance");
  const [ids, before] = [alive(), deleted()];
  const { output } = green(await project.up());
  expect(output).toContain("existed already and is taken up");
  expect([alive(), deleted()]).toEqual([ids, before]);
  green(await project.destroy());
  expect(alive()).toEqual([]);
});

describe.each([
  ["ServiceInstance", NOTHING, (id: string) => serviceInstance("db", { ...db, adopt: id })],
  [
    "ServiceBinding",
    serviceInstance("db", db),
    (id: string) =>
      `${serviceInstance("db", db)}\nnew provisor.ServiceBinding("login", { instance: db, adopt: "${id}" });`,
  ],
])("what the Intent of a %s names that leaves alone", (type, without, adopting) => {
  let output: string;
  let id: string;
  beforeEach(async () => {
    id = await letGo(type);
    const before = deleted();
    write(without);
    ({ output } = green(await project.up()));
    expect([alive().includes(id), deleted()]).toEqual([true, before]);
  });

  test("can be taken up as it advises, and is deleted by the destroy then", async () => {
    expect(output).toContain(`adopt: "${id}"`);
    write(adopting(id));
    green(await project.up());
    expect(alive()).toContain(id);
    green(await project.destroy());
    expect(alive()).toEqual([]);
  });

  test("can be deleted by its ids as it advises", async () => {
    const { OSB_USERNAME = "", OSB_PASSWORD = "" } = project.env;
    const headers = {
      authorization: `Basic ${Buffer.from(`${OSB_USERNAME}:${OSB_PASSWORD}`).toString("base64")}`,
      "x-broker-api-version": "2.17",
    };
    const [, url = ""] = new RegExp(`DELETE (\\S+/${id}\\?\\S+)\\.`).exec(output) ?? [];
    expect((await fetch(url, { method: "DELETE", headers })).ok).toBe(true);
    broker.finishOperation(id);
    expect(alive()).not.toContain(id);
  });
});

const isInstance = `type === "pulumi-nodejs:dynamic/provisor:ServiceInstance"`;

/** Ways in which the instance leaves the state with no delete of its own. */
test.each<[string, string, string]>([
  [
    "retainOnDelete is set by a transform, on the resource alone,",
    `pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
  ${isInstance} ? { props, opts: { ...opts, retainOnDelete: true } } : undefined);
${serviceInstance("db", db)}`,
    NOTHING,
  ],
  [
    "becomes another provider's by an alias",
    serviceInstance("db", db),
    `const handler = "exports.handler=()=>({check:async(o,n)=>({inputs:n}),diff:async()=>({changes:false}),update:async(i,o,n)=>({outs:n}),delete:async()=>{}})";
class Other extends pulumi.CustomResource {
  constructor(name, options) {
    super("pulumi-nodejs:dynamic/other:Instance", name, { __provider: handler }, options);
  }
}
new Other("db", { aliases: [{ type: "pulumi-nodejs:dynamic/provisor:ServiceInstance" }] });`,
  ],
])("a service instance whose %s stays, and its Intent names it", async (_how, before, after) => {
  write(before);
  green(await project.up());
  const ids = broker.instances.map(({ id }) => id);
  const unbound = deleted();
  write(after);
  const { output } = green(await project.up());
  expect([broker.instances.map(({ id }) => id), deleted()]).toEqual([ids, unbound]);
  expect(output).toMatch(
    new RegExp(`its Intent left the state.*Service instance ${ids[0]} is at the broker`, "s"),
  );
});

test("a service instance that is renamed by an alias changes nothing, and its Intent goes with it", async () => {
  const ids = alive();
  write(`${serviceInstance("orders", db, { aliases: [{ name: "db" }] })}
new provisor.ServiceBinding("login", { instance: orders });`);
  const { output } = green(await project.up());
  expect([alive(), deleted(), output.includes("its Intent left")]).toEqual([ids, 0, false]);
});

test("an Intent whose resource was deleted in an earlier run goes quietly", async () => {
  write(serviceInstance("db", db));
  green(await project.up());
  green(await project.destroy("--target", ...(await urns("ServiceInstance"))));
  write(NOTHING);
  const { output } = green(await project.up());
  expect([output.includes("its Intent left"), alive()]).toEqual([false, []]);
});
