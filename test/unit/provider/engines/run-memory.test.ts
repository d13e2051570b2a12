import { RunMemory } from "../../../../provider/engines/pulumi-dynamic/run-memory";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const run = (name: string): { urn: string; preview: boolean } => ({ urn: `urn::${name}`, preview: true });
const withKey = (key: string): { intent: { key: string } } => ({ intent: { key } });

describe("what a check was told of the run", () => {
  test("is known again by the key of the intent", () => {
    const runs = new RunMemory();
    runs.note(withKey("a"), run("a"));
    runs.note(withKey("b"), run("b"));
    expect(runs.of(withKey("a"))).toEqual(run("a"));
  });

  test("is never that of another resource whose key is not known yet either", () => {
    const runs = new RunMemory();
    runs.note(withKey(unknown), run("a"));
    expect(runs.of(withKey(unknown))).toBeUndefined();
  });

  test("is known by the saved key where a preview does not know the intent", () => {
    const runs = new RunMemory();
    const told = { ...run("a"), own: { intentKey: "key-a" } };
    runs.note(withKey(unknown), told);
    expect(runs.of(withKey(unknown), { intentKey: "key-a" })).toBe(told);
  });

  test("is nothing for a resource without an intent", () => {
    const runs = new RunMemory();
    runs.note({}, run("a"));
    expect(runs.of({})).toBeUndefined();
  });
});
