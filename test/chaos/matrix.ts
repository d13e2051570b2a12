import { share } from "./cases";
import { violationsOf } from "./run-case";

/** So many files declare one part each, for so many workers to share. */
const PARTS = 4;

/** Declares a part of the matrix, counted from 1: one test a case, several of them at once, since they mostly wait. */
export function declareMatrix(part: number): void {
  describe("matrix", () => {
    test.concurrent.each(share(part - 1, PARTS).map((one) => [one.name, one] as const))(
      "%s",
      async (_name, one) => {
        expect(await violationsOf(one)).toEqual([]);
      },
      60_000,
    );
  });
}
