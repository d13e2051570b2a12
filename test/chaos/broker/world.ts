import {
  type BrokerService,
  type BrokerSimulator,
  type BrokerSimulatorOptions,
  startBrokerSimulator,
  usualServices,
} from "../../../sdk/simulator";
import { Gateway } from "../gateway";
import { CANARY, REQUEST_TIMEOUT_MS, type World, fastClock, headerSecret } from "../world";

/** What things take, in milliseconds of the fast clock. */
export const timings = {
  operationMs: 3_000,
  pollMs: 400,
  timeoutMs: 40_000,
};

const password = "BROKER-PASSWORD-CANARY-7hX2";
const username = "platform";
const identity = { user: "IDENTITY-CANARY-3mT8" };

/** A parameter that the program declares secret. */
export const secretParameter = "PARAMETER-CANARY-5wZ1";

/** A broker, and what its runs have been given. */
export interface BrokerWorld extends World<BrokerSimulator> {
  /** The most instances and bindings that existed at any moment. */
  readonly most: { instances: number; bindings: number };
  /** Credentials that the saved state holds, and with it every run. */
  readonly held: string[];
}

export async function startWorld(options: BrokerSimulatorOptions = {}): Promise<BrokerWorld> {
  const clock = fastClock();
  const running = await startBrokerSimulator({
    operationMs: timings.operationMs,
    services: withoutSchemas(usualServices()),
    username,
    password,
    ...options,
    clock,
  });
  const { simulator } = running;
  const { hostname, port } = new URL(running.url);
  const gateway = new Gateway({ host: hostname, port: Number(port) });
  await gateway.open();
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  const held: string[] = [];
  let isIdentityGiven = false;
  simulator.on(({ originatingIdentity }) => {
    isIdentityGiven ||= originatingIdentity !== undefined;
  });
  return {
    simulator,
    gateway,
    clock,
    written: [],
    held,
    most: noteMost(simulator),
    env: {
      ...running.env,
      OSB_URL: `http://${gateway.host}:${gateway.port}`,
      OSB_HEADERS: JSON.stringify({ "x-gateway-key": headerSecret }),
      OSB_ORIGINATING_IDENTITY: JSON.stringify(identity),
      OSB_POLL_INTERVAL: `${timings.pollMs}ms`,
      OSB_POLL_INTERVAL_MAX: "2s",
      OSB_REQUEST_TIMEOUT: `${REQUEST_TIMEOUT_MS}ms`,
      PROVISOR_DEBUG: "true",
    },
    echo: () => {
      const given = [basic, password, headerSecret, secretParameter, ...held];
      return [...given, ...(isIdentityGiven ? [encoded(identity)] : [])].join(" and ");
    },
    startRun: () => {
      isIdentityGiven = false;
    },
    isLeak: (text) => CANARY.test(text) || text.includes(basic) || text.includes(encoded(identity)),
    repair: async () => {
      simulator.faults.clear();
      simulator.failures.clear();
      endWhatNeverEnds(simulator);
      await gateway.open();
    },
    stop: async () => {
      await gateway.close();
      await running.stop();
    },
  };
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64");

/** Every process would compile them anew. */
export const withoutSchemas = (services: readonly BrokerService[]): BrokerService[] =>
  services.map((service) => ({
    ...service,
    plans: service.plans.map(({ schemas: _schemas, ...plan }) => plan),
  }));

/** Counts at each effect how many there are. */
function noteMost(simulator: BrokerSimulator): BrokerWorld["most"] {
  const most = { instances: 0, bindings: 0 };
  simulator.on(({ kind }) => {
    if (kind !== "effect") return;
    most.instances = Math.max(most.instances, simulator.instances.length);
    most.bindings = Math.max(most.bindings, simulator.bindings.length);
  });
  return most;
}

/** Operations that hang at the broker are brought to their end. */
function endWhatNeverEnds(simulator: BrokerSimulator): void {
  for (const { id, running } of [...simulator.instances, ...simulator.bindings])
    if (running.some(({ endsAt }) => endsAt === Infinity)) simulator.finishOperation(id);
}
