import type { Outcome, Problem, SavedOutputs } from "../../provider/host/contract";
import type { IntentInputs, IntentState } from "../../provider/resources/broker/intent-schema";
import { serviceInstance } from "./one-process";
import { serviceInstanceIntent } from "../../provider/resources/service-instance/intent";
import type {
  ServiceInstanceInputs,
  ServiceInstanceState,
} from "../../provider/resources/service-instance/schema";
import {
  type BrokerEvent,
  type BrokerSimulatorOptions,
  type RunningBrokerSimulator,
  startBrokerSimulator,
} from "../../sdk/simulator";
import type { RunState } from "../../provider/host/run-state";
import { FastClock } from "./fast-clock";
import { type TestHost, type TestHostOptions, UNKNOWN, newSession, settingsFrom, testHost } from "./host";
import { exposedToItself } from "./exposed";

/** Inputs as a program gives them. */
export type Inputs = Partial<Omit<ServiceInstanceInputs, "intent" | "serviceId" | "planId">>;

/** A small database, which the simulator provisions asynchronously and lets be fetched. */
export const database: Inputs = { service: "postgres", plan: "small", parameters: { storageGb: 20 } };

/** What the engine has of a ServiceInstance and of its intent. */
interface Saved {
  intent?: { id: string; inputs: IntentInputs; state: IntentState };
  real?: { id: string; inputs: ServiceInstanceInputs; state: ServiceInstanceState };
  /** Replaced, and still to be deleted. */
  old: ServiceInstanceState[];
}

/** What one `pulumi up` came to. */
export interface Up {
  what: "created" | "replaced" | "updated" | "same";
  state: ServiceInstanceState;
  /** Why it is not finished, if it is not. */
  unfinished: string[] | undefined;
  host: TestHost;
}

/** A stack with one ServiceInstance, at the broker that `env` addresses, each command in a run of its own. */
export class InstanceStack {
  readonly saved: Saved = { old: [] };
  /** Why the last run could not delete what it had replaced. */
  leftover: Error | undefined;
  constructor(
    readonly clock: FastClock,
    protected readonly env: Record<string, string>,
  ) {}

  host(options: TestHostOptions = {}, env: Record<string, string> = {}): TestHost {
    return testHost({
      name: "db",
      session: newSession(this.clock),
      settings: settingsFrom({ ...this.env, ...env }),
      ...options,
    });
  }

  /** What `check` says in a preview, as `path: message`. */
  async preview(inputs: Inputs, env: Record<string, string> = {}): Promise<string[]> {
    const host = this.host({ preview: true }, env);
    const { inputs: checked } = await this.checkIntent(host, inputs);
    const { intent } = this.saved;
    // What an update of the intent will save is not known before.
    const isMoved = intent !== undefined && serviceInstanceIntent.diff(host, intent.state, checked).changes;
    const { problems } = await this.check(
      host,
      isMoved ? ({ ...inputs, intent: UNKNOWN } as Inputs) : inputs,
    );
    return problems.map(({ path, message }) => `${path}: ${message}`);
  }

  /** One `pulumi up`: the intent, then the resource, then what was replaced. */
  async up(inputs: Inputs, options: TestHostOptions = {}, env: Record<string, string> = {}): Promise<Up> {
    const host = this.host(options, env);
    await this.upIntent(host, inputs);
    const checked = await this.checked(host, inputs);
    const up = await this.upReal(host, checked, inputs);
    if (up.unfinished === undefined) await this.deleteOld(host);
    return up;
  }

  /** `pulumi destroy`, or the end of the resource in the program. */
  async destroy(env: Record<string, string> = {}): Promise<TestHost> {
    const host = this.host({}, env);
    await this.deleteOld(host);
    if (this.leftover) throw this.leftover;
    const { real, intent } = this.saved;
    if (real) await serviceInstance.delete(host, real.id, real.state);
    delete this.saved.real;
    if (intent) await serviceInstanceIntent.delete(host, intent.id, intent.state);
    delete this.saved.intent;
    return host;
  }

  /** `pulumi refresh`. */
  async refresh(env: Record<string, string> = {}): Promise<TestHost> {
    const host = this.host({}, env);
    const { real } = this.saved;
    if (!real) throw new Error("There is nothing to refresh.");
    const state = await serviceInstance.read(host, real.id, real.state);
    if (state === undefined) {
      delete this.saved.real;
      return host;
    }
    real.state = state;
    // The engine shows what has changed by the diff against the inputs that it has.
    serviceInstance.diff(host, state, real.inputs);
    return host;
  }

  /** Whether an up with these inputs would change anything; of the intent too. */
  async changes(inputs: Inputs): Promise<{ changes: boolean; replaces: string[] }> {
    const host = this.host();
    const { intent, real } = this.saved;
    if (!intent || !real) throw new Error("There is nothing to compare with.");
    const { inputs: intentInputs } = await this.checkIntent(host, inputs);
    const ofIntent = serviceInstanceIntent.diff(host, intent.state, intentInputs);
    // What an update of the intent will save is not known before, and the engine's side compares nothing with it.
    const given = ofIntent.changes ? ({ ...inputs, intent: UNKNOWN } as Inputs) : inputs;
    const { intent: passed, ...checked } = await this.checked(host, given);
    const known = ofIntent.changes ? checked : { ...checked, intent: passed };
    const change = serviceInstance.diff(host, real.state, known as ServiceInstanceInputs);
    return { changes: change.changes || ofIntent.changes, replaces: change.replaces };
  }

  private async upIntent(host: TestHost, inputs: Inputs): Promise<void> {
    const { inputs: checked, problems } = await this.checkIntent(host, inputs);
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
    const { intent } = this.saved;
    if (intent && !serviceInstanceIntent.diff(host, intent.state, checked).changes) return;
    const outcome = intent
      ? await serviceInstanceIntent.update(host, intent.id, intent.state, checked)
      : await serviceInstanceIntent.create(host, checked);
    this.saved.intent = { id: outcome.id, state: throughJson(outcome.state), inputs: checked };
  }

  private async checkIntent(
    host: TestHost,
    inputs: Inputs,
  ): Promise<{ inputs: IntentInputs; problems: Problem[] }> {
    const { intent, real } = this.saved;
    const checked = await serviceInstanceIntent.check(
      {
        ...host,
        saved: {
          own: intent ? exposedToItself(serviceInstanceIntent, intent.state) : "none",
          real: real ? exposedToItself(serviceInstance, real.state) : "none",
          others: [],
        },
      },
      intent?.inputs,
      throughJson(inputs),
    );
    return { inputs: checked.inputs as IntentInputs, problems: checked.problems };
  }

  /** Check of the resource; as a replacement it is shown no old inputs. */
  private check(
    host: TestHost,
    inputs: Inputs,
    isReplacement = false,
  ): Promise<{ inputs: unknown; problems: Problem[] }> {
    const { intent, real } = this.saved;
    const full = throughJson({
      origin: { stack: "test", project: "demo" },
      intent: { key: intent?.state.key ?? "unsaved", asked: intent?.state.asked, turn: intent?.state.turn },
      ...inputs,
    });
    const olds = isReplacement ? undefined : real?.inputs;
    return serviceInstance.check(this.knowing(host), olds, full);
  }

  private async checked(
    host: TestHost,
    inputs: Inputs,
    isReplacement?: boolean,
  ): Promise<ServiceInstanceInputs> {
    const { problems, inputs: checked } = await this.check(host, inputs, isReplacement);
    if (problems.length > 0)
      throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
    return checked as ServiceInstanceInputs;
  }

  private async upReal(host: TestHost, inputs: ServiceInstanceInputs, given: Inputs): Promise<Up> {
    const { real } = this.saved;
    if (!real) return this.keep(host, "created", inputs, await serviceInstance.create(host, inputs));
    const change = serviceInstance.diff(host, real.state, inputs);
    if (change.replaces.length > 0) {
      const fresh = await this.checked(host, given, true);
      const outcome = await serviceInstance.create(this.knowing(host), fresh);
      this.saved.old.push(real.state);
      return this.keep(host, "replaced", fresh, outcome);
    }
    if (!change.changes) return { what: "same", state: real.state, unfinished: undefined, host };
    const outcome = await serviceInstance.update(host, real.id, real.state, inputs);
    return this.keep(host, "updated", inputs, outcome);
  }

  private keep(
    host: TestHost,
    what: Up["what"],
    inputs: ServiceInstanceInputs,
    { id, state, unfinished }: Outcome<ServiceInstanceState>,
  ): Up {
    const saved = throughJson(state);
    this.saved.real = { id, inputs, state: saved };
    return { what, state: saved, unfinished, host };
  }

  private async deleteOld(host: TestHost): Promise<void> {
    this.leftover = undefined;
    for (const state of [...this.saved.old]) {
      try {
        await serviceInstance.delete(host, state.instanceId, state);
        this.saved.old.splice(this.saved.old.indexOf(state), 1);
      } catch (error) {
        this.leftover = error as Error;
      }
    }
  }

  /** What a check is told of the instance that is saved. */
  get told(): SavedOutputs | undefined {
    const { real } = this.saved;
    return real && exposedToItself(serviceInstance, real.state);
  }

  private knowing(host: TestHost): TestHost {
    return { ...host, saved: { ...host.saved, own: this.told ?? "none" } };
  }
}

/** A simulated broker on a port, and such a stack. */
export class BrokerStack extends InstanceStack {
  private constructor(
    readonly running: RunningBrokerSimulator,
    clock: FastClock,
    env: Record<string, string>,
  ) {
    super(clock, env);
  }

  /** `speed`: how often faster than the machine's its clock runs. */
  static async start({
    env = {},
    speed,
    ...options
  }: BrokerSimulatorOptions & { env?: Record<string, string>; speed?: number } = {}): Promise<BrokerStack> {
    const clock = new FastClock(speed);
    const running = await startBrokerSimulator({ operationMs: 400, ...options, clock });
    return new BrokerStack(running, clock, {
      ...running.env,
      OSB_POLL_INTERVAL: "100ms",
      OSB_POLL_INTERVAL_MAX: "1s",
      ...env,
    });
  }

  /** Another stack, with nothing in it, at the same broker. */
  static beside({ running, clock, env }: BrokerStack): BrokerStack {
    return new BrokerStack(running, clock, env);
  }

  /** A run whose engine answers like this when it is asked whether it is alive. */
  sessionOf(assertEngineAlive: () => Promise<void>): RunState {
    return newSession(this.clock, assertEngineAlive);
  }

  get simulator(): RunningBrokerSimulator["simulator"] {
    return this.running.simulator;
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Ids of the instances that exist. */
  get existing(): string[] {
    return this.simulator.instances.map(({ id }) => id);
  }

  /** Requests of this kind, in order. */
  sent(kind: NonNullable<BrokerEvent["request"]>): BrokerEvent[] {
    return this.simulator.ledger.of("request", kind);
  }

  /** A run that the machine kills when the broker has taken the request of this kind, or answered it. */
  async killedUp(inputs: Inputs, request: "provision" | "update", at: "effect" | "answer"): Promise<void> {
    const controller = new AbortController();
    let saved: Saved | undefined;
    const stop = this.simulator.on((event) => {
      if (event.kind !== at || event.request !== request) return;
      saved = { ...this.saved, old: [...this.saved.old] };
      // What is under way is answered, and nobody saves that.
      controller.abort(new Error("killed"));
    });
    // What would come after that is not sent.
    const session = this.sessionOf(async () => {
      if (saved) throw new Error("killed");
      return Promise.resolve();
    });
    await this.up(inputs, { session, signal: controller.signal }).then(
      () => undefined,
      () => undefined,
    );
    stop();
    if (!saved) throw new Error("The run ended before it could be killed.");
    delete this.saved.real;
    Object.assign(this.saved, saved);
  }
}

/** Makes the broker's plans take no other parameters than these in an update. */
export function narrowUpdates({ simulator }: BrokerStack, properties: object): void {
  const services = simulator.services;
  for (const { plans } of services)
    for (const { schemas } of plans)
      if (schemas?.service_instance?.update)
        schemas.service_instance.update.parameters = {
          $schema: "http://json-schema.org/draft-07/schema#",
          type: "object",
          properties,
          additionalProperties: false,
        };
  simulator.setCatalog(services);
}

/** What is left of a value that the engine has saved. */
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
