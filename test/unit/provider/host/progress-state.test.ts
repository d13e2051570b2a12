import { boardWith } from "../../../support/progress-board";

describe("progress in a log, told with a state apart from its text,", () => {
  test("is one line at once for each change of the state", () => {
    const { board, messages: lines, pass } = boardWith(false);
    board.show("a", "in_progress, step 1", 0, "in_progress");
    pass(1_000);
    board.show("a", "complete, step 1", 0, "complete");
    pass(1_000);
    board.show("a", "in_progress, step 1", 0, "in_progress");
    expect(lines).toEqual(["in_progress, step 1 (0s)", "complete, step 1 (1s)", "in_progress, step 1 (2s)"]);
  });

  test("is at most one line a minute while only the text changes, with the latest text", () => {
    const { board, messages: lines, pass } = boardWith(false);
    for (let second = 0; second <= 120; second++) {
      board.show("a", `in_progress, step ${second}`, 0, "in_progress");
      pass(1_000);
    }
    expect(lines).toEqual([
      "in_progress, step 0 (0s)",
      "in_progress, step 60 (1m 0s)",
      "in_progress, step 120 (2m 0s)",
    ]);
  });

  test("counts the minute from the last line, whatever it was printed for", () => {
    const { board, messages: lines, pass } = boardWith(false);
    board.show("a", "initializing", 0, "initializing");
    pass(50_000);
    board.show("a", "in_progress, step 1", 0, "in_progress");
    pass(50_000);
    board.show("a", "in_progress, step 2", 0, "in_progress");
    expect(lines).toHaveLength(2);
  });

  test("begins at nothing where the clock is set back", () => {
    const { board, messages: lines, pass } = boardWith(false);
    pass(-1);
    board.show("a", "initializing", 0, "initializing");
    expect(lines).toEqual(["initializing (0s)"]);
  });
});
