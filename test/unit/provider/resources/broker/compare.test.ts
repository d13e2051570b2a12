import { compared, comparedParameters } from "../../../../../provider/resources/broker/compare";

describe("what was asked for against what came back", () => {
  it.each<[string, unknown, unknown]>([
    ["has defaults beside it", { a: 1 }, { a: 1, b: 2 }],
    ["is not told", { a: 1, b: { c: 2 } }, { b: {} }],
    ["is masked", { password: "CANARY" }, { password: "****" }],
    ["is a number told as text", { a: 1, list: [0.5] }, { a: "1", list: ["0.5"] }],
    ["is a boolean told as text", { a: true, b: false }, { a: "true", b: "false" }],
  ])("is the same where it %s", (_what, asked, got) => {
    expect(compared(asked, got, ["parameters"])).toEqual({ value: asked, paths: [] });
  });

  it.each<[string, unknown, unknown, string]>([
    ["is another number", { a: 1 }, { a: "2" }, "parameters.a"],
    ["is another boolean", { a: true }, { a: "false" }, "parameters.a"],
    ["is nothing any more", { a: 1 }, { a: null }, "parameters.a"],
    ["is a longer list", { a: [1] }, { a: [1, 2] }, "parameters.a"],
    ["differs in a list", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, "parameters.a[0].b"],
  ])("differs where it %s", (_what, asked, got, path) => {
    expect(compared(asked, got, ["parameters"])).toEqual({ value: got, paths: [path] });
  });
});

describe("parameters", () => {
  it.each<[string, Record<string, unknown> | undefined, string[], Record<string, unknown>]>([
    ["that are not told are as asked", undefined, [], { a: 1 }],
    ["of which another is told are as asked", { b: 2 }, [], { a: 1 }],
    ["that are told to be none have changed", {}, ["parameters"], {}],
  ])("%s", (_what, got, paths, value) => {
    expect(comparedParameters({ a: 1 }, got)).toEqual({ value, paths });
  });

  it("that nobody asked for, and that are told to be none, have not changed", () => {
    expect(comparedParameters(undefined, {})).toEqual({ value: {}, paths: [] });
  });
});
