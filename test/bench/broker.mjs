import { kilobytes, megabytes, seconds } from "./figures.mjs";
import { notSlower, target } from "./targets.mjs";

const timing = { delayMs: 20, operationMs: 8000 };

/** Polls that came before the answer before them, about the same instance, allowed it. */
function earlyPolls(events, retryAfterMs) {
  const allowedAt = new Map();
  let early = 0;
  for (const { kind, request, instanceId, at } of events) {
    if (kind === "request" && request === "last-operation" && at < allowedAt.get(instanceId)) early += 1;
    if (kind === "answer") allowedAt.set(instanceId, at + retryAfterMs);
  }
  return early;
}

/** A broker with a service whose provisioning takes its time. */
async function serve({ startBrokerSimulator }, count, { retryAfterS }) {
  const server = await startBrokerSimulator({ ...timing, retryAfterS });
  const { simulator } = server;
  const names = Array.from({ length: count }, (_, index) => `database-${index + 1}`);
  const offer = simulator.plan("postgres", "small");
  return {
    env: { ...server.env, BENCH_INSTANCES: JSON.stringify({ names, ...offer }) },
    requests: () => simulator.ledger.counts(),
    ends() {
      const doneAt = new Map(
        simulator.ledger.of("operation-succeeded").map(({ instanceId, at }) => [instanceId, at]),
      );
      return new Map(
        simulator.instances.map(({ id, parameters }) => [parameters.extensions[0], doneAt.get(id)]),
      );
    },
    figures: () => ({
      pollsOfOne: simulator.ledger.counts()["last-operation"] / count,
      earlyPolls: retryAfterS && earlyPolls(simulator.ledger.events, retryAfterS * 1000),
    }),
    stop: () => server.stop(),
  };
}

const targetsOfUp = (result) => {
  const { name, plain, provisor } = result;
  const rows = [
    target(
      name,
      "polls of one",
      `not more than the plain one's ${plain.pollsOfOne}`,
      provisor.pollsOfOne,
      provisor.pollsOfOne <= plain.pollsOfOne,
    ),
    notSlower(result),
  ];
  if (provisor.earlyPolls !== undefined)
    rows.push(target(name, "polls before Retry-After", "0", provisor.earlyPolls, provisor.earlyPolls === 0));
  return rows;
};

/** ServiceInstances, on a simulated broker. */
export const broker = {
  name: "broker",
  title: "Open Service Broker: ServiceInstance",
  about:
    "One database an instance. The plain provider (`test/bench/plain-broker`) polls for each instance when Retry-After says, else every second; Provisor, where there is no Retry-After, every two seconds, its default.",
  programs: { plain: "plain-broker", provisor: "provisor-broker" },
  settings: [
    { name: "", options: {} },
    { name: "Retry-After 4", options: { retryAfterS: 4 } },
  ],
  operations: [],
  timing: `an operation takes ${timing.operationMs / 1000} s, every answer comes after ${timing.delayMs} ms`,
  serve,
  up: {
    head: [
      "wall",
      "PUTs",
      "polls",
      "polls of one",
      "too early",
      "lag, median",
      "lag, longest",
      "state file",
      "state of one",
      "memory",
    ],
    cells: ({ wallMs, requests, pollsOfOne, earlyPolls, ...others }) => [
      seconds(wallMs),
      requests.provision,
      requests["last-operation"],
      pollsOfOne,
      earlyPolls ?? "",
      seconds(others.lagMs),
      seconds(others.longestLagMs),
      kilobytes(others.stateFile),
      kilobytes(others.stateOfOne),
      megabytes(others.memory),
    ],
    targets: targetsOfUp,
  },
  legend: [
    "**PUTs, polls**: requests that provision, and requests for the last operation, that the simulator saw. **polls of one**: for each instance, on average. **too early**: polls that came before the Retry-After of the answer before them had passed.",
  ],
};
