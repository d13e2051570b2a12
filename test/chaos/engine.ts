import { childInstance } from "../../provider/resources/child-instance";
import { wantOf } from "../../provider/resources/child-instance/allocation";
import { childInstanceIntent } from "../../provider/resources/child-instance/intent";
import {
  type ChildInstanceInputs,
  type ChildInstanceState,
  type IntentValue,
  childInstanceOutputs,
} from "../../provider/resources/child-instance/schema";
import { specOf } from "../../provider/resources/child-instance/state";
import { type Outcome, type Problem, StopError } from "../../provider/resources/contract";
import { mapSecrets } from "../../provider/resources/schema/markers";
import { UNKNOWN } from "../support/host";
import { type Process, ProviderProcess, type Run } from "./provider-process";
import type { World } from "./world";

/** How long an engine takes to save what a resource came to, in milliseconds of the fast clock. */
const SAVING_MS = 1_500;

type IntentState = Awaited<ReturnType<typeof childInstanceIntent.create>>["state"];

/** A resource as the engine's checkpoint holds it. */
interface Saved<Inputs, State> {
  id: string;
  inputs: Inputs;
  state: State;
  /** True after an initialisation error: the next up updates it, even with no change. */
  isUnfinished: boolean;
}

type SavedChild = Saved<ChildInstanceInputs, ChildInstanceState>;
type SavedIntent = Saved<Parameters<typeof childInstanceIntent.create>[1], IntentState>;

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
 * One stack as the real engine keeps it (docs/decisions, and what was tried on it): the intent of each ChildInstance is
 * saved before the ChildInstance's own create begins, check and diff come before an update, an unfinished create is saved
 * and updated by the next up, an error saves nothing, and every command has processes of its own.
 */
export class Engine {
  readonly intents = new Map<string, SavedIntent>();
  readonly children = new Map<string, SavedChild>();
  /** Told once an intent is saved. */
  onIntentSaved: () => void = () => undefined;
  private process: ProviderProcess | undefined;

  constructor(
    private readonly world: World,
    /** ChildInstances by name. */
    public program: Readonly<Record<string, ChildInstanceInputs>>,
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
    return this.run(false, (process) => this.each(process, [...this.children.keys()], this.read));
  }

  /** `pulumi destroy --yes`, the resource before its companion. */
  destroy(): Promise<Run> {
    return this.run(false, (process) => this.each(process, [...this.intents.keys()], this.delete));
  }

  /** Kills the engine: nothing of the run that goes on is saved any more. Its provider may live on for a while. */
  crash(provider: "killed" | "alive" = "killed"): void {
    this.process?.loseEngine();
    if (provider === "killed") this.process?.end();
  }

  /** The state backend is lost. */
  loseState(): void {
    this.intents.clear();
    this.children.clear();
  }

  private async run(preview: boolean, work: (process: ProviderProcess) => Promise<void>): Promise<Run> {
    const process = new ProviderProcess(this.world, preview, this.habits.assertAlive);
    this.process = process;
    // An orphan goes on by itself; nobody listens.
    await Promise.race([work(process), process.engineLost]);
    return process.run;
  }

  private applyAll(process: ProviderProcess): Promise<void> {
    return this.each(process, Object.keys(this.program), this.apply);
  }

  /** All resources at once; one that fails leaves the others alone. */
  private async each(
    process: ProviderProcess,
    names: string[],
    work: (process: ProviderProcess, name: string) => Promise<void>,
  ): Promise<void> {
    await Promise.all(
      names.map((name) =>
        work.call(this, process, name).catch((error: unknown) => {
          process.fail(error);
        }),
      ),
    );
  }

  private async apply(process: ProviderProcess, name: string): Promise<void> {
    const inputs = this.program[name] as ChildInstanceInputs;
    const intent = await this.applyIntent(process, name, inputs);
    const saved = this.children.get(name);
    const host = process.host(name, this.habits.hidesOthers ? new Map() : this.children);
    const checked = await childInstance.check(host, saved?.inputs, { ...inputs, intent });
    refuse(checked.problems);
    const news = checked.inputs as ChildInstanceInputs;
    if (saved) {
      const change = await childInstance.diff(host, saved.state, news);
      if (!change.changes && !saved.isUnfinished) return;
    }
    process.change(`${saved ? "update" : "create"} ${name}`);
    if (process.isPreview) return;
    const outcome = await process.timed(saved ? "update" : "create", news.timeouts, () =>
      saved ? childInstance.update(host, saved.id, saved.state, news) : childInstance.create(host, news),
    );
    this.save(process, name, news, outcome);
  }

  private async applyIntent(
    process: ProviderProcess,
    name: string,
    inputs: ChildInstanceInputs,
  ): Promise<IntentValue> {
    const saved = this.intents.get(name);
    const host = process.host(name);
    const { changePolicy, deletionPolicy, timeouts } = inputs;
    const asked = { want: wantOf(specOf(inputs)), changePolicy, deletionPolicy, timeouts };
    const checked = await childInstanceIntent.check(host, saved?.inputs, asked);
    refuse(checked.problems);
    const news = checked.inputs as SavedIntent["inputs"];
    const isForgotten = this.habits.forgetsIntents === true && !this.children.has(name);
    if (saved && !isForgotten) {
      const change = await childInstanceIntent.diff(host, saved.state, news);
      if (!change.changes || process.isPreview) return valueOf(saved.state);
    }
    if (process.isPreview) return { key: UNKNOWN, before: UNKNOWN as unknown as IntentValue["before"] };
    const outcome = await process.timed(saved ? "update" : "create", timeouts, () =>
      saved && !isForgotten
        ? childInstanceIntent.update(host, saved.id, saved.state, news)
        : childInstanceIntent.create(host, news),
    );
    if (process.hasEngine) {
      this.intents.set(name, { ...outcome, inputs: news, isUnfinished: false });
      this.world.written.push(JSON.stringify(outcome.state));
      this.onIntentSaved();
    }
    await this.world.clock.sleep(SAVING_MS);
    process.assertRunning();
    return valueOf(outcome.state);
  }

  private save(
    process: ProviderProcess,
    name: string,
    inputs: ChildInstanceInputs,
    { id, state, unfinished }: Outcome<ChildInstanceState>,
  ): void {
    if (!process.hasEngine) return;
    if (unfinished) process.say(unfinished);
    if (unfinished && this.habits.dropsUnfinished && !this.children.has(name)) return;
    this.children.set(name, { id, state, inputs, isUnfinished: unfinished !== undefined });
    this.world.written.push(storedText(inputs, state));
  }

  private async read(process: ProviderProcess, name: string): Promise<void> {
    const saved = this.children.get(name) as SavedChild;
    const host = process.host(saved.id);
    const state = await process.timed("read", undefined, () =>
      childInstance.read(host, saved.id, saved.state),
    );
    if (!process.hasEngine) return;
    // A refresh clears initialisation errors.
    if (state) this.children.set(name, { ...saved, state, isUnfinished: false });
    else this.children.delete(name);
    this.world.written.push(storedText(saved.inputs, state));
  }

  private async delete(process: ProviderProcess, name: string): Promise<void> {
    const child = this.children.get(name);
    if (child) {
      process.change(`delete ${name}`);
      await childInstance.delete(process.host(child.id), child.id, child.state);
      this.children.delete(name);
    }
    const intent = this.intents.get(name) as SavedIntent;
    await process.timed("delete", undefined, () =>
      childInstanceIntent.delete(process.host(intent.id), intent.id, intent.state),
    );
    this.intents.delete(name);
  }
}

const valueOf = ({ key, before }: IntentState): IntentValue => ({ key, before });

/** A check failure is printed as it is. */
function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new StopError(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
}

/** What stands in the state file: what a schema marks as secret is encrypted there. */
const storedText = (inputs: object, state: object | undefined): string =>
  JSON.stringify([inputs, mapSecrets(childInstanceOutputs, state, () => "[encrypted]")]);
