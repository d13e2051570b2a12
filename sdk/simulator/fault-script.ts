import { z } from "zod";
import { emptyAnswer, expiredAnswer, type HttpAnswer, type SimulatorAnswer } from "./protocol";
import { takeTurn, Turns, turnsSchema } from "./turns";

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

/** A fault that has a name. */
export type NamedFault = keyof typeof strikes;

/** The named faults that any API can have: all but those of tokens. */
export const commonFaults = [
  "reset-before",
  "reset-after",
  "hang",
  "empty",
  "html",
  "truncated",
  "cut",
  "wrong-type",
  "drip",
] as const satisfies NamedFault[];

/** The schema of a fault for an API with these kinds of requests, in which these named faults can happen. */
export const faultSchemaOf = <Request extends string, Named extends NamedFault>(
  requestKinds: readonly Request[],
  named: readonly Named[],
) =>
  z
    .strictObject({
      /** The kind of request that is hit. */
      on: z.enum(requestKinds),
      ...turnsSchema,
      /** Hits only requests whose body contains this text, for instance a tenant's name. */
      bodyContains: z.string().optional(),
      /** Hits only requests whose path contains this text, for instance an instance's id. */
      pathContains: z.string().optional(),
      /**
       * What happens: an answer of the script's own, or
       * `reset-before`, `reset-after` the effect; `hang` (no answer, ever); `empty` (200 without a body);
       * `html` (200 with a proxy's page); `truncated` (JSON that ends half way, in a well-formed answer);
       * `cut` (the connection breaks half way through the body); `wrong-type` (JSON of another shape);
       * `drip` (the body comes one character at a time); where the API has tokens: `expired-token` (401
       * `Jwt is expired`, and so for that token from then on).
       */
      kind: z.union([
        z.enum(named),
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
    });

/** A fault of any API. */
export type AnyFault = z.output<ReturnType<typeof faultSchemaOf<string, NamedFault>>>;

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
  fault: AnyFault;
}

/** The faults that are still to come, in the order in which they were scripted. */
export class FaultScript<Fault> {
  private readonly script: { fault: AnyFault; turns: Turns }[] = [];
  constructor(private readonly schema: z.ZodType<AnyFault, Fault>) {}

  /** @throws ZodError when the fault makes no sense. */
  add(input: Fault): ScriptedFault {
    const fault = this.schema.parse(input);
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

  /** The fault that strikes this request, if one does. */
  take(kind: string, { path, body = "" }: { path: string; body?: string | undefined }): Strike | undefined {
    const fitting = this.script.filter(
      ({ fault }) =>
        fault.on === kind &&
        (fault.bodyContains === undefined || body.includes(fault.bodyContains)) &&
        (fault.pathContains === undefined || path.includes(fault.pathContains)),
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
