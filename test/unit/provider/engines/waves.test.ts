import { Waves } from "../../../../provider/engines/pulumi-dynamic/waves";

/** What is told of instances to be created, each with so many bindings that wait for it, in that order or all instances first. */
function told(parallel: number, instances: number, bindings = 0, order: "pairs" | "kinds" = "kinds"): string {
  const waves = new Waves(parallel);
  const bind = (n: number): void => {
    for (let m = 1; m <= bindings; m++) waves.add(`b${n}-${m}`, ["stack", `i${n}`, "done"], "ServiceBinding");
  };
  waves.add("stack", [""], undefined);
  for (let n = 1; n <= instances; n++) {
    waves.add(`intent${n}`, ["stack"], undefined);
    waves.add(`i${n}`, ["stack", `intent${n}`], "ServiceInstance");
    if (order === "pairs") bind(n);
  }
  if (order === "kinds") for (let n = 1; n <= instances; n++) bind(n);
  return waves.told ?? "nothing";
}

test.each([
  [4, 10, 3],
  [4, 8, 2],
  [4, 5, 2],
  [1, 3, 3],
])("at %d a time, %d instances are %d waves, and all at a time are one", (parallel, instances, count) => {
  const text = told(parallel, instances);
  expect(text).toContain(`${instances} ServiceInstances are to be created`);
  expect(text).toContain(`works on ${parallel} at a time: ${count} waves`);
  expect(text).toContain(`--parallel ${instances}\` makes it one wave.`);
});

test.each([
  [10, 10],
  [Infinity, 100],
  [4, 0],
])("at %d a time, there is nothing to say of %d instances", (parallel, instances) => {
  expect(told(parallel, instances)).toBe("nothing");
});

test.each(["pairs", "kinds"] as const)(
  "bindings wait for their instances, and fill the waves of others (%s)",
  (order) => {
    const text = told(4, 10, 1, order);
    expect(text).toContain("10 ServiceInstances and 10 ServiceBindings are to be created");
    expect(text).toContain("5 waves");
    expect(text).toContain("`pulumi up --parallel 10` makes it 2 waves, the fewest");
  },
);

test("the most that may run at a time make the fewest waves", () => {
  expect(told(2, 2, 3)).toContain("4 waves");
  expect(told(2, 2, 3)).toContain("`pulumi up --parallel 6` makes it 2 waves");
});

test("what waits for others alone is nothing to say, where it runs one after the other anyway", () => {
  const waves = new Waves(1);
  waves.add("a", [], "ChildInstance");
  waves.add("component", ["a"], undefined);
  waves.add("b", ["component"], "ChildInstance");
  expect(waves.told).toBeUndefined();
});

test("one of a kind is named as one", () => {
  const waves = new Waves(1);
  waves.add("a", [], "ChildInstance");
  waves.add("b", [], "ServiceInstance");
  expect(waves.told).toMatch(/^1 ChildInstance and 1 ServiceInstance are to be created/);
});
