import { exposedToItself } from "./exposed";
import type { Outcome, Problem } from "../../provider/host/contract";
import { brokerRunStateOf } from "../../provider/resources/broker/run-state";
import { serviceBinding } from "./one-process";
import type {
  ServiceBindingInputs,
  ServiceBindingState,
} from "../../provider/resources/service-binding/schema";
import { createBrokerClient } from "../../sdk/broker";
import {
  type BrokerSimulatorOptions,
  type RunningBrokerSimulator,
  startBrokerSimulator,
} from "../../sdk/simulator";
import { FastClock } from "./fast-clock";
import { type TestHost, type TestHostOptions, newSession, settingsFrom, testHost } from "./host";

/** The id of the instance that is there to be bound. */
export const INSTANCE_ID = "11111111-1111-4111-8111-111111111111";

/** The key of the intent, and so the first binding's id. */
export const KEY = "22222222-2222-4222-8222-222222222222";

/** Inputs without what the engine's side adds. */
export type Inputs = Omit<ServiceBindingInputs, "intent" | "instance"> & Partial<ServiceBindingInputs>;

/** What the engine has of the resource. */
export interface Saved {
  inputs: ServiceBindingInputs;
  id: string;
  state: ServiceBindingState;
}

/** What one `pulumi up` came to. */
export interface Up extends Saved {
  what: "created" | "replaced" | "updated" | "same";
  /** Inputs for whose sake it was replaced. */
  replaces: string[];
  unfinished: string[] | undefined;
  /** Why the engine could not delete the one that was replaced; it would try again in its next run. */
  leftover: Error | undefined;
  host: TestHost;
}

/** A broker with one instance on a port, and the runs of an engine that holds one binding of it. */
export class BoundBroker {
  private session;
  /** What the intent has noted: ids that have, or are to have, a successor; and itself, once it is made. */
  private readonly noted = new Set<string>();
  private constructor(
    readonly running: RunningBrokerSimulator,
    readonly clock: FastClock,
    readonly service: string,
    readonly plan: string,
    private readonly env: Record<string, string>,
  ) {
    this.session = newSession(clock);
  }

  static async start({
    service = "postgres",
    plan = "small",
    env = {},
    ...options
  }: BrokerSimulatorOptions & {
    service?: string;
    plan?: string;
    env?: Record<string, string>;
  } = {}): Promise<BoundBroker> {
    const clock = new FastClock();
    const running = await startBrokerSimulator({ operationMs: 400, ...options, clock });
    const settings = { ...running.env, OSB_POLL_INTERVAL: "100ms", OSB_POLL_INTERVAL_MAX: "1s", ...env };
    const broker = new BoundBroker(running, clock, service, plan, settings);
    await broker.provision(INSTANCE_ID);
    return broker;
  }

  get simulator(): RunningBrokerSimulator["simulator"] {
    return this.running.simulator;
  }

  /** Makes one more instance of the service. */
  async provision(instanceId: string): Promise<void> {
    const client = this.client();
    const ids = this.simulator.plan(this.service, this.plan);
    const result = await client.provision(instanceId, { ...ids, organizationGuid: "o", spaceGuid: "s" });
    if (result.outcome === "accepted") this.simulator.finishOperation(instanceId);
  }

  client(): ReturnType<typeof createBrokerClient> {
    const { OSB_URL: url = "", OSB_USERNAME: username, OSB_PASSWORD: password } = this.running.env;
    return createBrokerClient({ url, username, password, clock: this.clock });
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Ids of the bindings that exist. */
  get bound(): string[] {
    return this.simulator.bindings.map(({ id }) => id);
  }

  /** How many requests of this kind arrived. */
  sent(kind: "bind" | "unbind" | "fetch-binding" | "last-binding-operation"): number {
    return this.simulator.account().requests[kind];
  }

  /** A host of the present run. */
  host(options: TestHostOptions = {}, env: Record<string, string> = {}): TestHost {
    const settings = settingsFrom({ ...this.env, ...env });
    return testHost({ name: "creds", session: this.session, settings, ...options });
  }

  /** Ends the run: what comes after knows nothing of it. */
  nextRun(): void {
    this.session = newSession(this.clock);
  }

  full(inputs: Inputs): ServiceBindingInputs {
    const { service, plan } = this;
    return { intent: { key: KEY }, instance: { instanceId: INSTANCE_ID, service, plan }, ...inputs };
  }

  async check(
    inputs: Inputs,
    saved?: Saved,
    options: TestHostOptions & { isSuccessor?: boolean } = {},
  ): Promise<{ host: TestHost; inputs: ServiceBindingInputs; problems: Problem[] }> {
    const host = this.host({
      ...(saved ? { saved: { own: exposedToItself(serviceBinding, saved.state) } } : {}),
      ...options,
    });
    const olds = options.isSuccessor ? undefined : saved?.inputs;
    const checked = await serviceBinding.check(host, olds, this.full(inputs));
    return { host, inputs: checked.inputs as ServiceBindingInputs, problems: checked.problems };
  }

  /** What one `pulumi up` does, in a run of its own. */
  async up(inputs: Inputs = {}, saved?: Saved, env: Record<string, string> = {}): Promise<Up> {
    this.nextRun();
    return this.goOn(inputs, saved, env);
  }

  /** The `pulumi up` of a run that has begun. */
  private async goOn(inputs: Inputs, saved?: Saved, env: Record<string, string> = {}): Promise<Up> {
    const settings = settingsFrom({ ...this.env, ...env });
    const checked = await this.checked(inputs, saved, { settings });
    const { host } = checked;
    const from = (outcome: Outcome<ServiceBindingState>, what: Up["what"], more: Partial<Up> = {}): Up => ({
      inputs: checked.inputs,
      id: outcome.id,
      state: outcome.state,
      unfinished: outcome.unfinished,
      what,
      replaces: [],
      leftover: undefined,
      host,
      ...more,
    });
    const brokerRunState = brokerRunStateOf(host.session);
    if (!saved) {
      if (this.isNews(KEY)) brokerRunState.began(KEY);
      return from(await serviceBinding.create(host, checked.inputs), "created");
    }
    const change = serviceBinding.diff(host, saved.state, checked.inputs);
    if (change.replaces.length > 0) {
      if (this.isNews(`successor of ${saved.state.bindingId}`))
        brokerRunState.note(KEY, saved.state.bindingId);
      await this.checked(inputs, saved, { settings, isSuccessor: true });
      const outcome = await serviceBinding.create(host, checked.inputs);
      const isOver = outcome.unfinished === undefined;
      const leftover = isOver ? await failureOf(this.delete(saved, host)) : undefined;
      return from(outcome, "replaced", { replaces: change.replaces, leftover });
    }
    if (!change.changes) return from(saved, "same");
    const outcome = await serviceBinding.update(host, saved.id, saved.state, checked.inputs);
    return from(outcome, "updated");
  }

  /** True once: the intent saves what it notes, and a later run finds it noted. */
  private isNews(note: string): boolean {
    const isNews = !this.noted.has(note);
    this.noted.add(note);
    return isNews;
  }

  /**
   * What an up does whose engine still has to delete `leftovers`, which earlier runs replaced. With `refresh` it reads all
   * that is saved before, and shows each with the inputs that it was made with.
   */
  async upWithLeftover(
    inputs: Inputs,
    saved: Saved,
    leftovers: Saved | Saved[],
    { refresh = false } = {},
  ): Promise<Up> {
    this.nextRun();
    const told = async (one: Saved): Promise<Saved> => (refresh ? this.refreshed(one) : one);
    const current = await told(saved);
    const old = await Promise.all([leftovers].flat().map(told));
    const up = await this.goOn(inputs, current);
    const failures = await Promise.all(old.map((one) => failureOf(this.delete(one, up.host))));
    return { ...up, leftover: failures.find((failure) => failure !== undefined) };
  }

  /** What a refresh that an up begins with makes of it, and the diff that follows. */
  private async refreshed(saved: Saved): Promise<Saved> {
    const host = this.host();
    const state = (await serviceBinding.read(host, saved.id, saved.state)) ?? saved.state;
    serviceBinding.diff(host, state, saved.inputs);
    return { ...saved, state };
  }

  /** `pulumi destroy`, in a run of its own; of several in the order of their deletes. */
  async destroy(...all: Saved[]): Promise<TestHost> {
    this.nextRun();
    const host = this.host();
    for (const saved of all) await this.delete(saved, host);
    return host;
  }

  /** `pulumi refresh`, in a run of its own. */
  async refresh(
    saved: Saved,
    env?: Record<string, string>,
  ): Promise<{ host: TestHost; state: ServiceBindingState | undefined }> {
    this.nextRun();
    const host = this.host({}, env);
    return { host, state: await serviceBinding.read(host, saved.id, saved.state) };
  }

  private delete(saved: Saved, host: TestHost): Promise<void> {
    return serviceBinding.delete(host, saved.id, saved.state);
  }

  private async checked(
    inputs: Inputs,
    saved: Saved | undefined,
    options: TestHostOptions & { isSuccessor?: boolean },
  ): Promise<{ host: TestHost; inputs: ServiceBindingInputs }> {
    const { problems, ...rest } = await this.check(inputs, saved, options);
    if (problems.length > 0)
      throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
    return rest;
  }
}

const failureOf = (work: Promise<unknown>): Promise<Error | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
