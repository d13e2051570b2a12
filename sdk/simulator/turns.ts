import { z } from "zod";

/** How often something scripted happens. */
export const turnsSchema = {
  /** So many that fit are left alone first. Default 0. */
  skip: z.int().min(0).optional(),
  /** So many are hit after that; default 1. */
  times: z.union([z.int().min(1), z.literal("always")]).optional(),
};

/** Counts turns: which of those that fit are let pass, hit, or no longer hit. */
export class Turns {
  private skip: number;
  private left: number;
  /** How many were hit so far. */
  hits = 0;
  constructor(script: { skip?: number | undefined; times?: number | "always" | undefined }) {
    this.skip = script.skip ?? 0;
    this.left = script.times === "always" ? Infinity : (script.times ?? 1);
  }
  get ready(): boolean {
    return this.skip === 0 && this.left > 0;
  }
  pass(): void {
    if (this.skip > 0) this.skip--;
  }
  hit(): void {
    this.left--;
    this.hits++;
  }
  end(): void {
    this.left = 0;
  }
}

/** The first entry that is ready is hit; all others count this one as a turn that passed. */
export function takeTurn<T extends { turns: Turns }>(fitting: T[]): T | undefined {
  const taken = fitting.find((entry) => entry.turns.ready);
  for (const entry of fitting) {
    if (entry === taken) entry.turns.hit();
    else entry.turns.pass();
  }
  return taken;
}
