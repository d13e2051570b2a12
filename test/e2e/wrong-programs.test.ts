import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

/** What each way of making a resource throws. */
const thrownBy = (cases: string): string =>
  program(`
const says = (what, make) => {
  try { make(); console.log(what + " => nothing"); } catch (error) { console.log(what + " => " + error.message); }
};
const instance = { instanceId: "i", service: "s", plan: "p" };
const types = [
  [provisor.ChildInstance, {}],
  [provisor.ServiceInstance, { service: "s", plan: "p" }],
  [provisor.ServiceBinding, { instance }],
];
for (const [Type, good] of types) {
  ${cases}
}`);

describe("a program in JavaScript", () => {
  let project: PulumiProject;
  beforeAll(async () => {
    project = await stacks.project("", { env: { OSB_URL: "http://127.0.0.1:9" } });
  });

  test("is told what is wrong with arguments and options, and nothing is made", async () => {
    project.write(
      thrownBy(`
  says(Type.name + " 1", () => new Type("x"));
  says(Type.name + " 2", () => new Type("x", pulumi.output(good)));
  says(Type.name + " 3", () => new Type(undefined, good));
  says(Type.name + " 4", () => new Type("x", good, { id: "there" }));
  says(Type.name + " 5", () => new Type("x", good, { import: "there" }));
  says(Type.name + " 6", () => new Type("x", good, { replaceOnChanges: ["*"] }));
  const holds = (value) => new Type("x", { ...good, parameters: { a: [{ b: value }] } });
  const values = [NaN, Infinity, 1n, new Date(0), Buffer.from("a"), new Map(), new Set(), () => 1, new URL("http://a.b")];
  values.forEach((value, index) => says(Type.name + " value " + index, () => holds(value)));
  const round = {}; round.round = round;
  says(Type.name + " round", () => holds(round));`),
    );
    const { code, output } = await project.preview();
    const said = (what: string): string[] =>
      ["ChildInstance", "ServiceInstance", "ServiceBinding"].map((type) => {
        const line = output.split("\n").find((text) => text.includes(`${type} ${what} => `)) ?? "";
        return line.slice(line.indexOf("=> ") + 3).replaceAll(type, "Type");
      });
    const all = (words: string): string[] => [words, words, words];
    expect(code).toBe(0);
    expect(said("1")).toEqual(
      all(
        "Type x: its inputs, the second argument, are missing; give an object, whose properties may be outputs. Nothing was done.",
      ),
    );
    expect(said("2").join()).toMatch(/(are an output; give an object.*){3}/);
    expect(said("3")).toEqual(
      all("Type: its name, the first argument, is missing; give a text that is not empty. Nothing was done."),
    );
    expect(said("4").join()).toMatch(
      /(Type x: the option id is not supported\. To take over what exists, .*adopt.*){3}/,
    );
    expect(said("5").join()).toMatch(/(Type x: the option import is not supported\. .*adopt.*){3}/);
    expect(said("6").join()).toMatch(
      /(Type x: the option replaceOnChanges is not supported\. .*--replace.*){3}/,
    );
    for (const [index, words] of [
      "is NaN",
      "is Infinity",
      "is a BigInt: write a number or a text",
      "is a Date: write a text, such as toISOString() gives",
      'is a Buffer: write a text, such as Buffer\'s toString("base64") gives',
      "is a Map: write Object.fromEntries(…) of it",
      "is a Set: write a list",
      "is a function",
      "is a URL",
    ].entries())
      expect(said(`value ${index}`)).toEqual(
        all(
          `Type x: parameters.a[0].b ${words}, which cannot be written as JSON and would be lost. Nothing was done.`,
        ),
      );
    expect(said("round").join()).toMatch(/(parameters\.a\[0\]\.b\.round holds itself,.*){3}/);
    expect(await project.resources()).not.toContainEqual(
      expect.objectContaining({ type: expect.stringContaining("provisor") }),
    );
  });

  test.each([
    ["arguments that are missing", 'new provisor.ServiceInstance("db");', "ServiceInstance db: its inputs"],
    [
      "what an output turns out to hold",
      'new provisor.ServiceInstance("db", { service: "s", plan: "p", parameters: { at: pulumi.output(1).apply(() => new Date(0)) } });',
      "ServiceInstance db: parameters.at is a Date",
    ],
    [
      "what an output of a binding turns out to hold",
      'new provisor.ServiceBinding("app", { instance: { instanceId: "i", service: "s", plan: "p" }, rotationTrigger: Promise.resolve({ n: 1n }) });',
      "ServiceBinding app: rotationTrigger.n is a BigInt",
    ],
  ])("that ends by %s shows words and no stack", async (_what, body, words) => {
    project.write(program(body));
    const { code, output } = await project.preview();
    expect(code).not.toBe(0);
    expect(output).toContain(words);
    expect(output).not.toMatch(/^\s+at .*\(|node_modules|unhandled|TypeError/im);
  });
});
