import { kilobytes, seconds } from "./figures.mjs";

/** List requests for one wave of jobs: those that the engine runs at once. */
const listsOfWave = 15;
const shareOfState = 0.6;
const longestLagMs = 1000;

const percent = (share) => `${Math.round(share * 100)} %`;

/** What an `up` has to reach. `waves`: how often the engine has to start anew, since it runs so many at once. */
function targetsOfUp({ name, waves, plain, provisor }) {
  const share = provisor.stateOfOne / plain.stateOfOne;
  return [
    ["token requests", "1", provisor.requests.token, provisor.requests.token <= 1],
    [
      "list requests",
      `at most ${listsOfWave * waves} (${waves} ${waves === 1 ? "wave" : "waves"})`,
      provisor.requests.list,
      provisor.requests.list <= listsOfWave * waves,
    ],
    [
      "wall",
      `not above the plain one's ${seconds(plain.wallMs)}`,
      seconds(provisor.wallMs),
      provisor.wallMs <= plain.wallMs,
    ],
    [
      "poll lag (median)",
      `at most ${seconds(longestLagMs)}`,
      seconds(provisor.lagMs),
      provisor.lagMs <= longestLagMs,
    ],
    [
      "state of one, with its intent",
      `at most ${percent(shareOfState)} of the plain one's ${kilobytes(plain.stateOfOne)}`,
      `${kilobytes(provisor.stateOfOne)} (${percent(share)})`,
      share <= shareOfState,
    ],
  ].map((target) => [name, ...target]);
}

const notSlower = ({ name, plain, provisor }) => [
  name,
  "wall",
  `not above the plain one's ${seconds(plain.wallMs)}`,
  seconds(provisor.wallMs),
  provisor.wallMs <= plain.wallMs,
];

const oneList = ({ name, provisor }) => [
  name,
  "list requests",
  "1",
  provisor.requests.list,
  provisor.requests.list <= 1,
];

/** What was to be reached, and whether it was: [case, figure, target, measured, met]. */
export function judge({ ups, again, refresh }) {
  return [
    ...ups.flatMap(targetsOfUp),
    ...(again ? [notSlower(again)] : []),
    ...(refresh ? [oneList(refresh)] : []),
  ];
}
