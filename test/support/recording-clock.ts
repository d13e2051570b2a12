import { FakeClock } from "./fake-clock";

/** A fake clock that notes each pause and lets it pass at once, for code that waits for real sockets in between. */
export class RecordingClock extends FakeClock {
  readonly pauses: number[] = [];

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.pauses.push(ms);
    const slept = super.sleep(ms, signal);
    await Promise.all([slept, this.advance(ms)]);
  }
}
