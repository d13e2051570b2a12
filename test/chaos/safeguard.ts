import type { Case } from "./cases";
import type { Habits } from "./engine";

/** One thing that keeps promises, how to do without it, and cases of a matrix that tell. */
export interface Safeguard<O> {
  name: string;
  cases: readonly Case<O>[];
  /** What a violation says when it is gone. */
  breaks: RegExp;
  /** Takes it away: patches what is loaded. */
  patch?: () => void;
  /** Takes it away: a module, by its path from here, with a part replaced. */
  replace?: { module: string; part: (actual: object) => object };
  /** Takes it away: an engine without it. */
  habits?: Habits;
}

/** A matrix, as a module of this path from here has it. */
export interface SuiteModule<O> {
  violationsOf: (one: Case<O>, habits?: Habits) => Promise<string[]>;
}

/** A part of a module, by its path from here, to replace. */
export const replacing = <Module extends object>(
  module: string,
  part: (actual: Module) => Partial<Module>,
): NonNullable<Safeguard<never>["replace"]> => ({ module, part: part as (actual: object) => object });

/** Runs cases of a matrix without a safeguard. */
async function violationsWithout<O>(
  { cases, patch, replace, habits }: Safeguard<O>,
  suite: SuiteModule<O>,
  path: string,
): Promise<string[][]> {
  let { violationsOf } = suite;
  patch?.();
  if (replace) {
    const { module, part } = replace;
    jest.doMock(module, () => ({
      ...jest.requireActual<object>(module),
      ...part(jest.requireActual(module)),
    }));
    jest.isolateModules(() => {
      ({ violationsOf } = jest.requireActual<SuiteModule<O>>(path));
    });
    jest.dontMock(module);
  }
  const violations: string[][] = [];
  for (const one of cases) violations.push(await violationsOf(one, habits));
  return violations;
}

/** Declares for each safeguard that its cases are green with it, and red without. */
export function declareSafeguards<O>(
  resource: string,
  safeguards: readonly Safeguard<O>[],
  suite: SuiteModule<O>,
  path: string,
): void {
  jest.setTimeout(120_000);
  afterEach(() => {
    jest.restoreAllMocks();
  });

  describe.each(safeguards.map((safeguard) => [`${resource}: ${safeguard.name}`, safeguard] as const))(
    "%s",
    (_name, safeguard) => {
      test("with it the matrix is green", async () => {
        for (const one of safeguard.cases) expect(await suite.violationsOf(one)).toEqual([]);
      });

      test("without it the matrix turns red", async () => {
        for (const violations of await violationsWithout(safeguard, suite, path))
          expect(violations.join("\n")).toMatch(safeguard.breaks);
      });
    },
  );
}
