import { kilobytes, seconds } from "./figures.mjs";

const shareOfState = 0.6;
const longestLagMs = 1000;

const percent = (share) => `${Math.round(share * 100)} %`;

/** What was to be reached, and whether it was, as a row. */
export const target = (name, figure, toReach, measured, isMet) => [
  name,
  figure,
  toReach,
  measured,
  isMet ? "met" : "**missed**",
];

export const notSlower = ({ name, plain, provisor }) =>
  target(
    name,
    "wall",
    `not above the plain one's ${seconds(plain.wallMs)}`,
    seconds(provisor.wallMs),
    provisor.wallMs <= plain.wallMs,
  );

export const timely = ({ name, provisor }) =>
  target(
    name,
    "poll lag (median)",
    `at most ${seconds(longestLagMs)}`,
    seconds(provisor.lagMs),
    provisor.lagMs <= longestLagMs,
  );

export function smallState({ name, plain, provisor }) {
  const share = provisor.stateOfOne / plain.stateOfOne;
  return target(
    name,
    "state of one, with its intent",
    `at most ${percent(shareOfState)} of the plain one's ${kilobytes(plain.stateOfOne)}`,
    `${kilobytes(provisor.stateOfOne)} (${percent(share)})`,
    share <= shareOfState,
  );
}
