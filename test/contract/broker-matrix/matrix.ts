import type { Host } from "../../../provider/host/contract";
import { CATALOG_MAX_AGE_MS } from "../../../provider/resources/broker/account";
import type { RunState } from "../../../provider/host/run-state";
import { serviceBinding, serviceInstance } from "../../support/one-process";
import { createBrokerClient } from "../../../sdk/broker";
import {
  type BrokerEvent,
  type RunningBrokerSimulator,
  startBrokerSimulator,
  usualServices,
} from "../../../sdk/simulator";
import { type Came, Held } from "./held";
import { FastClock } from "../../support/fast-clock";
import { newSession, settingsFrom, testHost } from "../../support/host";

/** A request that a resource makes, by what it is for. Polling is that of a provisioning, or of a binding. */
export type Verb =
  | "provision"
  | "update"
  | "deprovision"
  | "fetch"
  | "last-operation"
  | "bind"
  | "unbind"
  | "fetch-binding"
  | "last-binding-operation";

/** What a request asks for: a verb, or what each of them needs to know first. */
export type Asked = Verb | "catalog";

export interface MatrixOptions {
  /** Whether the broker does everything while it is asked. Default: it does everything asynchronously. */
  sync?: boolean | undefined;
  orphanMitigation?: "auto" | "report" | undefined;
  /** `acceptsIncomplete` of the resources. */
  acceptsIncomplete?: boolean | undefined;
  /** The user's time-out of what is done. Default: the product's, of an hour. */
  timeout?: string | undefined;
  /** Of each request, by the machine's clock. Default: 10 s. */
  requestTimeout?: string | undefined;
  /** Whether the program gives the id, the one that its intent stands for. */
  givesId?: boolean | undefined;
  /** What an update asks for. Default: 20. */
  storageGb?: number | undefined;
  /** Whether all is done in one run, with so much time between that what it knows of the catalog is too old. */
  oneRun?: boolean | undefined;
}

const INSTANCE_ID = "11111111-1111-4111-8111-111111111111";
const BINDING_ID = "22222222-2222-4222-8222-222222222222";

/** Requests of the user's own have an originating identity. Those of orphan mitigation have none. */
const USER = '{"user":"u"}';

/** A broker on a port, and an engine that holds one instance of it, and perhaps a binding. Each act is a run. */
export class MatrixBroker {
  readonly instance = new Held(serviceInstance, ({ instanceId }) => instanceId, INSTANCE_ID);
  readonly binding = new Held(serviceBinding, ({ bindingId }) => bindingId, BINDING_ID);
  private ready = 0;
  private session: RunState;

  private constructor(
    readonly running: RunningBrokerSimulator,
    private readonly clock: FastClock,
    private readonly options: MatrixOptions,
  ) {
    this.session = newSession(clock);
  }

  /** With all that has to be there before `verb` can be sent. */
  static async start(verb: Verb, options: MatrixOptions = {}): Promise<MatrixBroker> {
    const clock = new FastClock(50);
    const services = usualServices().map((service) =>
      options.sync === true ? { ...service, simulated: { ...service.simulated, async: false } } : service,
    );
    const running = await startBrokerSimulator({ operationMs: 400, services, clock });
    const broker = new MatrixBroker(running, clock, options);
    if (verb !== "provision" && verb !== "last-operation") await broker.make("provision");
    if (verb === "unbind" || verb === "fetch-binding") await broker.make("bind");
    await broker.agree(verb, options);
    broker.ready = running.simulator.ledger.events.length;
    return broker;
  }

  get simulator(): RunningBrokerSimulator["simulator"] {
    return this.running.simulator;
  }

  /** Takes `options` over into the state of what is to be deleted: a delete goes by the state alone. */
  async agree(verb: Verb, { timeout, acceptsIncomplete }: MatrixOptions): Promise<void> {
    if (verb === "deprovision") await this.make("provision", { timeout, acceptsIncomplete });
    if (verb === "unbind") await this.make("bind", { timeout, acceptsIncomplete });
  }

  /** Lets the broker end what it is still doing. */
  settle(): void {
    for (const { id } of [...this.simulator.instances, ...this.simulator.bindings])
      this.simulator.finishOperation(id);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Does what sends `verb`. */
  act(verb: Verb, options: MatrixOptions = this.options): Promise<Came> {
    const { timeout, acceptsIncomplete, requestTimeout, givesId, storageGb = 20 } = options;
    const host = this.host(requestTimeout);
    const common = {
      timeouts: { create: timeout, update: timeout, delete: timeout },
      ...(acceptsIncomplete === undefined ? {} : { acceptsIncomplete }),
    };
    const instance = {
      service: "postgres",
      plan: "small",
      ...common,
      ...(givesId ? { instanceId: INSTANCE_ID } : {}),
    };
    switch (verb) {
      case "provision":
      case "last-operation":
        return this.instance.up(host, instance);
      case "update":
        return this.instance.up(host, { ...instance, parameters: { storageGb } });
      case "deprovision":
        return this.instance.destroy(host);
      case "fetch":
        return this.instance.refresh(host);
      case "bind":
      case "last-binding-operation":
        return this.binding.up(host, {
          instance: { instanceId: INSTANCE_ID, service: "postgres", plan: "small" },
          ...common,
          ...(givesId ? { bindingId: BINDING_ID } : {}),
        });
      case "unbind":
        return this.binding.destroy(host);
      case "fetch-binding":
        return this.binding.refresh(host);
    }
  }

  /** How many requests of a kind orphan mitigation sent: in no user's name. */
  mitigating(request: "deprovision" | "unbind"): number {
    return this.since.filter(
      (event) =>
        event.kind === "request" && event.request === request && event.originatingIdentity === undefined,
    ).length;
  }

  /** The statuses that requests of a kind were answered with. */
  answersTo(request: Asked): (number | undefined)[] {
    return this.since
      .filter((event) => event.kind === "answer" && event.request === request)
      .map(({ status }) => status);
  }

  /** What happened once all was there. */
  private get since(): BrokerEvent[] {
    return this.simulator.ledger.events.slice(this.ready);
  }

  /** What exists at the broker and neither the state nor an intent tells of. */
  get forgotten(): string[] {
    const { instances, bindings } = this.simulator;
    const held = [...this.instance.ids, ...this.binding.ids];
    return [...instances, ...bindings].map(({ id }) => id).filter((id) => !held.includes(id));
  }

  /** What a user does about what was reported only: removes it by hand. */
  async removeReported(verb: Verb): Promise<void> {
    const { OSB_URL: url = "", OSB_USERNAME: username, OSB_PASSWORD: password } = this.running.env;
    const client = createBrokerClient({ url, username, password, clock: this.clock });
    const plan = this.simulator.plan("postgres", "small");
    if (thingOf(verb) === "binding") await client.unbind(INSTANCE_ID, BINDING_ID, plan);
    else await client.deprovision(INSTANCE_ID, plan);
    this.simulator.finishOperation(thingOf(verb) === "binding" ? BINDING_ID : INSTANCE_ID);
  }

  /** Ids of what exists of the kind that `verb` is about. */
  alive(verb: Verb): string[] {
    const { instances, bindings } = this.simulator;
    return (thingOf(verb) === "binding" ? bindings : instances).map(({ id }) => id);
  }

  private async make(verb: Verb, options: MatrixOptions = {}): Promise<void> {
    const { to, words } = await this.act(verb, options);
    if (to !== "done") throw new Error(`The case could not be made ready: ${words}`);
  }

  private host(requestTimeout = "10s"): Host {
    if (this.options.oneRun) this.clock.skip(CATALOG_MAX_AGE_MS);
    else this.session = newSession(this.clock);
    const env = {
      ...this.running.env,
      OSB_POLL_INTERVAL: "100ms",
      OSB_POLL_INTERVAL_MAX: "1s",
      OSB_REQUEST_TIMEOUT: requestTimeout,
      OSB_ORIGINATING_IDENTITY: USER,
      PROVISOR_ORPHAN_MITIGATION: this.options.orphanMitigation ?? "auto",
    };
    return testHost({ session: this.session, settings: settingsFrom(env) });
  }
}

/** What a request is about. */
export const thingOf = (verb: Verb): "instance" | "binding" =>
  ["bind", "unbind", "fetch-binding", "last-binding-operation"].includes(verb) ? "binding" : "instance";
