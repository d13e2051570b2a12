import { cpSync, rmSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, serviceInstance } from "./stack";

jest.setTimeout(2 * STORY_MS);
const stacks = new Stacks();
const yes = ["--yes", "--skip-preview"];

/** Requests since the last time that this was asked, without looks at the catalog and tokens. */
function requestsOf(broker: BrokerSimulator): () => string[] {
  let seen = 0;
  return () => {
    const sent = broker.ledger.of("request").map(({ request = "none" }) => request);
    const news = sent.slice(seen).filter((request) => request !== "catalog" && request !== "token");
    seen = sent.length;
    return news;
  };
}

/** Makes a copy of the example of the project, with a stack. */
async function become(project: PulumiProject, example: string): Promise<void> {
  rmSync(project.path("index.js"));
  cpSync(resolve(__dirname, "../../examples", example), project.path(""), {
    recursive: true,
    filter: (path) => basename(path) !== "node_modules",
  });
  await project.pulumi("stack", "init", "dev");
}

describe("the example oracle-rest-data-services", () => {
  let project: PulumiProject;
  let broker: BrokerSimulator;
  const runs: Record<string, Run> = {};
  const sent: Record<string, string[]> = {};
  let outputs: Record<string, unknown>;
  let saved: string;
  const password = "APP-CANARY-1";

  beforeAll(async () => {
    ({ project, broker } = await stacks.brokered("", { kind: "actions" }));
    // The example's own configuration says what the broker is like.
    delete project.env["OSB_KEEPS_INSTANCES"];
    delete project.env["OSB_SENDS_PLATFORM"];
    await become(project, "oracle-rest-data-services");
    await project.pulumi("config", "set", "--secret", "appPassword", password);
    const requests = requestsOf(broker);
    const run = async (name: string, command: string, ...args: string[]): Promise<void> => {
      runs[name] = await project.pulumi(command, ...args);
      sent[name] = requests();
    };
    await run("up", "up", "--yes");
    outputs = await project.outputs("--show-secrets");
    saved = await project.exported();
    await run("second up", "up", ...yes, "--expect-no-changes");
    await run("refresh", "refresh", ...yes, "--expect-no-changes");
    await project.pulumi("config", "set", "database", "SALES_TEST");
    await run("preview of a change", "preview");
    await run("change", "up", ...yes);
    await project.pulumi("config", "set", "database", "SALES_DEV");
    await run("destroy", "destroy", ...yes);
  });

  test("an up carries out each action once, with tokens of a client", () => {
    expect([runs["up"]?.code, sent["up"]]).toEqual([0, ["provision", "provision"]]);
    expect(broker.ledger.counts().token).toBeGreaterThan(0);
    const [put] = broker.ledger.of("request", "provision");
    expect(put?.bodyKeys?.sort()).toEqual(["parameters", "plan_id", "service_id"]);
  });

  test("the results are outputs, and secrets", () => {
    expect(outputs).toMatchObject({
      created: { action: "clone-database", name: "SALES_DEV" },
      granted: { action: "grant-privileges", name: "APP" },
    });
    expect(runs["up"]?.output).toMatch(/created *: \[secret\]/);
    expect(saved + Object.values(runs).map(({ output }) => output)).not.toMatch(/CANARY/);
  });

  test.each(["second up", "refresh"])("a %s finds nothing to do, and asks for nothing", (name) => {
    expect([runs[name]?.code, sent[name]]).toEqual([0, []]);
  });

  test.each(["preview of a change", "change"])("a %s is refused before anything is sent", (name) => {
    expect(runs[name]?.code).not.toBe(0);
    expect(runs[name]?.output).toMatch(
      /parameters: cannot be changed in place: the broker keeps no instances[^]*changePolicy: "replace"/,
    );
    expect(sent[name]).toEqual([]);
  });

  test("a destroy sends one DELETE for each, and says that what was made stays", () => {
    expect([runs["destroy"]?.code, sent["destroy"]]).toEqual([0, ["deprovision", "deprovision"]]);
    for (const service of ["create-pluggable-database", "create-database-user"])
      expect(runs["destroy"]?.output).toMatch(
        new RegExp(
          `warning: ServiceInstance \\S+: what the action of the instance \\(service ${service}, .* made stays`,
        ),
      );
    expect(broker.instances).toHaveLength(2);
  });
});

describe("an action whose answer is lost", () => {
  const inputs = { service: "take-snapshot", plan: "of-database", parameters: { pdb_name: "SALES" } };
  const lineOf = ({ output }: Run, input: "adopt" | "instanceId"): Record<string, string> => {
    const [, value = ""] = new RegExp(`${input}: "([^"]+)"`).exec(output.replace(/\n\s*/g, " ")) ?? [];
    return { [input]: value };
  };

  let project: PulumiProject;
  let broker: BrokerSimulator;
  let requests: () => string[];
  let lost: Run;
  beforeEach(async () => {
    ({ project, broker } = await stacks.brokered(serviceInstance("snap", inputs), { kind: "actions" }));
    requests = requestsOf(broker);
    broker.fault({ on: "provision", kind: "reset-after", times: "always" });
    lost = await project.up();
    broker.faults.clear();
  });

  test("stops this run and the next, a preview too, and is taken over by the line for that", async () => {
    expect([lost.code === 0, requests()]).toEqual([false, ["provision"]]);
    expect(lost.output).toMatch(/The action of instance \S+ [^]*may have been carried out/);
    const preview = await project.pulumi("preview");
    expect([preview.code === 0, preview.output]).toEqual([
      false,
      expect.stringMatching(/an up stops here: an earlier run/),
    ]);
    const next = await project.up();
    expect([next.code === 0, next.output]).toEqual([false, expect.stringMatching(/an earlier run/)]);
    for (const run of [preview, next])
      expect([lineOf(run, "adopt"), lineOf(run, "instanceId")]).toEqual([
        lineOf(lost, "adopt"),
        lineOf(lost, "instanceId"),
      ]);
    project.write(programOf({ ...inputs, ...lineOf(lost, "adopt") }));
    expect(await project.pulumi("preview")).toMatchObject({ code: 0 });
    expect(await project.up()).toMatchObject({
      code: 0,
      output: expect.stringMatching(/on trust/) as string,
    });
    expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
    expect(requests()).toEqual([]);
    const destroyed = await project.destroy();
    expect([destroyed.code, requests()]).toEqual([0, ["deprovision"]]);
  });

  test("is tried again by the line for that, once, and the line may go", async () => {
    project.write(programOf({ ...inputs, ...lineOf(lost, "instanceId") }));
    expect(await project.pulumi("preview")).toMatchObject({ code: 0 });
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
    project.write(programOf(inputs));
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(requests()).toEqual(["provision", "provision"]);
  });
});

const programOf = (inputs: Record<string, unknown>): string =>
  `const provisor = require("provisor");\n${serviceInstance("snap", inputs)}\n`;

test("where the setting is left out, the DELETE's 204 is told of with it in one line", async () => {
  const { project } = await stacks.brokered(
    serviceInstance("snap", {
      service: "take-snapshot",
      plan: "of-database",
      parameters: { pdb_name: "SALES" },
    }),
    { kind: "actions" },
  );
  delete project.env["OSB_KEEPS_INSTANCES"];
  expect(await project.up()).toMatchObject({ code: 0 });
  const { code, output } = await project.destroy();
  expect(code).toBe(0);
  // The engine prints each line as it comes, and once more in the end.
  const said = output.split("\n").flatMap((line) => /The broker answered .*/.exec(line)?.[0] ?? []);
  expect([...new Set(said)]).toEqual([
    expect.stringMatching(/with 204.*set provisor:brokerKeepsInstances \(OSB_KEEPS_INSTANCES\) to false\./),
  ]);
});
