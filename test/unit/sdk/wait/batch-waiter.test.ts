import { BatchWaiter, type BatchWaiterOptions, DeadlineError } from "../../../../sdk/wait";
import { FakeClock } from "../../../support/fake-clock";

const HOUR = 3_600_000;

/** A remote side that counts how often it is looked at, with pauses of 1 s that grow to 30 s. */
class Remote {
  readonly clock = new FakeClock();
  readonly looks: number[] = [];
  state: unknown = "working";
  failure: Error | undefined;
  readonly start = this.clock.now();
  readonly waiter: BatchWaiter<unknown>;

  constructor(options: Partial<BatchWaiterOptions<unknown>> = {}) {
    this.waiter = new BatchWaiter({
      fetch: () => {
        this.looks.push(this.clock.now() - this.start);
        return this.failure ? Promise.reject(this.failure) : Promise.resolve(this.state);
      },
      schedule: { firstMs: 1_000, maxMs: 30_000, random: () => 0 },
      clock: this.clock,
      ...options,
    });
  }

  /** Waits until the state is `wanted`; the outcome is noted, with its moment. */
  until(
    wanted: unknown,
    options: { timeoutMs?: number; signal?: AbortSignal; onPollError?(e: unknown): void } = {},
  ): Outcome {
    const outcome: Outcome = {};
    const settled = (how: "value" | "error") => (what: unknown) => {
      outcome[how] = what;
      outcome.at = this.clock.now() - this.start;
    };
    const { timeoutMs = HOUR, ...rest } = options;
    this.waiter
      .wait((state) => (state === wanted ? state : undefined), {
        deadline: this.clock.now() + timeoutMs,
        ...rest,
      })
      .then(settled("value"), settled("error"));
    return outcome;
  }
}

interface Outcome {
  value?: unknown;
  error?: unknown;
  at?: number;
}

describe("many waits", () => {
  test("share one look a tick", async () => {
    const remote = new Remote();
    for (let i = 0; i < 100; i++) remote.until("done");
    await remote.clock.advance(5_000);
    expect(remote.looks).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  test("settle from the look that shows them done", async () => {
    const remote = new Remote();
    const outcomes = [remote.until("done"), remote.until("done")];
    await remote.clock.advance(1_500);
    remote.state = "done";
    await remote.clock.advance(500);
    expect(outcomes).toEqual([
      { value: "done", at: 2_000 },
      { value: "done", at: 2_000 },
    ]);
  });

  test("are told when the look was asked for, however late its answer came", async () => {
    const remote: Remote = new Remote({ fetch: () => remote.clock.sleep(400) });
    const told: number[] = [];
    const judge = (_: unknown, askedAt: number): undefined => void told.push(askedAt - remote.start);
    remote.waiter.wait(judge, { deadline: remote.start + 2_000 }).catch(() => undefined);
    await remote.clock.advance(2_000);
    expect(told).toEqual([1_000]);
  });

  test("are not begun by anybody who does not wait", async () => {
    const remote = new Remote();
    await remote.clock.advance(HOUR);
    expect(remote.looks).toEqual([]);
  });

  test("end with the last one", async () => {
    const remote = new Remote();
    remote.until("done");
    remote.state = "done";
    await remote.clock.advance(HOUR);
    expect(remote.looks).toEqual([1_000]);
    expect(remote.clock.sleeping).toBe(0);
  });

  test("begin anew for a wait that comes after the last one has gone", async () => {
    const remote = new Remote();
    remote.until("working");
    await remote.clock.advance(10_000);
    const late = remote.until("working");
    await remote.clock.advance(1_000);
    expect(late).toEqual({ value: "working", at: 11_000 });
  });
});

describe("a wait that joins", () => {
  test("is looked after soon, though an older one naps for long", async () => {
    const remote = new Remote();
    remote.until("never");
    await remote.clock.advance(20 * 60_000 + 100);
    const joined = remote.clock.now() - remote.start;
    const young = remote.until("working");
    await remote.clock.advance(1_000);
    expect(young.at).toBeLessThanOrEqual(joined + 1_000);
  });

  test("moves the looks to whole pauses after its own beginning", async () => {
    const remote = new Remote();
    remote.until("never");
    await remote.clock.advance(500);
    remote.until("never");
    await remote.clock.advance(4_500);
    expect(remote.looks).toEqual([1_200, 1_500, 2_500, 3_500, 4_500]);
  });

  test("while a look is under way is judged by the next one", async () => {
    const answers: ((state: string) => void)[] = [];
    const remote = new Remote({ fetch: () => new Promise((resolve) => answers.push(resolve)) });
    remote.until("never");
    await remote.clock.advance(1_000);
    const late = remote.until("done");
    answers[0]?.("working");
    await remote.clock.advance(1_000);
    answers[1]?.("done");
    await remote.clock.settle();
    expect(late.value).toBe("done");
  });
});

describe("a deadline", () => {
  test("is per wait", async () => {
    const remote = new Remote();
    const short = remote.until("done", { timeoutMs: 2_500 });
    const long = remote.until("done", { timeoutMs: 10_000 });
    await remote.clock.advance(3_000);
    remote.state = "done";
    await remote.clock.advance(1_000);
    expect(short).toEqual({ error: expect.any(DeadlineError) as unknown, at: 2_500 });
    expect(long).toEqual({ value: "done", at: 4_000 });
  });

  test("ends a wait whose look is never answered", async () => {
    const remote = new Remote({ fetch: () => new Promise(() => undefined) });
    const outcome = remote.until("done", { timeoutMs: 5_000 });
    await remote.clock.advance(5_000);
    expect(outcome).toEqual({ error: expect.any(DeadlineError) as unknown, at: 5_000 });
  });
});

describe("a look that fails", () => {
  test("is survived", async () => {
    const remote = new Remote();
    const outcome = remote.until("done");
    remote.failure = new Error("503");
    await remote.clock.advance(3_000);
    remote.failure = undefined;
    remote.state = "done";
    await remote.clock.advance(1_000);
    expect(outcome).toEqual({ value: "done", at: 4_000 });
  });

  test("is told to every wait", async () => {
    const remote = new Remote();
    const told: unknown[] = [];
    for (const who of ["a", "b"]) remote.until("done", { onPollError: (error) => told.push([who, error]) });
    remote.failure = new Error("503");
    await remote.clock.advance(1_000);
    expect(told).toEqual([
      ["a", remote.failure],
      ["b", remote.failure],
    ]);
  });

  test("leaves the remote side alone for as long as it asks", async () => {
    const remote = new Remote({ retryAfterMs: () => 20_000 });
    remote.until("done");
    remote.failure = new Error("429");
    await remote.clock.advance(1_000);
    remote.failure = undefined;
    await remote.clock.advance(20_000);
    expect(remote.looks).toEqual([1_000, 21_000]);
  });

  test("leaves it alone although a young wait joins", async () => {
    const remote = new Remote({ retryAfterMs: () => 20_000 });
    remote.until("done");
    remote.failure = new Error("429");
    await remote.clock.advance(1_000);
    remote.failure = undefined;
    remote.until("done");
    await remote.clock.advance(20_000);
    expect(remote.looks).toEqual([1_000, 21_000]);
  });

  test("ends every wait when no later look can mend it", async () => {
    const remote = new Remote({ isFatal: () => true });
    const outcomes = [remote.until("done"), remote.until("done")];
    remote.failure = new Error("403");
    await remote.clock.advance(HOUR);
    expect(outcomes.map(({ error }) => error)).toEqual([remote.failure, remote.failure]);
    expect(remote.looks).toHaveLength(1);
  });

  test("for good does not keep a later wait from beginning anew", async () => {
    const remote = new Remote({ isFatal: () => true });
    remote.until("done");
    remote.failure = new Error("403");
    await remote.clock.advance(1_000);
    remote.failure = undefined;
    const later = remote.until("working");
    await remote.clock.advance(1_000);
    expect(later.value).toBe("working");
  });
});

describe("a judge that throws", () => {
  test("ends its own wait and no other", async () => {
    const remote = new Remote();
    const other = remote.until("done");
    const failed = remote.waiter.wait(
      () => {
        throw new Error("provisioning failed");
      },
      { deadline: remote.start + HOUR },
    );
    const rejection = expect(failed).rejects.toThrow("provisioning failed");
    await remote.clock.advance(1_000);
    await rejection;
    remote.state = "done";
    await remote.clock.advance(1_000);
    expect(other.value).toBe("done");
  });
});

describe("an abort", () => {
  test("ends its wait at once with the signal's reason", async () => {
    const remote = new Remote();
    const controller = new AbortController();
    const outcome = remote.until("done", { signal: controller.signal });
    await remote.clock.advance(300);
    controller.abort(new Error("interrupted"));
    await remote.clock.settle();
    expect(outcome).toEqual({ error: new Error("interrupted"), at: 300 });
  });

  test("leaves the others waiting", async () => {
    const remote = new Remote();
    const controller = new AbortController();
    remote.until("done", { signal: controller.signal });
    const other = remote.until("working");
    controller.abort(new Error("interrupted"));
    await remote.clock.advance(1_000);
    expect(other.value).toBe("working");
  });

  test("of the only wait also ends the look that is under way", async () => {
    let looking: AbortSignal | undefined;
    const remote = new Remote({
      fetch: (signal) => {
        looking = signal;
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    remote.until("done", { signal: controller.signal });
    await remote.clock.advance(1_000);
    controller.abort(new Error("interrupted"));
    expect(looking?.aborted).toBe(true);
  });

  test("before the wait begins keeps it from beginning", async () => {
    const remote = new Remote();
    const outcome = remote.until("working", { signal: AbortSignal.abort(new Error("interrupted")) });
    await remote.clock.advance(HOUR);
    expect(outcome.error).toEqual(new Error("interrupted"));
    expect(remote.looks).toEqual([]);
  });
});
