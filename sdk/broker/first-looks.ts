import type { Clock } from "../wait/clock";
import { askedLook } from "../wait/schedule";
import { lastOperationPath } from "./paths";
import type { BrokerCall } from "./session";

/**
 * When an operation that the broker has accepted may first be asked for: a Retry-After of the 202 says so. It is kept
 * here, so that no caller has to carry it from the request to the wait.
 */
export class FirstLooks {
  private readonly byPath = new Map<string, number>();
  constructor(private readonly clock: Clock) {}

  /** The call, whose success says it anew: what an earlier one said was of another operation. */
  noting<T>(call: BrokerCall<T>): BrokerCall<T> {
    const path = lastOperationPath(call.path);
    return {
      ...call,
      read: (answer) => {
        const asked = askedLook(this.clock.now(), answer.retryAfterMs);
        if (answer.status === 202 && asked !== undefined) this.byPath.set(path, asked);
        else this.byPath.delete(path);
        return call.read(answer);
      },
    };
  }

  /** The moment that was asked for, once; undefined where none was. */
  take(path: string): number | undefined {
    const moment = this.byPath.get(path);
    this.byPath.delete(path);
    return moment;
  }
}
