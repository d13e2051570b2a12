import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type {
  ManagedResource,
  TfDiagnostic,
  TfObject,
} from "../../provider/engines/terraform/managed/managed-resource";
import { UNKNOWN } from "../../provider/engines/terraform/unknown";
import { hasUnknown } from "../../provider/schema/unknown";
import type { Clock } from "../../sdk/wait";
import {
  type Block,
  type Held,
  type Planned,
  actionsOf,
  assertKept,
  configOf,
  typeOf,
} from "./terraform-objects";
import { type Command, type Process, startProcess } from "./terraform-process";

/** Blocks by name, in the order in which they need each other. An argument may be made of what the state has by then. */
export type Configuration = Readonly<
  Record<string, Block | ((attributes: (name: string) => TfObject) => Block)>
>;

/** What one command came to. */
export interface Run {
  readonly diagnostics: readonly TfDiagnostic[];
  /** What was planned, by name. */
  readonly actions: Readonly<Record<string, string>>;
}

const isError = ({ severity }: TfDiagnostic): boolean => severity === "error";

/**
 * Terraform's core, as far as a provider sees it: what it was seen to do on the real command line, call by call. It plans in one
 * process and applies in another, hides a tainted object from the plan of what replaces it, plans each create once more before it is
 * applied, hands the plan's private data to the delete half only, and holds every answer against what was planned.
 */
export class TerraformCore {
  /** The state: objects by name. */
  readonly state = new Map<string, Held>();
  /** Where records are: it outlives runs, not the machine. */
  readonly folder = mkdtempSync(join(tmpdir(), "provisor-core-"));
  /** Everything that was shown, or written down. */
  readonly shown: string[] = [];
  /** What was shown to a user or logged: without what a state holds, as sensitive. */
  readonly said: string[] = [];
  private command: Command = { isOver: false, stops: [] };
  private tellLost: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly settings: Readonly<Record<string, string>>,
    readonly env: Record<string, string | undefined> = {},
  ) {}

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** `terraform plan`. */
  plan(configuration: Configuration): Promise<Run> {
    return this.inCommand(async () => {
      const { diagnostics, plans } = await this.planAll(configuration);
      return { diagnostics, actions: actionsOf(plans) };
    });
  }

  /** `terraform apply`. */
  apply(configuration: Configuration, replace: readonly string[] = []): Promise<Run> {
    return this.inCommand(() => this.applyAll(configuration, replace));
  }

  private async applyAll(configuration: Configuration, replace: readonly string[]): Promise<Run> {
    const { diagnostics, plans } = await this.planAll(configuration, replace);
    const actions = actionsOf(plans);
    if (diagnostics.some(isError)) return { diagnostics, actions };
    const said = [...diagnostics];
    const process = this.process();
    const leaving = [...plans].filter(([, { action }]) => action === "delete").reverse();
    for (const [name, planned] of leaving) await this.deleteHalf(process, name, planned, said);
    for (const name of Object.keys(configuration)) {
      if (said.some(isError) || process.command.isOver) break;
      await this.applyOne(process, name, this.blockOf(configuration, name), plans.get(name) as Planned, said);
    }
    return { diagnostics: said, actions };
  }

  /** `terraform destroy`. */
  destroy(): Promise<Run> {
    return this.apply({});
  }

  /** Kills Terraform. Its provider ends what it has sent, and nobody saves that. */
  crash(): void {
    this.command.isOver = true;
    for (const stop of this.command.stops) stop();
    this.tellLost();
  }

  private inCommand(work: () => Promise<Run>): Promise<Run> {
    this.command = { isOver: false, stops: [] };
    const lost = new Promise<Run>((resolve) => {
      this.tellLost = () => resolve({ diagnostics: [], actions: {} });
    });
    return Promise.race([work(), lost]);
  }

  /** The state is lost, as after a SIGKILL with a remote backend; the machine's disk is not, unless it is a new one. */
  loseState({ andDisk = false } = {}): void {
    this.state.clear();
    if (andDisk) this.loseRecords();
  }

  /** The next run is on another machine. */
  loseRecords(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** `terraform taint`, or a provisioner that failed. */
  taint(name: string): void {
    this.state.set(name, { ...this.heldAt(name), isTainted: true });
  }

  /** `terraform untaint`. */
  untaint(name: string): void {
    this.state.set(name, { ...this.heldAt(name), isTainted: false });
  }

  /** `terraform import`: into the state, by an id. */
  async import(type: string, name: string, id: string): Promise<readonly TfDiagnostic[]> {
    const process = this.process();
    const resource = resourceOf(process, type);
    const { imported, diagnostics } = await resource.importState(id);
    const [first] = imported;
    if (!first) return diagnostics;
    const read = await resource.read({ current: first.state, private: first.private });
    if (read.state) this.hold(process, name, read.state, read.private, false);
    return [...diagnostics, ...read.diagnostics];
  }

  attributes(name: string): TfObject {
    return this.heldAt(name).state;
  }

  /** A provider process of its own, with what it serves. */
  private process(): Process {
    const { command, clock, settings, env, folder } = this;
    return startProcess({ command, clock, settings, env, folder, tell: (line) => this.tell(line) });
  }

  private async planAll(
    configuration: Configuration,
    replace: readonly string[] = [],
  ): Promise<{ diagnostics: TfDiagnostic[]; plans: Map<string, Planned> }> {
    const process = this.process();
    const diagnostics: TfDiagnostic[] = [];
    const plans = new Map<string, Planned>();
    for (const [name, held] of [...this.state]) await this.refresh(process, name, held, diagnostics);
    for (const name of Object.keys(configuration)) {
      const block = this.blockOf(configuration, name, plans);
      const plan = await this.planOne(process, name, block, replace.includes(name), diagnostics);
      plans.set(name, plan);
    }
    for (const [name, held] of this.state) {
      if (name in configuration) continue;
      const type = typeOf(held.state);
      const request = { prior: held.state, proposed: null, config: null, priorPrivate: held.private };
      const answer = await resourceOf(process, type).plan(request);
      this.note(answer.diagnostics, diagnostics);
      const block = { type, args: {} };
      plans.set(name, { action: "delete", block, planned: null, private: answer.plannedPrivate });
    }
    return { diagnostics, plans };
  }

  private async refresh(process: Process, name: string, held: Held, said: TfDiagnostic[]): Promise<void> {
    const resource = resourceOf(process, typeOf(held.state));
    const answer = await resource.read({ current: held.state, private: held.private });
    this.note(answer.diagnostics, said);
    if (answer.state === null) this.drop(process, name);
    else this.hold(process, name, answer.state, answer.private, held.isTainted);
  }

  private async planOne(
    process: Process,
    name: string,
    block: Block,
    isForced: boolean,
    said: TfDiagnostic[],
  ): Promise<Planned> {
    const resource = resourceOf(process, block.type);
    const config = configOf(block);
    this.note(await resource.validate(config), said);
    const held = this.state.get(name);
    const plan = async (
      prior: TfObject | null,
      priorPrivate: string,
    ): ReturnType<ManagedResource["plan"]> => {
      const answer = await resource.plan({ prior, proposed: config, config, priorPrivate });
      this.note(answer.diagnostics, said);
      return answer;
    };
    if (!held || held.isTainted) {
      const answer = await plan(null, "");
      const action = held ? "replace" : "create";
      return { action, block, planned: answer.planned, private: answer.plannedPrivate };
    }
    const first = await plan(held.state, held.private);
    const changes = first.requiresReplace.filter(
      ([top]) => !isDeepStrictEqual(first.planned?.[String(top)], held.state[String(top)]),
    );
    if (isForced || changes.length > 0) {
      const second = await plan(null, first.plannedPrivate);
      return { action: "replace", block, planned: second.planned, private: second.plannedPrivate };
    }
    const action = isDeepStrictEqual(first.planned, held.state) ? "no-op" : "update";
    return { action, block, planned: first.planned, private: first.plannedPrivate };
  }

  private async applyOne(
    process: Process,
    name: string,
    block: Block,
    planned: Planned,
    said: TfDiagnostic[],
  ): Promise<void> {
    const held = this.state.get(name);
    switch (planned.action) {
      case "no-op":
        return;
      case "update":
        return this.update(process, name, block, planned, said);
      case "create":
        return this.createHalf(process, name, block, planned, said);
      default:
    }
    if (block.createBeforeDestroy) {
      this.state.set(`${name} (deposed)`, held as Held);
      this.state.delete(name);
      await this.createHalf(process, name, block, planned, said);
      if (process.command.isOver) return;
      // Where nothing has come of the create, the old object is the present one again.
      if (!this.state.has(name)) {
        this.state.set(name, this.heldAt(`${name} (deposed)`));
        this.state.delete(`${name} (deposed)`);
      }
      if (said.some(isError)) return;
      const deposed = this.heldAt(`${name} (deposed)`);
      const resource = resourceOf(process, block.type);
      const request = { prior: deposed.state, proposed: null, config: null, priorPrivate: deposed.private };
      const answer = await resource.plan(request);
      await this.deleteHalf(
        process,
        `${name} (deposed)`,
        { ...planned, private: answer.plannedPrivate },
        said,
      );
      return;
    }
    await this.deleteHalf(process, name, planned, said);
    if (!this.state.has(name)) await this.createHalf(process, name, block, planned, said);
  }

  private async createHalf(
    process: Process,
    name: string,
    block: Block,
    { planned }: Planned,
    said: TfDiagnostic[],
  ): Promise<void> {
    const resource = resourceOf(process, block.type);
    const config = configOf(block);
    const again = await resource.plan({ prior: null, proposed: config, config, priorPrivate: "" });
    this.note(again.diagnostics.filter(isError), said);
    if (again.diagnostics.some(isError)) return;
    assertKept(name, "inconsistent final plan", planned, again.planned);
    const request = { prior: null, planned: again.planned, config, plannedPrivate: again.plannedPrivate };
    const answer = await resource.apply(request);
    this.note(answer.diagnostics, said);
    if (answer.state === null) return;
    assertKept(name, "inconsistent result after apply", again.planned, answer.state);
    this.hold(process, name, answer.state, answer.private, answer.diagnostics.some(isError));
  }

  private async update(
    process: Process,
    name: string,
    block: Block,
    { planned }: Planned,
    said: TfDiagnostic[],
  ): Promise<void> {
    const resource = resourceOf(process, block.type);
    const held = this.heldAt(name);
    const config = configOf(block);
    const again = await resource.plan({
      prior: held.state,
      proposed: config,
      config,
      priorPrivate: held.private,
    });
    this.note(again.diagnostics.filter(isError), said);
    if (again.diagnostics.some(isError)) return;
    assertKept(name, "inconsistent final plan", planned, again.planned);
    const request = {
      prior: held.state,
      planned: again.planned,
      config,
      plannedPrivate: again.plannedPrivate,
    };
    const answer = await resource.apply(request);
    this.note(answer.diagnostics, said);
    if (answer.state === null) return;
    if (!answer.diagnostics.some(isError))
      assertKept(name, "inconsistent result after apply", again.planned, answer.state);
    this.hold(process, name, answer.state, answer.private, false);
  }

  private async deleteHalf(
    process: Process,
    name: string,
    planned: Planned,
    said: TfDiagnostic[],
  ): Promise<void> {
    const held = this.heldAt(name);
    const resource = resourceOf(process, planned.block.type);
    const request = { prior: held.state, planned: null, config: null, plannedPrivate: planned.private };
    const answer = await resource.apply(request);
    this.note(answer.diagnostics, said);
    if (answer.state === null) this.drop(process, name);
    else this.hold(process, name, answer.state, answer.private, held.isTainted);
  }

  private hold(
    { command }: Process,
    name: string,
    state: TfObject,
    privateData: string,
    isTainted: boolean,
  ): void {
    if (command.isOver) return;
    if (hasUnknown(state, (value) => value === UNKNOWN))
      throw new Error(`${name}: after apply all values must be known.`);
    this.state.set(name, { state, private: privateData, isTainted });
    this.shown.push(JSON.stringify(state), privateData);
  }

  private drop({ command }: Process, name: string): void {
    if (!command.isOver) this.state.delete(name);
  }

  private heldAt(name: string): Held {
    const held = this.state.get(name);
    if (!held) throw new Error(`Nothing is saved of ${name}.`);
    return held;
  }

  private note(diagnostics: readonly TfDiagnostic[], said: TfDiagnostic[]): void {
    said.push(...diagnostics);
    for (const { summary, detail } of diagnostics) this.tell(`${summary}: ${detail}`);
  }

  private tell(text: string): void {
    this.said.push(text);
    this.shown.push(text);
  }

  private blockOf(configuration: Configuration, name: string, plans?: ReadonlyMap<string, Planned>): Block {
    const block = configuration[name];
    if (typeof block !== "function") return block as Block;
    return block((other) => {
      const plan = plans?.get(other);
      if (plan?.planned) return plan.planned;
      return this.state.get(other)?.state ?? {};
    });
  }
}

function resourceOf({ resources }: Process, type: string): ManagedResource {
  const resource = resources.get(type);
  if (!resource) throw new Error(`There is no resource ${type}.`);
  return resource;
}
