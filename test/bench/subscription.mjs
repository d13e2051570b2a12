import { kilobytes, megabytes, seconds } from "./figures.mjs";
import { notSlower, smallState, timely, target } from "./targets.mjs";

const timing = { delayMs: 20, provisionMs: 8000, appearAfterMs: 200 };

/** List requests for one wave of jobs: those that the engine runs at once. */
const listsOfWave = 15;

/** A simulator with a tenant for each of `count` instances. */
async function serve({ startSimulator }, count) {
  const server = await startSimulator({ ...timing, tenants: 100 });
  const { simulator } = server;
  const tenants = simulator.tenants
    .all()
    .filter(({ name }) => name !== "Root")
    .slice(0, count)
    .map(({ id, name }) => ({ name, tsgId: id }));
  return {
    env: { ...server.env, BENCH_TENANTS: JSON.stringify(tenants) },
    requests: () => simulator.ledger.counts(),
    ends() {
      const doneAt = new Map(simulator.ledger.of("instance-done").map(({ tsgId, at }) => [tsgId, at]));
      return new Map(tenants.map(({ name, tsgId }) => [name, doneAt.get(tsgId)]));
    },
    figures: () => ({}),
    stop: () => server.stop(),
  };
}

const lists = (most, { name, provisor }, words = "") =>
  target(
    name,
    "list requests",
    `at most ${most}${words}`,
    provisor.requests.list,
    provisor.requests.list <= most,
  );

/** `waves`: how often the engine has to start anew, since it runs so many at once. */
const targetsOfUp = (result) => {
  const { name, waves, provisor } = result;
  return [
    target(name, "token requests", "1", provisor.requests.token, provisor.requests.token <= 1),
    lists(listsOfWave * waves, result, ` (${waves} ${waves === 1 ? "wave" : "waves"})`),
    notSlower(result),
    timely(result),
    smallState(result),
  ];
};

/** ChildInstances, on a simulator of the subscription service. */
export const subscription = {
  name: "subscription",
  title: "Subscription service: ChildInstance",
  about:
    "One tenant an instance, Prisma Access from one license. The plain provider (`test/bench/plain`) fetches a token of its own for each instance, and polls for each every second.",
  programs: { plain: "plain", provisor: "provisor" },
  settings: [{ name: "", options: {} }],
  operations: ["again", "refresh"],
  timing: `a job takes ${timing.provisionMs / 1000} s, the list shows it after ${timing.appearAfterMs} ms, every answer comes after ${timing.delayMs} ms`,
  serve,
  up: {
    head: [
      "wall",
      "tokens",
      "lists",
      "POSTs",
      "lag, median",
      "lag, longest",
      "state file",
      "state of one",
      "memory",
    ],
    cells: ({ wallMs, requests, lagMs, longestLagMs, stateFile, stateOfOne, memory }) => [
      seconds(wallMs),
      requests.token,
      requests.list,
      requests.post,
      seconds(lagMs),
      seconds(longestLagMs),
      kilobytes(stateFile),
      kilobytes(stateOfOne),
      megabytes(memory),
    ],
    targets: targetsOfUp,
  },
  others: {
    head: ["wall", "tokens", "lists", "memory"],
    cells: ({ wallMs, requests, memory }) => [
      seconds(wallMs),
      requests.token,
      requests.list,
      megabytes(memory),
    ],
    targets: { again: (result) => [notSlower(result)], refresh: (result) => [lists(1, result)] },
  },
  legend: [
    "**tokens, lists, POSTs**: requests for a token, lists of instances, and POSTs that the simulator saw. The target for lists is for each wave.",
  ],
};
