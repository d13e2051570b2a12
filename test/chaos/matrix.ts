import { type Case, share } from "./cases";

/** So many files declare one part of a matrix each, for so many workers to share. */
const PARTS = 4;

/** A resource's matrix. */
export interface Matrix<O> {
  /** The type of the resource. */
  resource: string;
  cases: readonly Case<O>[];
  violationsOf: (one: Case<O>) => Promise<string[]>;
  /** How many cases go on at once at most: they mostly wait, and a busy machine must not look like a fault. */
  atOnce: number;
}

/** Declares a part of a resource's matrix, counted from 1: one test a case. */
export function declareMatrix<O>({ resource, cases, violationsOf, atOnce }: Matrix<O>, part: number): void {
  const inTurn = limited(atOnce);
  describe("matrix", () => {
    describe(resource, () => {
      test.concurrent.each(share(cases, part - 1, PARTS).map((one) => [one.name, one] as const))(
        "%s",
        async (_name, one) => {
          expect(await inTurn(() => violationsOf(one))).toEqual([]);
        },
        60_000,
      );
    });
  });
}

/** Does so many things at once; what comes later waits for its turn. */
function limited(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let going = 0;
  return async (work) => {
    if (going === atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else going++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else going--;
    }
  };
}
