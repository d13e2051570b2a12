import { z } from "zod";
import {
  emptyAnswer,
  expiredAnswer,
  type HttpAnswer,
  type RequestKind,
  type SimulatorAnswer,
  requestKinds,
} from "./protocol";

/** When each named fault strikes: before or after the effect, or as the script says (`before` unless told). */
const strikes = {
  "reset-before": "before",
  "reset-after": "after",
  "expired-token": "before",
  hang: "either",
  empty: "either",
  html: "either",
  truncated: "after",
  cut: "after",
  "wrong-type": "after",
  drip: "after",
} as const;
type NamedFault = keyof typeof strikes;
const namedFaults = Object.keys(strikes) as [NamedFault, ...NamedFault[]];

/** How often something scripted happens. */
export const turnsSchema = {
  /** So many that fit are left alone first. Default 0. */
  skip: z.int().min(0).optional(),
  /** So many are hit after that; default 1. */
  times: z.union([z.int().min(1), z.literal("always")]).optional(),
};

export const faultSchema = z
  .strictObject({
    /** The kind of request that is hit. */
    on: z.enum(requestKinds),
    ...turnsSchema,
    /** Hits only requests whose body contains this text, for instance a tenant's name. */
    bodyContains: z.string().optional(),
    /**
     * What happens: an answer of the script's own, or
     * `reset-before`, `reset-after` the effect; `hang` (no answer, ever); `empty` (200 without a body);
     * `html` (200 with a proxy's page); `truncated` (JSON that ends half way, in a well-formed answer);
     * `cut` (the connection breaks half way through the body); `wrong-type` (JSON of another shape);
     * `drip` (the body comes one character at a time); `expired-token` (401 `Jwt is expired`, and so for that
     * token from then on).
     */
    kind: z.union([
      z.enum(namedFaults),
      z.strictObject({
        status: z.int().min(200).max(599),
        headers: z.record(z.string(), z.string()).optional(),
        /** Text as it is; anything else is sent as JSON. */
        body: z.unknown().optional(),
      }),
    ]),
    /**
     * Whether the request has its effect before the fault spoils the answer (`after`) or not (`before`, the
     * default). Only where the kind leaves it open: an own answer, `hang`, `empty` and `html`.
     */
    effect: z.enum(["before", "after"]).optional(),
    /** For `drip`: milliseconds for each character. Default 50. */
    dripMs: z.int().min(1).optional(),
  })
  .refine((f) => f.effect === undefined || typeof f.kind !== "string" || strikes[f.kind] === "either", {
    path: ["effect"],
    message: "this kind of fault itself says whether it strikes before or after the effect",
  })
  .refine((f) => f.kind !== "expired-token" || f.on !== "token", {
    path: ["on"],
    message: "a token request bears no token that could be expired",
  });

/** A fault by script: which requests it hits, and what it does to them. */
export type Fault = z.input<typeof faultSchema>;

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

/** A fault that was scripted: how often it struck, and a way to take it back. */
export interface ScriptedFault {
  readonly hits: number;
  cancel(): void;
}

/** A fault that is about to strike. */
export interface Strike {
  name: string;
  /** Whether the request has its effect all the same. */
  effectful: boolean;
  fault: Fault;
}

/** The faults that are still to come, in the order in which they were scripted. */
export class Faults {
  private readonly script: { fault: Fault; turns: Turns }[] = [];

  /** @throws ZodError when the fault makes no sense. */
  add(input: Fault): ScriptedFault {
    const fault = faultSchema.parse(input);
    const turns = new Turns(fault);
    this.script.push({ fault, turns });
    return {
      get hits() {
        return turns.hits;
      },
      cancel: () => {
        turns.end();
      },
    };
  }

  /** Takes all faults back. */
  clear(): void {
    this.script.length = 0;
  }

  take(kind: RequestKind, body: string): Strike | undefined {
    const fitting = this.script.filter(
      ({ fault }) =>
        fault.on === kind && (fault.bodyContains === undefined || body.includes(fault.bodyContains)),
    );
    const fault = takeTurn(fitting)?.fault;
    if (!fault) return undefined;
    const moment = typeof fault.kind === "string" ? strikes[fault.kind] : "either";
    return {
      name: typeof fault.kind === "string" ? fault.kind : `status ${String(fault.kind.status)}`,
      effectful: (moment === "either" ? fault.effect : moment) === "after",
      fault,
    };
  }
}

const page =
  "<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";

/** What a fault makes of an answer. */
export function spoil({ fault }: Strike, answer: HttpAnswer): SimulatorAnswer {
  if (typeof fault.kind !== "string") {
    const { status, headers = {}, body } = fault.kind;
    if (typeof body === "string")
      return { status, headers: { "content-type": "text/plain", ...headers }, body };
    const text = body === undefined ? "" : JSON.stringify(body);
    return { status, headers: { "content-type": "application/json", ...headers }, body: text };
  }
  const half = Math.floor(answer.body.length / 2);
  switch (fault.kind) {
    case "reset-before":
    case "reset-after":
      return { reset: true };
    case "hang":
      return { hang: true };
    case "empty":
      return emptyAnswer;
    case "html":
      return { status: 200, headers: { "content-type": "text/html" }, body: page };
    case "expired-token":
      return expiredAnswer;
    case "truncated":
      return { ...answer, body: answer.body.slice(0, half) };
    case "cut":
      return { ...answer, cutAfter: half };
    case "wrong-type":
      return { ...answer, body: answer.body.startsWith("[") ? '{"items":"none"}' : '["none"]' };
    case "drip":
      return { ...answer, dripMs: fault.dripMs ?? 50 };
  }
}
