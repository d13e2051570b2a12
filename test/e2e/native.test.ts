import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const native = `
class ChildInstance extends pulumi.CustomResource {
  constructor(name, args, options) {
    super("provisor:index:ChildInstance", name, { ...args, instanceId: undefined }, {
      ...options, aliases: [{ type: "pulumi-nodejs:dynamic/provisor:ChildInstance" }],
    });
  }
}
new ChildInstance("directory", ${JSON.stringify(freeApp())});`;

let project: PulumiProject;
let simulator: Simulator;
beforeAll(async () => {
  const yaml = "plugins:\n  providers:\n    - name: provisor\n      path: native\n";
  ({ project, simulator } = await stacks.simulated(child("directory", freeApp()), {}, { yaml }));
  mkdirSync(project.path("native"));
  const binary = project.path("native/pulumi-resource-provisor");
  copyFileSync(join(__dirname, "native-provider.cjs"), binary);
  chmodSync(binary, 0o755);
  for (const name of ["@grpc", "google-protobuf"])
    symlinkSync(
      resolve(__dirname, "../../node_modules", name),
      project.path(`node_modules/${name}`),
      "junction",
    );
});

describe("a ChildInstance that becomes a native resource, by a type alias", () => {
  test("is provisioned as a dynamic resource first", async () => {
    expect((await project.up()).code).toBe(0);
    expect((await project.childInstance("directory"))?.type).toBe(
      "pulumi-nodejs:dynamic/provisor:ChildInstance",
    );
  });

  test("is neither replaced nor deleted nor allocated again", async () => {
    const id = (await project.childInstance("directory"))?.id;
    project.write(program(native));
    const { code, output } = await project.up();
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(output).not.toMatch(/replaced|ChildInstance directory (deleted|created)/);
    const saved = await project.childInstance("directory");
    expect(saved?.type).toBe("provisor:index:ChildInstance");
    expect(saved?.id).toBe(id);
    expect(simulator.ledger.posts()).toHaveLength(1);
  });

  test("keeps its state through a refresh and another up", async () => {
    expect((await project.refresh()).code).toBe(0);
    expect((await project.up("--expect-no-changes")).code).toBe(0);
    expect(JSON.stringify((await project.childInstance("directory"))?.outputs?.["instances"])).toContain(
      simulator.instances[0]?.instanceId,
    );
  });
});
