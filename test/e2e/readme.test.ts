import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack, run } from "../package/consumer";
import { PulumiProject } from "../support/pulumi-project";
import { codeBelow } from "../support/readme";
import { Stacks } from "./stack";

const stacks = new Stacks();

describe("README's way to a first program", () => {
  let project: PulumiProject;
  let packed: string;

  beforeAll(async () => {
    const { env } = await stacks.simulator();
    packed = realpathSync(mkdtempSync(join(tmpdir(), "provisor-packed-")));
    project = await PulumiProject.create({ program: "", env });
    rmSync(project.path(""), { recursive: true });
    mkdirSync(project.path(""));
    writeFileSync(project.path("Pulumi.yaml"), codeBelow("## A program", "yaml"));
    writeFileSync(project.path("index.ts"), codeBelow("## A program", "ts"));
    const install = codeBelow("## A program", "sh").trim();
    expect(install).toMatch(/^npm install provisor [^\n]*typescript/);
    // The words of README.md, but for the package, which is the one that would be published.
    const tarball = join(packed, await pack(packed));
    await run("sh", ["-c", install.replace(" provisor ", ` ${tarball} `)], project.path(""));
  }, 600_000);

  afterAll(() => {
    project.remove();
    rmSync(packed, { recursive: true });
  });

  it("leads to an instance", async () => {
    expect(await project.pulumi("stack", "init", "dev")).toMatchObject({ code: 0 });
    expect(await project.preview()).toMatchObject({ code: 0 });
    expect(await project.pulumi("up", "--yes")).toMatchObject({ code: 0 });
    expect(await project.outputs()).toEqual({
      instanceId: expect.stringMatching(/./) as string,
      tenant: expect.stringMatching(/^\d+$/) as string,
    });
  }, 600_000);

  it("leads to a program whose types are checked", async () => {
    const program = codeBelow("## A program", "ts");
    writeFileSync(
      project.path("index.ts"),
      program.replace('allocationType: "SHARED"', 'allocationType: "HALF"'),
    );
    const { code, output } = await project.preview();
    expect(output).toContain("Type '\"HALF\"' is not assignable to type");
    expect(code).not.toBe(0);
  }, 600_000);
});
