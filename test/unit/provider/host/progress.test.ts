import { boardWith } from "../../../support/progress-board";

describe("progress in a log", () => {
  test("is one line for each change", () => {
    const { board, lines, pass } = boardWith(false);
    board.show("a", "initializing", 0);
    pass(5_000);
    board.show("a", "initializing", 0);
    pass(5_000);
    board.show("a", "in_progress", 0);
    expect(lines).toEqual(["a: initializing (0s)", "a: in_progress (10s)"]);
  });

  test("is else at most one line a minute", () => {
    const { board, lines, pass } = boardWith(false);
    for (let i = 0; i <= 120; i++) {
      board.show("a", "in_progress", 0);
      pass(1_000);
    }
    expect(lines).toEqual(["a: in_progress (0s)", "a: in_progress (1m 0s)", "a: in_progress (2m 0s)"]);
  });

  test("is each resource's own", () => {
    const { board, lines } = boardWith(false);
    board.show("a", "in_progress", 0);
    board.show("b", "in_progress", 0);
    expect(lines).toEqual(["a: in_progress (0s)", "b: in_progress (0s)"]);
  });

  test("names the resource where the engine tells no row of its own", () => {
    const { board, lines } = boardWith(false);
    board.show("", "unbinding", 0, "unbinding", "ServiceBinding one");
    board.show("", "unbinding", 0, "unbinding", "ServiceBinding two");
    expect(lines).toEqual([": ServiceBinding one: unbinding (0s)", ": ServiceBinding two: unbinding (0s)"]);
  });

  test("begins anew when the resource has ended and waits again", () => {
    const { board, lines } = boardWith(false);
    board.show("a", "in_progress", 0);
    board.end("a");
    board.show("a", "in_progress", 0);
    expect(lines).toHaveLength(2);
  });
});

describe("live progress", () => {
  test("replaces the line on the resource's row", () => {
    const { board, lines } = boardWith(true);
    board.show("a", "in_progress", 0);
    board.end("a");
    expect(lines).toEqual(["a*: in_progress (0s)"]);
  });

  test("lets the time pass on the row between two looks", () => {
    jest.useFakeTimers();
    try {
      const { board, lines, pass } = boardWith(true);
      board.show("a", "in_progress", 0);
      pass(1_000);
      jest.advanceTimersByTime(1_000);
      board.end("a");
      jest.advanceTimersByTime(10_000);
      expect(lines).toEqual(["a*: in_progress (0s)", "a*: in_progress (1s)"]);
    } finally {
      jest.useRealTimers();
    }
  });

  test("prints each of very many rows less often", () => {
    jest.useFakeTimers();
    try {
      const { board, lines, pass } = boardWith(true);
      for (let i = 0; i < 100; i++) board.show(`row-${i}`, "in_progress", 0);
      for (let i = 0; i < 10; i++) {
        pass(1_000);
        jest.advanceTimersByTime(1_000);
      }
      for (let i = 0; i < 100; i++) board.end(`row-${i}`);
      expect(lines).toHaveLength(300);
    } finally {
      jest.useRealTimers();
    }
  });
});
