import {
  type Host,
  type Outcome,
  type Problem,
  type Resource,
  type SavedState,
  StopError,
} from "../../provider/host/contract";
import { storedText } from "./stored-text";
import { UNKNOWN } from "../support/host";
import { exposedToItself, exposedToOthers } from "../support/exposed";
import { type Process, ProviderProcess, type Run } from "./provider-process";
import type { World } from "./world";

/** How long an engine takes to save what a resource came to, in milliseconds of the fast clock. */
const SAVING_MS = 1_500;

export type Properties = Record<string, unknown>;

/** A kind of resource with its intent, as a program registers the two. */
export interface Kind {
  readonly resource: Resource;
  readonly intent: Resource;
  /** What the intent of a resource with these inputs is given. */
  intentInputs(inputs: Properties): Properties;
  /** The outputs of an intent that its resource is given; those of one that is not there yet are not known. */
  intentValue(intent: Properties): Properties;
}

export type Kinds = Readonly<Record<string, Kind>>;

/** Reads an output of another resource; in a preview it may not be known yet. */
export type Reads = (name: string, output: string) => unknown;

/** A resource as a program declares it. */
export interface Declared {
  /** One of the kinds. */
  kind: string;
  inputs: Properties | ((reads: Reads) => Properties);
  /** Names of those that it needs; they stand before it in the program. */
  needs?: readonly string[];
  /** Texts among the inputs that the program declares secret. */
  secrets?: readonly string[];
  /** What a transform makes of the inputs of the resource, and not of those of its intent. */
  transform?: (inputs: Properties) => Properties;
}

/** Resources by name. */
export type Program = Readonly<Record<string, Declared>>;

/** A resource as the engine's checkpoint holds it. */
export interface Saved {
  id: string;
  inputs: Properties;
  state: Properties;
  /** True after an initialisation error: the next up updates it, even with no change. */
  isUnfinished: boolean;
}

/** What an engine may be made to do wrong, so that a test sees what it is worth. */
export interface Habits {
  /** Hands a new intent to every create. */
  forgetsIntents?: boolean;
  /** Saves nothing of a create that is not finished. */
  dropsUnfinished?: boolean;
  /** Tells a provider nothing of the other resources of the stack. */
  hidesOthers?: boolean;
  /** Stands in for a provider's question whether its engine is there. */
  assertAlive?: (process: Process) => Promise<void>;
}

/**
 * One stack as the real engine keeps it (docs/decisions, and what was tried on it): the intent of each resource is saved
 * before the resource's own create begins, check and diff come before an update, an unfinished create is saved and updated
 * by the next up, an error saves nothing, what is replaced is deleted when all else is done, and every command has
 * processes of its own.
 */
export class Engine {
  readonly intents = new Map<string, Saved>();
  readonly resources = new Map<string, Saved>();
  /** Replaced, and still to be deleted. */
  readonly replaced: (Saved & { name: string })[] = [];
  /** Warnings of all runs. */
  readonly warned: string[] = [];
  /** Told once an intent is saved. */
  onIntentSaved: () => void = () => undefined;
  /** Plans in one process and applies in another, as some engines do. */
  isSplit = false;
  /** Tells no process what it has saved, nor one what another has done. */
  isUntold = false;
  private process: ProviderProcess | undefined;
  /** The one that applies, where it is not the one that plans. */
  private applier: ProviderProcess | undefined;
  /** What was decided in this run, by resource, as it is carried from one process to another. */
  private decisions = new Map<string, string>();

  constructor(
    private readonly world: World,
    private readonly kinds: Kinds,
    public program: Program,
    private readonly habits: Habits = {},
  ) {}

  get clock(): World["clock"] {
    return this.world.clock;
  }

  /** `pulumi up --yes`; without a preview it is `--skip-preview` too. */
  async up({ preview = true } = {}): Promise<Run> {
    const planned = preview ? await this.run(true, (process) => this.applyAll(process)) : undefined;
    if (planned && planned.errors.length > 0) return planned;
    return this.run(false, (process) => this.applyAll(process));
  }

  /** `pulumi refresh --yes`. What a read throws leaves the state as it was. */
  refresh(): Promise<Run> {
    return this.run(false, (process) =>
      inOrder(
        process,
        [...this.resources.keys()],
        () => [],
        (name) => this.read(process, name),
      ),
    );
  }

  /**
   * `pulumi destroy --yes`: what needs another one before that, the resource before its intent. Of these alone: an up of a
   * program without them.
   */
  destroy(names: readonly string[] = [...this.intents.keys()]): Promise<Run> {
    return this.run(false, (process) => this.inReverse(process, names, (name) => this.delete(process, name)));
  }

  /** `pulumi state move`, or `pulumi state delete`, of a resource: its intent stays. */
  letGo(name: string): void {
    this.resources.delete(name);
  }

  /** Kills the engine: nothing of the run that goes on is saved any more. Its provider may live on for a while. */
  crash(provider: "killed" | "alive" = "killed"): void {
    this.process?.loseEngine();
    if (provider === "killed") this.process?.end();
  }

  /**
   * Leaves a copy of each resource in the state that is pending deletion: what is left of a replacement that took up what
   * was there.
   */
  leaveCopies(): void {
    for (const [name, saved] of this.resources) this.replaced.push({ ...throughJson(saved), name });
  }

  /** The state backend is lost. */
  loseState(): void {
    this.intents.clear();
    this.resources.clear();
    this.replaced.length = 0;
  }

  private async run(preview: boolean, work: (process: ProviderProcess) => Promise<void>): Promise<Run> {
    const secrets = Object.values(this.program).flatMap((declared) => declared.secrets ?? []);
    const process = new ProviderProcess(this.world, preview, secrets, this.habits.assertAlive);
    this.process = process;
    this.decisions = new Map();
    this.applier = this.isSplit ? process.another() : undefined;
    // An orphan goes on by itself; nobody listens.
    await Promise.race([work(process), process.engineLost]);
    this.warned.push(...process.run.warnings);
    return process.run;
  }

  private async applyAll(process: ProviderProcess): Promise<void> {
    const needs = (name: string): readonly string[] => this.program[name]?.needs ?? [];
    await inOrder(process, Object.keys(this.program), needs, (name) => this.apply(process, name));
    if (process.isPreview || process.run.errors.length > 0) return;
    const names = [...new Set(this.replaced.map(({ name }) => name))];
    await this.inReverse(process, names, (name) => this.deleteReplaced(process, name));
  }

  /** Those that need another one before that. */
  private inReverse(
    process: ProviderProcess,
    names: readonly string[],
    work: (name: string) => Promise<boolean>,
  ): Promise<void> {
    const needing = (name: string): string[] =>
      names.filter((other) => this.program[other]?.needs?.includes(name));
    return inOrder(process, [...names].reverse(), needing, work);
  }

  private kindOf(name: string): Kind {
    const kind = this.kinds[this.program[name]?.kind ?? ""];
    if (!kind) throw new Error(`There is no kind of ${name}.`);
    return kind;
  }

  private secretsOf(name: string): readonly string[] {
    return this.program[name]?.secrets ?? [];
  }

  /** Whether those that need it may go on. */
  private async apply(process: ProviderProcess, name: string): Promise<boolean> {
    const { resource } = this.kindOf(name);
    const inputs = this.inputsOf(process, name);
    const intent = await this.applyIntent(process, name, inputs);
    const saved = this.resources.get(name);
    const told = this.told(resource, name);
    // An engine that tells nothing carries nothing either.
    const host = (by: ProviderProcess): Host =>
      this.isUntold && by !== process ? by.host(name, told) : this.deciding(by.host(name, told), name);
    const checked = async (olds: Properties | undefined): Promise<Properties> => {
      const { transform = (same: Properties) => same } = this.program[name] as Declared;
      const news = { ...transform(inputs), intent };
      const { inputs: found, problems, decision } = await resource.check(host(process), olds, news);
      if (decision !== undefined) this.decide(name, decision);
      refuse(problems);
      return found as Properties;
    };
    const news = await checked(saved?.inputs);
    const change = saved && resource.diff(host(process), saved.state, news);
    if (change) this.decide(name, change.decision);
    if (change && !change.changes && !saved.isUnfinished) return true;
    const isReplaced = change !== undefined && change.replaces.length > 0;
    const isUpdate = saved !== undefined && !isReplaced;
    process.change(`${isReplaced ? "replace" : saved ? "update" : "create"} ${name}`);
    if (!isUpdate) process.makesAnew(name);
    // A replacement is checked once more, as something new.
    const made = isReplaced ? await checked(undefined) : news;
    if (process.isPreview) return true;
    const outcome = await process.timed(isUpdate ? "update" : "create", timeoutsOf(made), () =>
      isUpdate
        ? resource.update(host(this.applying(process)), saved.id, saved.state, made)
        : resource.create(host(this.applying(process)), made),
    );
    if (isReplaced && saved && process.hasEngine) this.replaced.push({ ...saved, name });
    return this.save(process, name, made, outcome as Outcome<Properties>);
  }

  /** What a program tells of the saved state. */
  private told(resource: Resource, name: string): SavedState {
    if (this.isUntold) return UNTOLD;
    const saved = this.resources.get(name);
    const own = saved && exposedToItself(resource, saved.state);
    const isTold = resource.wantsOthers?.(own) === true && this.habits.hidesOthers !== true;
    const others = [...this.resources].filter(
      ([other]) => other !== name && this.program[other]?.kind === this.program[name]?.kind,
    );
    return {
      own: own ?? "none",
      others: isTold ? others.map(([, { state }]) => exposedToOthers(resource, state)) : [],
    };
  }

  private applying(process: ProviderProcess): ProviderProcess {
    return this.isUntold ? process.another() : (this.applier ?? process);
  }

  private decide(name: string, decision: unknown): void {
    if (decision === undefined) this.decisions.delete(name);
    else this.decisions.set(name, JSON.stringify(decision));
  }

  private deciding(host: Host, name: string): Host {
    const decision = this.decisions.get(name);
    return decision === undefined ? host : { ...host, decision: JSON.parse(decision) as unknown };
  }

  private inputsOf(process: ProviderProcess, name: string): Properties {
    const { inputs } = this.program[name] as Declared;
    if (typeof inputs !== "function") return inputs;
    return inputs((other, output) =>
      process.isPreview && process.isMadeAnew(other) ? UNKNOWN : this.resources.get(other)?.state[output],
    );
  }

  private async applyIntent(process: ProviderProcess, name: string, inputs: Properties): Promise<Properties> {
    const { intent, intentInputs, intentValue, resource } = this.kindOf(name);
    const saved = this.intents.get(name);
    const ofResource = this.told(resource, name);
    const own: SavedState["own"] = saved ? exposedToItself(intent, saved.state) : "none";
    const toldNow = this.isUntold ? UNTOLD : { ...ofResource, own, real: ofResource.own };
    const host = process.host(name, toldNow);
    // What made the intent is not what makes its resource, where that is told nothing.
    const applying = (this.applier ?? process).host(name, toldNow);
    const checked = await intent.check(host, saved?.inputs, throughJson(intentInputs(inputs)));
    refuse(checked.problems);
    const news = checked.inputs as Properties;
    const isForgotten = this.habits.forgetsIntents === true && !this.resources.has(name);
    if (saved && !isForgotten) {
      const change = intent.diff(host, saved.state, news);
      if (!change.changes) return intentValue(saved.state);
    }
    // What an update will save is not known in a preview either.
    if (process.isPreview) return intentValue(new Proxy({}, { get: () => UNKNOWN }));
    const outcome = await process.timed(saved ? "update" : "create", timeoutsOf(inputs), () =>
      saved && !isForgotten
        ? intent.update(applying, saved.id, saved.state, news)
        : intent.create(applying, news),
    );
    const state = throughJson(outcome.state) as Properties;
    if (process.hasEngine) {
      this.intents.set(name, { id: outcome.id, state, inputs: news, isUnfinished: false });
      this.world.written.push(JSON.stringify(state));
      this.onIntentSaved();
    }
    await this.world.clock.sleep(SAVING_MS);
    process.assertRunning();
    return intentValue(state);
  }

  private save(
    process: ProviderProcess,
    name: string,
    inputs: Properties,
    { id, state, unfinished }: Outcome<Properties>,
  ): boolean {
    if (!process.hasEngine) return false;
    const isUnfinished = unfinished !== undefined;
    if (unfinished) process.say(unfinished);
    if (isUnfinished && this.habits.dropsUnfinished && !this.resources.has(name)) return false;
    this.keep(name, { id, state: throughJson(state), inputs: throughJson(inputs), isUnfinished });
    return !isUnfinished;
  }

  private keep(name: string, saved: Saved): void {
    this.resources.set(name, saved);
    this.world.written.push(storedText(this.kindOf(name).resource, saved, this.secretsOf(name)));
  }

  private async read(process: ProviderProcess, name: string): Promise<boolean> {
    const saved = this.resources.get(name) as Saved;
    const { resource } = this.kindOf(name);
    const host = process.host(saved.id);
    const state = await process.timed("read", undefined, () => resource.read(host, saved.id, saved.state));
    if (!process.hasEngine) return false;
    // A refresh clears initialisation errors.
    if (state) this.keep(name, { ...saved, state: throughJson(state) as Properties, isUnfinished: false });
    else this.resources.delete(name);
    return true;
  }

  private async delete(process: ProviderProcess, name: string): Promise<boolean> {
    await this.deleteReplaced(process, name);
    const saved = this.resources.get(name);
    if (saved) {
      process.change(`delete ${name}`);
      await this.deleteOne(process, name, saved, () => this.resources.delete(name));
    }
    const { id, state } = this.intents.get(name) as Saved;
    await process.timed("delete", timeoutsOf(state), () =>
      this.kindOf(name).intent.delete(this.applying(process).host(id), id, state),
    );
    if (process.hasEngine) this.intents.delete(name);
    return true;
  }

  private async deleteReplaced(process: ProviderProcess, name: string): Promise<boolean> {
    for (const old of this.replaced.filter((one) => one.name === name))
      await this.deleteOne(process, name, old, () => this.replaced.splice(this.replaced.indexOf(old), 1));
    return true;
  }

  private async deleteOne(
    process: ProviderProcess,
    name: string,
    { id, state }: Saved,
    forget: () => void,
  ): Promise<void> {
    await process.timed("delete", timeoutsOf(state), () =>
      this.kindOf(name).resource.delete(this.deciding(this.applying(process).host(id), name), id, state),
    );
    process.assertRunning();
    if (process.hasEngine) forget();
  }
}

const UNTOLD: SavedState = { own: "untold", real: "untold", others: "untold" };

/** Does each when those are done that it needs, all others at once. One that fails leaves out only those that need it. */
async function inOrder(
  process: ProviderProcess,
  names: readonly string[],
  needs: (name: string) => readonly string[],
  work: (name: string) => Promise<boolean>,
): Promise<void> {
  const done = new Map<string, Promise<boolean>>();
  for (const name of names) {
    const needed = needs(name).map((other) => done.get(other) ?? true);
    const begin = async (): Promise<boolean> => {
      if ((await Promise.all(needed)).includes(false)) return false;
      try {
        return await work(name);
      } catch (error) {
        process.fail(error);
        return false;
      }
    };
    done.set(name, begin());
  }
  await Promise.all(done.values());
}

const timeoutsOf = ({ timeouts }: Properties): Parameters<ProviderProcess["timed"]>[1] =>
  timeouts as Parameters<ProviderProcess["timed"]>[1];

/** A check failure is printed as it is. */
function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new StopError(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
}

/** What is left of a value that the engine has saved. */
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
