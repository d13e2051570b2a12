import type { Fault, RequestKind } from "../../sdk/simulator";
import type { World } from "./world";

export type Duration = "once" | "always";

/** One way in which a request can go wrong. */
export interface ChaosFault {
  /** What becomes of the request, as the end of a sentence. */
  words: string;
  /** The requests that it makes sense for; all by default. */
  only?: RequestKind;
  /** Only strikes once: nothing in such an answer shows that it is wrong, so that only another one can tell. */
  isOnce?: boolean;
  /** Nobody listens any more, whatever is asked. */
  isRefusal?: boolean;
  /** The API says that these credentials may not see it. */
  isNoAccess?: boolean;
  strike(world: World, kind: RequestKind, duration: Duration): void;
}

/** How long a server that refuses connections is away, in milliseconds of the fast clock. */
const AWAY_MS = 2_500;

const refused: ChaosFault = {
  words: "is refused a connection",
  isRefusal: true,
  strike: ({ gateway, clock }, _kind, duration) => {
    void gateway.refuse();
    if (duration === "once") void clock.sleep(AWAY_MS).then(() => gateway.open());
  },
};

type Answer = Omit<Fault, "on" | "times">;

const named = (
  words: string,
  answer: (world: World) => Answer,
  more: Partial<ChaosFault> = {},
): ChaosFault => ({
  words,
  ...more,
  strike: (world, kind, duration) => {
    world.simulator.fault({ on: kind, times: duration === "once" ? 1 : "always", ...answer(world) });
  },
});

/** An answer that repeats every secret it can, as servers and gateways in debug mode do. */
const answered = (status: number, headers: Record<string, string> = {}, effect?: "after") => {
  return ({ echo }: World): Answer => ({
    kind: {
      status,
      headers,
      body: { error: "Chaos", message: `it failed for ${echo()}`, statusCode: status },
    },
    ...(effect ? { effect } : {}),
  });
};

const page = ({ echo }: World): Answer => ({
  kind: {
    status: 502,
    headers: { "content-type": "text/html" },
    body: `<html><body>Bad Gateway: ${echo()}</body></html>`,
  },
});

const PLAIN_STATUSES = [400, 401, 403, 404, 408, 409, 429, 500, 503, 504];
const NO_ACCESS = [401, 403, 404];
/** Statuses that a gateway gives though the request went through. */
const AMBIGUOUS_STATUSES = [408, 500, 502, 503, 504];

/** All that can become of a request, whatever it asks for. */
export const faults: readonly ChaosFault[] = [
  refused,
  named("is reset before its effect", () => ({ kind: "reset-before" })),
  named("is reset after its effect", () => ({ kind: "reset-after" })),
  named("gets no answer", () => ({ kind: "hang" })),
  ...PLAIN_STATUSES.map((status) =>
    named(`is answered ${status}`, answered(status), { isNoAccess: NO_ACCESS.includes(status) }),
  ),
  named("is answered 429 with Retry-After", answered(429, { "retry-after": "1" })),
  named("is answered 502 with a page", page),
  named("is answered with truncated JSON", () => ({ kind: "truncated" })),
  named("is answered with half a body", () => ({ kind: "cut" })),
  named("is answered with an empty body", () => ({ kind: "empty" })),
  named("is answered with the wrong type", () => ({ kind: "wrong-type" })),
  named("is answered drop by drop", () => ({ kind: "drip" })),
  named("takes effect and gets no answer", () => ({ kind: "hang", effect: "after" }), { only: "post" }),
  named("takes effect and is answered with an empty body", () => ({ kind: "empty", effect: "after" }), {
    only: "post",
  }),
  ...AMBIGUOUS_STATUSES.map((status) =>
    named(`takes effect and is answered ${status}`, answered(status, {}, "after"), { only: "post" }),
  ),
  named("is answered with a list of something else", () => ({ kind: { status: 200, body: ["none"] } }), {
    only: "list",
  }),
  named("is answered with an empty list", () => ({ kind: { status: 200, body: [] } }), {
    only: "list",
    isOnce: true,
  }),
];
