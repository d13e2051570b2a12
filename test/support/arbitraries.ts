import fc from "fast-check";
import { UNKNOWN } from "./host";

// The same values in every run: what fails for one fails for all.
fc.configureGlobal({ seed: 20260801 });

type Path = (string | number)[];
type Change = (parent: Record<string | number, unknown>, key: string | number) => void;

/** JSON of an object with a key that only JSON makes an own property of. */
const withProto = '{"__proto__":{"appId":"polluted","instances":[]}}';

/** Sizes that are no whole number of units, in whatever form. */
export const wrongSizes = [
  0,
  -0,
  -1,
  1.5,
  2 ** 53 + 1,
  1e21,
  "1e3",
  "0x10",
  "1.5",
  "-0",
  "",
  "0",
  "٣",
] as const;

/** What somebody may write, save or answer by mistake: never what belongs there, mostly. */
export const oddValue = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(null, true, false, " ", " 5 ", "😀", "x".repeat(20_000), UNKNOWN, ...wrongSizes),
    fc.constantFrom("__proto__", "constructor", "toString"),
    fc.constantFrom("[]", "{}", "[null]", "[[]]", withProto).map((text) => JSON.parse(text) as unknown),
    fc.string({ unit: "grapheme" }),
    fc.jsonValue({ maxDepth: 3 }),
  );

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Paths of everything inside `value`. */
function pathsIn(value: unknown, at: Path = []): Path[] {
  if (!isContainer(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    return [path, ...pathsIn(inner, path)];
  });
}

const leaveOut: Change = (parent, key) => {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else Reflect.deleteProperty(parent, key);
};

const change = (value: () => fc.Arbitrary<unknown>): fc.Arbitrary<Change> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: value().map(
        (odd): Change =>
          (parent, key) =>
            (parent[key] = odd),
      ),
    },
    { weight: 2, arbitrary: fc.constant<Change>(leaveOut) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom("extra", "appID", "toString"), value())
        .map(([name, odd]): Change => (parent) => {
          Object.assign(parent, { [name]: odd });
        }),
    },
  );

/** Copies of `valid` with one to three things inside replaced, left out or added. */
export function mutated(
  valid: unknown,
  value: () => fc.Arbitrary<unknown> = oddValue,
): fc.Arbitrary<unknown> {
  const changes = fc.array(fc.tuple(fc.constantFrom(...pathsIn(valid)), change(value)), {
    minLength: 1,
    maxLength: 3,
  });
  return changes.map((all) => {
    const copy: unknown = JSON.parse(JSON.stringify(valid));
    for (const [path, apply] of all) {
      const parent = path.slice(0, -1).reduce<unknown>((inner, key) => {
        return isContainer(inner) ? inner[key] : undefined;
      }, copy);
      const key = path.at(-1);
      if (isContainer(parent) && key !== undefined) apply(parent, key);
    }
    return copy;
  });
}

/** A whole number of units, in each form in which it may be written. */
export const sizeInput = (): fc.Arbitrary<{ units: number; written: number | string }> =>
  fc
    .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom("number", "text", "spaced"))
    .map(([units, form]) => ({
      units,
      written: form === "number" ? units : form === "text" ? String(units) : ` ${units} `,
    }));
