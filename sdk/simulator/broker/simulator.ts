import { type Clock, systemClock } from "../../wait/clock";
import { exchange } from "../exchange";
import { FaultScript, type ScriptedFault, spoil, type Strike } from "../fault-script";
import { Ids } from "../ids";
import {
  emptyAnswer,
  type LateAnswer,
  type SimulatorAnswer,
  type SimulatorRequest,
  thenChanged,
} from "../protocol";
import type { BrokerWorld } from "./call";
import { BrokerCatalog } from "./catalog";
import { type BrokerFailure, BrokerFailures } from "./failures";
import { type BrokerFault, brokerFaultSchema } from "./faults";
import { type BrokerEvent, BrokerLedger } from "./ledger";
import { errorOf, noteOf } from "./note";
import {
  type BrokerCredentials,
  brokerOptionsOf,
  type BrokerSettings,
  type BrokerSimulatorOptions,
} from "./options";
import { type BrokerRequestKind, lineOf } from "./requests";
import { respond } from "./respond";
import { Store } from "./store";
import type { InstanceValues, ServiceBinding, ServiceInstance, Thing } from "./things";
import { Tokens } from "./tokens";
import { type BrokerService, maintenanceInfo } from "./catalog-schema";

/** What the broker saw, in figures. */
export interface BrokerAccount {
  /** Requests that arrived, by kind. */
  requests: Record<BrokerRequestKind, number>;
  /** Instances whose making began. */
  instancesCreated: number;
  bindingsCreated: number;
  /** Instances that exist now, those that failed and were left behind too. */
  instancesAlive: number;
  bindingsAlive: number;
}

/** A change of an instance from outside: its values, and its dashboard. */
export type InstancePatch = Partial<InstanceValues> & { dashboardUrl?: string };

/**
 * An Open Service Broker (2.17) as a state machine in memory. Nothing in it runs by itself: what an operation has
 * become is worked out from the clock whenever somebody looks.
 */
export class BrokerSimulator {
  readonly clock: Clock;
  readonly faults = new FaultScript<BrokerFault>(brokerFaultSchema);
  readonly failures = new BrokerFailures();
  /** Timings and manners; may be changed at any time, for what comes after. */
  readonly settings: BrokerSettings;
  /** What requests must prove themselves with. */
  readonly credentials: BrokerCredentials;
  private readonly world: BrokerWorld;
  private readonly record = new BrokerLedger();
  private readonly store = new Store();
  private readonly catalog: BrokerCatalog;

  constructor({ clock = systemClock, ...rest }: BrokerSimulatorOptions = {}) {
    const options = brokerOptionsOf(rest);
    this.clock = clock;
    this.settings = options.settings;
    this.credentials = options.credentials;
    this.catalog = new BrokerCatalog(options.services);
    for (const fault of options.faults) this.fault(fault);
    for (const failure of options.failures) this.fail(failure);
    const ids = new Ids(options.seed);
    this.world = {
      ids,
      tokens: new Tokens(ids),
      catalog: this.catalog,
      settings: this.settings,
      failures: this.failures,
      store: this.store,
      now: () => this.clock.now(),
    };
  }

  /** All that happened up to now. */
  get ledger(): BrokerLedger {
    this.catchUp();
    return this.record;
  }

  /** The instances that exist, the oldest first. */
  get instances(): readonly Readonly<ServiceInstance>[] {
    this.catchUp();
    return this.store.instances();
  }

  /** The bindings that exist, the oldest first. */
  get bindings(): readonly Readonly<ServiceBinding>[] {
    this.catchUp();
    return this.store.bindings();
  }

  /** A copy of the catalog. */
  get services(): BrokerService[] {
    return this.catalog.all();
  }

  /** Offers other services from now on; the ETag changes with what they say. @throws ZodError. */
  setCatalog(services: BrokerService[]): void {
    this.catalog.replace(services);
  }

  /**
   * Publishes another version of a plan's maintenance information. Service and plan by name or id.
   * @throws ZodError when it is no semantic version.
   */
  setMaintenanceVersion(service: string, plan: string, version: string, description?: string): void {
    this.catalog.find(service, plan).plan.maintenance_info = maintenanceInfo.parse({
      version,
      ...(description ? { description } : {}),
    });
  }

  /** The ids of a service and one of its plans (default: the first), by name. @throws Error when there is none. */
  plan(service: string, plan?: string): { serviceId: string; planId: string } {
    const offer = this.catalog.find(service, plan);
    return { serviceId: offer.service.id, planId: offer.plan.id };
  }

  /** Scripts a fault. Of several that fit a request the one that was scripted first strikes. */
  fault(fault: BrokerFault): ScriptedFault {
    return this.faults.add(fault);
  }

  /** Scripts how an operation goes wrong: the next one that fits, unless `skip` and `times` say otherwise. */
  fail(failure: BrokerFailure): void {
    this.failures.add(failure);
  }

  /**
   * Calls `listener` at each event, before the simulator goes on, so that a test can act at that very moment. How an
   * operation ended is told when somebody next looks: at a request, or at `ledger`.
   * @returns a function that ends this.
   */
  on(listener: (event: BrokerEvent) => void): () => void {
    return this.record.on(listener);
  }

  /**
   * Changes an instance beside the API; parameters that are given replace those of their names.
   * @throws Error when there is no such instance, or its service never had the plan.
   */
  patchInstance(instanceId: string, patch: InstancePatch): void {
    const instance = this.instance(instanceId);
    if (patch.planId !== undefined) this.catalog.known(instance.serviceId, patch.planId);
    const parameters = { ...instance.parameters, ...patch.parameters };
    Object.assign(instance, patch, { parameters });
  }

  /** Deletes an instance and its bindings beside the API. */
  removeInstance(instanceId: string): void {
    const instance = this.instance(instanceId);
    for (const thing of [instance, ...instance.bindings.values()]) {
      this.store.halt(thing, this.clock.now(), "Removed by somebody else.");
      thing.gone = true;
    }
  }

  /** Makes the broker forget an instance, as if it had lost its records: it cannot tell that it ever was. */
  forgetInstance(instanceId: string): void {
    this.store.forget(this.instance(instanceId));
  }

  /** Ends now what is being done to an instance or binding, as it would have ended. */
  finishOperation(id: string): void {
    this.catchUp();
    const things: Thing[] = [...this.store.instances(), ...this.store.bindings()];
    for (const thing of things) if (thing.id === id) this.store.finish(thing, this.clock.now());
  }

  /** What the broker saw so far, in figures. */
  account(): BrokerAccount {
    return {
      requests: this.ledger.counts(),
      instancesCreated: this.ledger.effects("provision").length,
      bindingsCreated: this.ledger.effects("bind").length,
      instancesAlive: this.instances.length,
      bindingsAlive: this.bindings.length,
    };
  }

  /** Answers one request. Its effect, if it has one, takes place before this returns its promise. */
  async handle(request: SimulatorRequest): Promise<SimulatorAnswer> {
    const note = noteOf(request, this.settings.basePath);
    let error: string | undefined;
    return exchange({
      line: lineOf(request),
      clock: this.clock,
      delayMs: this.settings.delayMs,
      strike: () => note.request && this.faults.take(note.request, request),
      tell: (event) => this.tell({ ...note, ...event, ...(event.kind === "answer" ? { error } : {}) }),
      respond: (requestN, strike) => {
        const answer = this.outcome(request, strike, (effect) => {
          this.tell({ ...note, ...effect, kind: "effect", requestN });
        });
        return thenChanged(answer, (given) => {
          error = errorOf(given);
          return given;
        });
      },
    });
  }

  private outcome(
    request: SimulatorRequest,
    strike: Strike | undefined,
    onEffect: (effect: Pick<BrokerEvent, "summary" | "operation">) => void,
  ): SimulatorAnswer | LateAnswer {
    const answer =
      strike?.effectful === false ? emptyAnswer : respond(this.world, this.credentials, request, onEffect);
    return thenChanged(answer, (given) => (strike && "status" in given ? spoil(strike, given) : given));
  }

  private instance(id: string): ServiceInstance {
    this.catchUp();
    const instance = this.store.instance(id);
    if (instance && !instance.gone) return instance;
    throw new Error(`There is no instance ${id}.`);
  }

  private tell(event: Omit<BrokerEvent, "n" | "at">): number {
    this.catchUp();
    return this.record.add({ ...event, at: this.clock.now() });
  }

  private catchUp(): void {
    this.store.settle(this.clock.now());
    for (const event of this.store.news()) this.record.add(event);
  }
}
