import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulator, readScenario } from "../../../../sdk/simulator";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scenario-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(content: string): string {
  const file = join(folder, "scenario.json");
  writeFileSync(file, content);
  return file;
}

describe("a scenario file", () => {
  test("of the documentation is one", () => {
    const manual = readFileSync(join(__dirname, "../../../../docs/simulator.md"), "utf8");
    const example = /```json\n([\s\S]*?)```/.exec(manual)?.[1] ?? "";
    const { instances } = createSimulator(readScenario(fileWith(example)));
    expect(instances).not.toHaveLength(0);
  });

  test.each<[string, unknown, string]>([
    ["a wrong type", { tenants: [{ name: "a" }, { name: 7 }] }, "tenants[1].name"],
    ["an unknown key", { tenant: [] }, '"tenant"'],
    ["a fault of no known kind", { faults: [{ on: "post", kind: "lightning" }] }, "faults[0].kind"],
    ["a wrong TSG id", { parents: [{ id: "7", name: "x" }] }, "parents[0].id: a TSG id is 1 and nine digits"],
    ["something that is no object", 7, "(all of it)"],
  ])("with %s is refused at its path", (_, content, path) => {
    expect(() => readScenario(fileWith(JSON.stringify(content)))).toThrow(path);
  });

  test("that is no JSON is refused with its name", () => {
    expect(() => readScenario(fileWith("{"))).toThrow(/scenario\.json is not JSON/);
  });
});

test("wrong options are refused at their path", () => {
  expect(() => createSimulator({ tenants: -1 })).toThrow(/^Wrong simulator options: tenants:/);
});
