import { SharedFetch } from "../../../../sdk/wait";
import { FakeClock } from "../../../support/fake-clock";

/** A load that is answered when the test says so. */
class Loader {
  readonly requests: { resolve(value: string): void; reject(error: Error): void }[] = [];
  readonly load = (): Promise<string> =>
    new Promise((resolve, reject) => {
      this.requests.push({ resolve, reject });
    });
}

function shared(): { clock: FakeClock; loader: Loader; object: SharedFetch<string> } {
  const clock = new FakeClock();
  const loader = new Loader();
  return { clock, loader, object: new SharedFetch(loader.load, clock) };
}

describe("a shared fetch", () => {
  test("makes one request for all who ask at the same time", async () => {
    const { loader, object } = shared();
    const all = Promise.all([object.get(1_000), object.get(1_000), object.get(0)]);
    loader.requests[0]?.resolve("one");
    expect(await all).toEqual(["one", "one", "one"]);
    expect(loader.requests).toHaveLength(1);
  });

  test("gives an answer again that is young enough", async () => {
    const { clock, loader, object } = shared();
    const first = object.get(0);
    loader.requests[0]?.resolve("one");
    await first;
    await clock.advance(1_000);
    expect(await object.get(1_000)).toBe("one");
  });

  test("asks again when the answer is too old", async () => {
    const { clock, loader, object } = shared();
    const first = object.get(0);
    loader.requests[0]?.resolve("one");
    await first;
    await clock.advance(1_001);
    const second = object.get(1_000);
    loader.requests[1]?.resolve("two");
    expect(await second).toBe("two");
  });

  test("does not share a request that began too early for the caller", async () => {
    const { clock, loader, object } = shared();
    void object.get(0);
    await clock.advance(10);
    void object.get(0);
    expect(loader.requests).toHaveLength(2);
  });

  test("counts the age of an answer from when its request began", async () => {
    const { clock, loader, object } = shared();
    const first = object.get(0);
    await clock.advance(500);
    loader.requests[0]?.resolve("one");
    await first;
    void object.get(499);
    expect(loader.requests).toHaveLength(2);
  });

  test("tells a failure to all who share the request", async () => {
    const { loader, object } = shared();
    const all = Promise.allSettled([object.get(1_000), object.get(1_000)]);
    loader.requests[0]?.reject(new Error("down"));
    expect((await all).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  test("does not keep a failure", async () => {
    const { loader, object } = shared();
    const first = object.get(1_000);
    loader.requests[0]?.reject(new Error("down"));
    await expect(first).rejects.toThrow("down");
    const second = object.get(1_000);
    loader.requests[1]?.resolve("up");
    expect(await second).toBe("up");
  });

  test("keeps the answer of the later request when an earlier one comes in after it", async () => {
    const { clock, loader, object } = shared();
    const slow = object.refresh();
    await clock.advance(10);
    const fast = object.refresh();
    loader.requests[1]?.resolve("new");
    await fast;
    loader.requests[0]?.resolve("old");
    await slow;
    expect(await object.get(1_000)).toBe("new");
  });
});
