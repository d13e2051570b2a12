import type { Clock } from "./clock";

/**
 * One remote object that many callers want at about the same time. A caller says how old an answer may be; those
 * who come while a request is under way share it when it began late enough for them.
 */
export class SharedFetch<T> {
  private last: { value: T; at: number } | undefined;
  private underWay: { promise: Promise<T>; at: number } | undefined;

  constructor(
    private readonly load: () => Promise<T>,
    private readonly clock: Clock,
  ) {}

  /** The object as it was at most `maxAgeMs` before this call. A failure is told to all who share it, and not kept. */
  get(maxAgeMs: number): Promise<T> {
    const oldest = this.clock.now() - maxAgeMs;
    if (this.last && this.last.at >= oldest) return Promise.resolve(this.last.value);
    if (this.underWay && this.underWay.at >= oldest) return this.underWay.promise;
    return this.refresh();
  }

  /** The last answer, however old. */
  get latest(): T | undefined {
    return this.last?.value;
  }

  /** Asks again, whatever is known. */
  refresh(): Promise<T> {
    const at = this.clock.now();
    const request = {
      at,
      promise: this.load().then((value) => {
        if (!this.last || this.last.at <= at) this.last = { value, at };
        return value;
      }),
    };
    this.underWay = request;
    const clear = (): void => {
      if (this.underWay === request) this.underWay = undefined;
    };
    request.promise.then(clear, clear);
    return request.promise;
  }
}
