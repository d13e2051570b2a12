import { createBrokerClient, type BrokerClient, type BrokerClientOptions } from "../../../../sdk/broker";
import { startServer, type Answer, type LocalServer } from "../../../support/local-server";
import { RecordingClock } from "../../../support/recording-clock";

/** A client and the real server that stands for its broker. */
export interface Broker {
  client: BrokerClient;
  server: LocalServer;
  clock: RecordingClock;
}

/** Starts brokers that end with each test. Pauses pass at once. */
export function brokers(): (answer: Answer, options?: Partial<BrokerClientOptions>) => Promise<Broker> {
  const running: LocalServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });
  return async (answer, options = {}) => {
    const server = await startServer(answer);
    running.push(server);
    const clock = new RecordingClock();
    const client = createBrokerClient({
      url: server.url,
      username: "platform",
      password: "s3cret-of-the-broker",
      clock,
      random: () => 0,
      ...options,
    });
    return { client, server, clock };
  };
}

export const plan = { serviceId: "svc", planId: "small" };
export const provisionRequest = { ...plan, organizationGuid: "org", spaceGuid: "space" };

/** What a call does to an instance or a binding, as the specification's sections name it. */
export type Verb =
  | "provision"
  | "update"
  | "deprovision"
  | "bind"
  | "rotate"
  | "unbind"
  | "fetch instance"
  | "fetch binding"
  | "poll instance"
  | "poll binding"
  | "catalog";

type Call = (client: BrokerClient, acceptsIncomplete: boolean) => Promise<unknown>;

/** Each call of the client, with as little as it needs. */
export const calls: Record<Verb, Call> = {
  provision: (client, acceptsIncomplete) => client.provision("i-1", provisionRequest, { acceptsIncomplete }),
  update: (client, acceptsIncomplete) =>
    client.updateInstance("i-1", { serviceId: "svc", planId: "big" }, { acceptsIncomplete }),
  deprovision: (client, acceptsIncomplete) => client.deprovision("i-1", plan, { acceptsIncomplete }),
  bind: (client, acceptsIncomplete) => client.bind("i-1", "b-1", plan, { acceptsIncomplete }),
  rotate: (client, acceptsIncomplete) =>
    client.rotateBinding("i-1", "b-2", { ...plan, predecessorBindingId: "b-1" }, { acceptsIncomplete }),
  unbind: (client, acceptsIncomplete) => client.unbind("i-1", "b-1", plan, { acceptsIncomplete }),
  "fetch instance": (client) => client.getInstance("i-1", plan),
  "fetch binding": (client) => client.getBinding("i-1", "b-1", plan),
  "poll instance": (client) => client.getLastOperation("i-1", plan),
  "poll binding": (client) => client.getLastBindingOperation("i-1", "b-1", plan),
  catalog: (client) => client.getCatalog(),
};

/** What a call ends in: its value, or its error. */
export const endOf = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

/** A pattern for a text that matches. */
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern) as unknown;
