import { type Clock, systemClock } from "../wait/clock";
import { Clients } from "./clients";
import { exchange } from "./exchange";
import { type Failure, Failures } from "./failures";
import { type ScriptedFault, spoil, type Strike } from "./fault-script";
import { type Fault, Faults } from "./faults";
import { respond, type World } from "./handlers";
import { Ids } from "./ids";
import { type InstanceOptions, Instances, instanceSchema, type SimulatedInstance } from "./instances";
import { Ledger, type LedgerEvent } from "./ledger";
import { type AllocatedUnits, Licenses } from "./licenses";
import { optionsOf, type Settings, type SimulatorOptions, timingOf } from "./options";
import { emptyAnswer, type RequestKind, type SimulatorAnswer, type SimulatorRequest } from "./protocol";
import { header, identify, lineOf } from "./routes";
import { Tenants } from "./tenants";
import { donePhase, usual } from "./timeline";

/** What the API saw, in figures. */
export interface Account {
  /** Requests that arrived, by kind. */
  requests: Record<RequestKind, number>;
  /** Instances that POSTs created. */
  instancesCreated: number;
  /** Units that POSTs took, by license and SKU. */
  unitsAllocated: AllocatedUnits[];
}

/**
 * The subscription service, its tenancy list and its token endpoint, as one state machine in memory. Nothing in it
 * runs by itself: what a job has become is worked out from the clock whenever somebody looks.
 */
export class Simulator {
  readonly clock: Clock;
  readonly tenants: Tenants;
  readonly licenses: Licenses;
  readonly clients: Clients;
  readonly faults = new Faults();
  /** Timings and manners; may be changed at any time, for what comes after. */
  readonly settings: Settings;
  private readonly world: World;
  private readonly record = new Ledger();
  private readonly store: Instances;
  private readonly failures = new Failures();

  constructor({ clock = systemClock, ...rest }: SimulatorOptions = {}) {
    const options = optionsOf(rest);
    const ids = new Ids(options.seed);
    this.clock = clock;
    this.settings = options.settings;
    this.tenants = new Tenants(options.parents);
    this.licenses = new Licenses(this.tenants.first.id);
    this.clients = new Clients(ids);
    this.store = new Instances(ids);
    for (const tenant of options.tenants) this.tenants.add(tenant);
    for (const license of options.licenses) this.licenses.add(license);
    for (const client of options.clients) this.clients.add(client);
    for (const instance of options.instances(this.tenants.all())) this.addInstance(instance);
    for (const fault of options.faults) this.fault(fault);
    for (const failure of options.failures) this.fail(failure);
    this.world = {
      ids,
      tenants: this.tenants,
      licenses: this.licenses,
      clients: this.clients,
      instances: this.store,
      failures: this.failures,
      settings: this.settings,
      now: () => this.clock.now(),
    };
  }

  /** All that happened up to now. */
  get ledger(): Ledger {
    this.catchUp();
    return this.record;
  }

  /** The instances, also those that the list does not show yet. */
  get instances(): SimulatedInstance[] {
    return this.store.all();
  }

  /** Scripts a fault. Of several that fit a request the one that was scripted first strikes. */
  fault(fault: Fault): ScriptedFault {
    return this.faults.add(fault);
  }

  /** Scripts how a job goes wrong: the next one that fits, unless `skip` and `times` say otherwise. */
  fail(failure: Failure): void {
    this.failures.add(failure);
  }

  /**
   * Calls `listener` at each event, before the simulator goes on, so that a test can act at that very moment. What
   * happens to instances is told when somebody next looks: at a request, or at `ledger`.
   * @returns a function that ends this.
   */
  on(listener: (event: LedgerEvent) => void): () => void {
    return this.record.on(listener);
  }

  /** Adds an instance beside the API. */
  addInstance(options: InstanceOptions): SimulatedInstance {
    const input = instanceSchema.parse(options);
    const tenant = input.tsg === undefined ? this.tenants.first : this.tenants.find(input.tsg);
    const { appId, region = "americas", createdBy = this.clients.first.clientId, state = "done" } = input;
    const job = { appId, tsgId: tenant.id, region };
    const timeline = state === "done" ? [donePhase(0)] : usual(timingOf(this.settings, job));
    const createdAt = this.clock.now();
    return this.store.add({ ...input, ...job, createdBy, createdAt, timeline });
  }

  /** Shows fields of an instance in the list, in the API's own names, as given here from now on. */
  patchInstance(instanceId: string, fields: Record<string, unknown>): void {
    this.store.patch(instanceId, fields);
  }

  /** Takes an instance away, as somebody would in the vendor's portal; its units stay allocated. */
  removeInstance(instanceId: string): void {
    this.store.remove(instanceId);
  }

  /** Ends an instance's job now, however it stood. */
  finishInstance(instanceId: string): void {
    this.catchUp();
    this.store.finish(instanceId, this.clock.now());
  }

  /** What the API saw so far, in figures. */
  account(): Account {
    return {
      requests: this.ledger.counts(),
      instancesCreated: this.ledger
        .effects()
        .reduce((sum, effect) => sum + (effect.instanceIds?.length ?? 0), 0),
      unitsAllocated: this.licenses.allocated(),
    };
  }

  /** Answers one request. Its effect, if it has one, takes place before this returns its promise. */
  async handle(request: SimulatorRequest): Promise<SimulatorAnswer> {
    const about = identify(request, this.clients);
    const note = { request: about.kind, client: about.client, tsgId: about.tsgId };
    return exchange({
      line: lineOf(request),
      clock: this.clock,
      delayMs: this.settings.delayMs,
      strike: () => about.kind && this.faults.take(about.kind, request),
      tell: (event) => this.tell({ ...note, ...event }),
      respond: (requestN, strike) =>
        this.outcome(request, strike, (effect) => {
          this.tell({ ...note, ...effect, kind: "effect", requestN });
        }),
    });
  }

  private outcome(
    request: SimulatorRequest,
    strike: Strike | undefined,
    onEffect: (effect: Pick<LedgerEvent, "summary" | "jobId" | "instanceIds">) => void,
  ): SimulatorAnswer {
    if (strike?.fault.kind === "expired-token") this.clients.expire(header(request, "authorization"));
    if (!strike) return respond(this.world, request, onEffect);
    return spoil(strike, strike.effectful ? respond(this.world, request, onEffect) : emptyAnswer);
  }

  private tell(event: Omit<LedgerEvent, "n" | "at">): number {
    this.catchUp();
    return this.record.add({ ...event, at: this.clock.now() });
  }

  private catchUp(): void {
    for (const event of this.store.news(this.clock.now())) this.record.add(event);
  }
}
