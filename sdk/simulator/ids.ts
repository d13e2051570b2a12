import { createHash } from "node:crypto";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Ids that follow from the seed: the n-th id of a purpose is the same in every run, whatever was asked for in
 * between for other purposes.
 */
export class Ids {
  private readonly counts = new Map<string, number>();
  constructor(private readonly seed: number) {}

  uuid(purpose: string): string {
    const hex = this.next(purpose).toString("hex");
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join("-");
  }

  /** Letters and digits; at most 32 of them. */
  text(purpose: string, length: number): string {
    return [...this.next(purpose).subarray(0, length)]
      .map((byte) => letters.charAt(byte % letters.length))
      .join("");
  }

  /** Digits, the first not zero; at most 32 of them. */
  digits(purpose: string, length: number): string {
    return [...this.next(purpose).subarray(0, length)]
      .map((byte, i) => (i === 0 ? 1 + (byte % 9) : byte % 10))
      .join("");
  }

  private next(purpose: string): Buffer {
    const n = (this.counts.get(purpose) ?? 0) + 1;
    this.counts.set(purpose, n);
    return createHash("sha256")
      .update(`${String(this.seed)}:${purpose}:${String(n)}`)
      .digest();
  }
}
