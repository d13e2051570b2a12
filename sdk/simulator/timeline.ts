/**
 * `hidden`: the list does not show it yet. `working`, `done`, `failed`: shown as such. `gone`: no longer shown.
 */
export type Stage = "hidden" | "working" | "done" | "failed" | "gone";

/** What an instance looks like from a moment on. */
export interface Phase {
  /** Milliseconds after the POST. */
  afterMs: number;
  stage: Stage;
  status?: string | undefined;
  provisioningStatus?: string | undefined;
  provisioningMessage?: string | undefined;
}

/** How long a job takes. */
export interface Timing {
  /** Milliseconds until the list shows the instance. */
  appearAfterMs: number;
  /** Milliseconds until it is done. */
  provisionMs: number;
}

const hidden: Phase = { afterMs: 0, stage: "hidden" };
const begun = (afterMs: number): Phase => ({
  afterMs,
  stage: "working",
  status: "initializing",
  provisioningStatus: "initializing",
  provisioningMessage: "Waiting for resources",
});
const working = (afterMs: number): Phase => ({
  afterMs,
  stage: "working",
  status: "initializing",
  provisioningStatus: "in_progress",
  provisioningMessage: "Provisioning is in progress",
});
const failed = (afterMs: number): Phase => ({
  afterMs,
  stage: "failed",
  status: "error",
  provisioningStatus: "failed",
  provisioningMessage: "Provisioning failed",
});

/** What a finished instance looks like. */
export const donePhase = (afterMs: number): Phase => ({
  afterMs,
  stage: "done",
  status: "running",
  provisioningStatus: "complete",
});

/** The way of a job that goes well. */
export const usual = ({ appearAfterMs, provisionMs }: Timing): Phase[] => {
  const end = Math.max(appearAfterMs, provisionMs);
  const start = [
    hidden,
    begun(appearAfterMs),
    working(Math.round(appearAfterMs + (end - appearAfterMs) / 3)),
  ];
  return [...start, donePhase(end)];
};

export const failureNames = [
  "at-once",
  "late",
  "disappears",
  "never-appears",
  "unknown-status",
  "stuck",
  "back-to-working",
] as const;
/** The name of a way in which a job goes wrong. */
export type FailureName = (typeof failureNames)[number];

/** The ways in which a job goes wrong; `at` is the moment in milliseconds after the POST at which it does. */
export const failures: Record<FailureName, (timing: Timing, at: number) => Phase[]> = {
  /** Failed as soon as the list shows it. */
  "at-once": (t) => [hidden, failed(t.appearAfterMs)],
  /** Works, then fails. */
  late: (t, at) => [...usual(t).filter(before(at)), failed(at)],
  /** Works, then the list no longer shows it. */
  disappears: (t, at) => [...usual(t).filter(before(at)), { afterMs: at, stage: "gone" }],
  /** The list never shows it, though its units are taken. */
  "never-appears": () => [hidden],
  /** A status that nobody published, for ever. */
  "unknown-status": (t) => [
    hidden,
    {
      afterMs: t.appearAfterMs,
      stage: "working",
      status: "warming_up",
      provisioningStatus: "awaiting_capacity",
      provisioningMessage: "Awaiting capacity",
    },
  ],
  /** Works for ever. */
  stuck: (t) => [hidden, begun(t.appearAfterMs), working(t.appearAfterMs + 1)],
  /** Done, later at work again for as long as the first time, then done for good. */
  "back-to-working": (t, at) => [
    ...usual(t),
    working(Math.max(at, t.provisionMs + 1000)),
    donePhase(Math.max(at, t.provisionMs + 1000) + t.provisionMs),
  ],
};

function before(at: number): (phase: Phase) => boolean {
  return (phase) => phase.stage !== "done" && phase.afterMs < at;
}
