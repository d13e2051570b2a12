import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { runModule } from "./run-module";

/** The types that a resource with these properties has for a program. */
const typesOf = (inputs: string, outputs = "{}"): Promise<unknown> =>
  runModule(
    `import { z } from "zod";
     import { programTypes } from "./program-types.mjs";
     const mark = (schema, description, more) => schema.meta({ description, ...more });
     const schemas = { inputs: z.strictObject(${inputs}), outputs: z.object(${outputs}) };
     console.log(JSON.stringify(programTypes(z, { name: "DataBase", summary: "Arguments.", ...schemas })));`,
    { PATH: process.env["PATH"] },
  );

describe("npm run docs", () => {
  it("has written the pages and the types of programs as they are declared", async () => {
    const script = resolve(__dirname, "../../../scripts/docs.mjs");
    await expect(promisify(execFile)(process.execPath, [script, "--check"])).resolves.toBeDefined();
  }, 60_000);

  it("writes an input as what Pulumi takes, with its description and its default", async () => {
    const types = await typesOf(
      `{ size: mark(z.enum(["S", "L"]).optional(), "How big.", { default: "\`S\`" }), name: mark(z.string(), "Its name."),
         inner: mark(z.string().optional(), "Ours.", { internal: true }) }`,
    );
    expect(types).toContain(
      '  /** How big. Default: `S`. */\n  size?: pulumi.Input<"S" | "L" | undefined>;\n' +
        "  /** Its name. */\n  name: pulumi.Input<string>;\n}",
    );
  });

  it("names objects after their path, those in lists too, and takes an output in each place of them", async () => {
    const types = await typesOf(
      `{ nodes: mark(z.array(z.strictObject({ zone: mark(z.union([z.string(), z.number()]), "Where.") })), "All nodes.") }`,
      `{ nodes: mark(z.array(z.object({ zone: mark(z.string().optional(), "Where it is.") })), "All nodes.") }`,
    );
    expect(types).toContain("nodes: pulumi.Input<pulumi.Input<DataBaseNodesArgs>[]>;");
    expect(types).toContain(
      "/** All nodes. */\nexport interface DataBaseNodesArgs {\n  /** Where. */\n  zone: pulumi.Input<string | number>;\n}",
    );
    expect(types).toContain(
      "export interface DataBaseNodes {\n  /** Where it is. */\n  zone?: string | undefined;\n}",
    );
  });

  it("knows no type for a schema that it was not taught", async () => {
    await expect(typesOf(`{ when: mark(z.date(), "When.") }`)).rejects.toThrow(
      "DataBaseWhenArgs: no type is known for a ZodDate.",
    );
  });
});
