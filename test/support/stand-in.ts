import { FastClock } from "./fast-clock";
import { type LocalServer, type Received, json, startServer } from "./local-server";

export interface Reply {
  status: number;
  body?: unknown;
}

/** An instance or a binding, by its path below `/v2/service_instances/`. */
export interface Thing {
  path: string;
  values: Values;
  /** What is done to it: the last operation, which ends when it has been asked for often enough. */
  operation?: Operation | undefined;
  gone: boolean;
}

/** What a request asked for, as it came. */
interface Values {
  service_id?: unknown;
  plan_id?: unknown;
  parameters?: Record<string, unknown>;
  maintenance_info?: { version: string };
}

export interface Operation {
  name: string;
  /** How many more GETs it goes on for. */
  left: number;
  end: () => void;
}

export const isOver = ({ operation }: Thing): boolean => (operation?.left ?? 0) <= 0;

/**
 * A broker of few lines on a port of its own, which owes nothing to the simulator. It does everything while it is polled,
 * and its manners are those of the specification; what a broker in the wild does otherwise, a subclass does.
 */
export class StandIn {
  readonly things = new Map<string, Thing>();
  /** How many times an operation is asked for before it ends; 0: all is done at once. */
  polls = 2;
  private server: LocalServer | undefined;
  private operations = 0;

  async start(): Promise<this> {
    this.server = await startServer((response, request, count) => {
      const { status, body } = this.answer(request);
      if (body === undefined) response.writeHead(status).end();
      else json(status, body)(response, request, count);
    });
    return this;
  }

  async stop(): Promise<void> {
    await this.server?.close();
  }

  /** Settings that address it, and do not make anybody wait. */
  get env(): Record<string, string> {
    const { url = "" } = this.server ?? {};
    return {
      OSB_URL: url,
      OSB_USERNAME: "platform",
      OSB_PASSWORD: "pass-for-a-stand-in",
      OSB_POLL_INTERVAL: "100ms",
      OSB_POLL_INTERVAL_MAX: "1s",
    };
  }

  /** The requests of a method, in order; of polls, of all others, or of both. */
  sent(method: string, isPoll?: boolean): Received[] {
    return (this.server?.received ?? []).filter(
      (one) =>
        one.method === method &&
        one.path !== "/v2/catalog" &&
        (isPoll === undefined || one.path.endsWith("/last_operation") === isPoll),
    );
  }

  /** What exists. */
  get alive(): Thing[] {
    return [...this.things.values()].filter(({ gone }) => !gone);
  }

  /** The body of `GET /v2/catalog`. */
  catalog(): unknown {
    const plans = ["small", "large"].map((name) => ({
      id: `id-of-${name}`,
      name,
      description: name,
      plan_updateable: true,
    }));
    const traits = { bindable: true, instances_retrievable: true, bindings_retrievable: true };
    return { services: [{ id: "id-of-db", name: "db", description: "A database", ...traits, plans }] };
  }

  protected answer(request: Received): Reply {
    if (request.path === "/v2/catalog") return { status: 200, body: this.catalog() };
    const isPoll = request.path.endsWith("/last_operation");
    const path = request.path.replace("/v2/service_instances/", "").replace(/\/last_operation$/, "");
    const thing = this.things.get(path);
    if (request.method === "GET" && thing) this.passTime(thing);
    if (isPoll) return this.lastOperation(thing, request);
    if (request.method === "PUT") return this.put(path, thing, request);
    if (request.method === "DELETE") return this.remove(thing, request);
    if (!thing || thing.gone) return { status: 404, body: { description: "There is none." } };
    return request.method === "PATCH" ? this.update(thing, request) : this.fetch(thing);
  }

  protected put(path: string, thing: Thing | undefined, { body }: Received): Reply {
    if (thing && !thing.gone) return { status: 200, body: told(thing) };
    const made: Thing = { path, values: JSON.parse(body) as Values, gone: false };
    this.things.set(path, made);
    return this.begin(made, () => undefined, { status: 201, body: told(made) });
  }

  protected update(thing: Thing, { body }: Received): Reply {
    if (!isOver(thing)) return BUSY;
    const { service_id: _service, ...values } = JSON.parse(body) as Values;
    return this.begin(thing, () => (thing.values = { ...thing.values, ...values }), OK);
  }

  protected fetch(thing: Thing): Reply {
    return isOver(thing) ? { status: 200, body: told(thing) } : BUSY;
  }

  protected remove(thing: Thing | undefined, _request: Received): Reply {
    if (!thing || thing.gone) return { status: 410, body: {} };
    return this.begin(thing, () => (thing.gone = true), OK);
  }

  protected lastOperation(thing: Thing | undefined, _request: Received): Reply {
    if (!thing || thing.gone) return { status: 410, body: {} };
    return { status: 200, body: { state: isOver(thing) ? "succeeded" : "in progress" } };
  }

  /** Begins an operation; the answer to it, or `done` where it is over at once. */
  protected begin(thing: Thing, end: () => void, done: Reply): Reply {
    if (this.polls === 0) {
      end();
      return done;
    }
    const name = `operation-${++this.operations}`;
    thing.operation = { name, left: this.polls, end };
    return { status: 202, body: { operation: name } };
  }

  private passTime(thing: Thing): void {
    const { operation } = thing;
    if (operation && operation.left > 0 && --operation.left === 0) operation.end();
  }
}

export const OK: Reply = { status: 200, body: {} };
/** Of a broker that does one thing at a time. */
export const BUSY: Reply = {
  status: 422,
  body: { error: "ConcurrencyError", description: "Another operation is in progress." },
};

/** What is told of an instance, and of a binding. */
const told = ({ path, values }: Thing): object => ({
  ...values,
  ...(path.includes("/service_bindings/") ? { credentials: { user: "u", password: "p" } } : {}),
});

/** Stand-ins that end with each test, and the clock of those who ask them. */
export function standIns(): {
  clock: FastClock;
  start: <T extends StandIn>(broker: T) => Promise<T>;
} {
  const running: StandIn[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((broker) => broker.stop()));
  });
  return {
    clock: new FastClock(),
    start: (broker) => {
      running.push(broker);
      return broker.start();
    },
  };
}
