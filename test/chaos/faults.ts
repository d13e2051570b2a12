import type { ApiFault, World } from "./world";

export type Duration = "once" | "always";

/** One way in which a request can go wrong. */
export interface ChaosFault {
  /** What becomes of the request, as the end of a sentence. */
  words: string;
  /** The kinds of requests that it makes sense for; all by default. */
  only?: readonly string[];
  /** Only strikes once: nothing in such an answer shows that it is wrong, so that only another one can tell. */
  isOnce?: boolean;
  /** Only a later look at the API shows that such an answer was wrong. */
  needsLook?: boolean;
  /** Nobody listens any more, whatever is asked. */
  isRefusal?: boolean;
  /** The API says that these credentials may not see it. */
  isNoAccess?: boolean;
  /** The API says that there is no such thing. */
  isNotFound?: boolean;
  strike(world: World, kind: string, duration: Duration, crash: Crash): void;
}

/** Kills the engine of the run that goes on, if it still does; its provider too, or not. */
export type Crash = (provider: "killed" | "alive") => void;

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

type Answer = Omit<ApiFault, "on" | "times">;

/** A fault that the simulated API is told by script. */
export const named = (
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

/** An error's answer that repeats every secret it can, as servers and gateways in debug mode do. */
export const answered = (status: number, headers: Record<string, string> = {}, effect?: "after") => {
  return ({ echo }: World): Answer => ({
    kind: {
      status,
      headers,
      body: { error: "Chaos", message: `it failed for ${echo()}`, description: echo(), statusCode: status },
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

/** All that can become of a request to any API, whatever it asks for. */
export const commonFaults: readonly ChaosFault[] = [
  refused,
  named("is reset before its effect", () => ({ kind: "reset-before" })),
  named("is reset after its effect", () => ({ kind: "reset-after" })),
  named("gets no answer", () => ({ kind: "hang" })),
  ...PLAIN_STATUSES.map((status) =>
    named(`is answered ${status}`, answered(status), {
      isNoAccess: NO_ACCESS.includes(status),
      isNotFound: status === 404,
      needsLook: status === 409,
    }),
  ),
  named("is answered 429 with Retry-After", answered(429, { "retry-after": "1" })),
  named("is answered 502 with a page", page),
  named("is answered with truncated JSON", () => ({ kind: "truncated" })),
  named("is answered with half a body", () => ({ kind: "cut" })),
  named("is answered with the wrong type", () => ({ kind: "wrong-type" })),
  named("is answered drop by drop", () => ({ kind: "drip" })),
];

/** What can become of a request of these kinds, which change something, beside that. */
export const faultsAfterEffect = (only: readonly string[]): ChaosFault[] => [
  named("takes effect and gets no answer", () => ({ kind: "hang", effect: "after" }), { only }),
  ...AMBIGUOUS_STATUSES.map((status) =>
    named(`takes effect and is answered ${status}`, answered(status, {}, "after"), { only }),
  ),
];
