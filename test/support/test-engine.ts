import type { OtherSaved, Resource, SavedOutputs, SavedState } from "../../provider/host/contract";
import type { Declared } from "../../provider/host/declared";
import type { EnginePort } from "../../provider/host/engine-port";
import { ProviderProcess } from "../../provider/host/process";
import type { SecretPath } from "../../provider/host/secret-echoes";
import { type Call, type Plain, type Properties, type Served, serve } from "../../provider/host/serve";
import type { Clock } from "../../sdk/wait";
import { FastClock } from "./fast-clock";
import { UNKNOWN } from "./host";
import { testSpeech } from "./speech";

/** A resource as this engine has saved it. */
interface Kept {
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
  readonly secrets: readonly SecretPath[];
  readonly declared: Declared;
  /** Why it is not finished: the next apply updates it. */
  readonly unfinished?: readonly string[] | undefined;
}

export interface TestEngineOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** As the dynamic engine does; by default this one leaves all marks to the host. */
  readonly marksWritten?: boolean;
}

const nothingSecret: Declared = { values: [], names: [] };

/**
 * An engine as unlike the dynamic one as there may be: it plans in one process and applies in another, hands each verb the
 * saved state, never says what other resources hold, and keeps the paths of secrets beside a state without marks.
 */
export class TestEngine {
  readonly kept = new Map<string, Kept>();
  /** What it was told, with its row: `address: text`. */
  readonly lines: string[] = [];
  isThere = true;
  /** Processes that have ended by themselves. */
  ended = 0;

  constructor(private readonly options: TestEngineOptions = {}) {}

  /** A provider process of its own. */
  process(): ProviderProcess {
    const { clock = new FastClock(), marksWritten = false, settings = {} } = this.options;
    const port: EnginePort = {
      speech: testSpeech,
      log: (severity, message, address) => void this.lines.push(`${severity} ${address}: ${message}`),
      isAlive: () => Promise.resolve(this.isThere),
      isUnknown: (value) => value === UNKNOWN,
      marksWritten,
      isLive: () => false,
    };
    const process = new ProviderProcess(port, () => void this.ended++, clock);
    process.configure((name) => settings[name], []);
    return process;
  }

  /** A resource, served by a process of its own. */
  serve(resource: Resource): Served {
    const process = this.process();
    return serve(resource, () => process);
  }

  /** What this engine tells of a call for the resource at `address`. */
  call(address: string, preview = false, others: readonly OtherSaved[] | "untold" = "untold"): Call {
    const saved: SavedState = { own: this.kept.get(address)?.state ?? "none", others };
    return { address, name: address, preview, saved };
  }

  /** Plans and applies, in a process each. What the check says against it is thrown. */
  async apply(
    resource: Resource,
    address: string,
    inputs: Properties,
    declared: Declared = nothingSecret,
  ): Promise<"created" | "updated" | "replaced" | "same"> {
    const old = this.kept.get(address);
    const news = { properties: inputs, declared };
    const plan = await this.plan(this.serve(resource), this.call(address, true), old, news);
    if (plan === "same") return plan;
    const applying = this.serve(resource);
    const call = this.call(address);
    const checked = await checkedBy(applying, call, plan === "replaced" ? undefined : old?.inputs, news);
    const settled =
      old && plan === "updated"
        ? await applying.update(call, old.id, plainOf(old), checked)
        : await applying.create(call, checked);
    if (old && plan === "replaced") await applying.delete(call, old.id, plainOf(old));
    const { id, properties: state, secrets, unfinished } = settled;
    this.kept.set(address, {
      id,
      inputs: checked.properties,
      state,
      secrets,
      declared: settled.declared,
      unfinished,
    });
    return plan;
  }

  async refresh(resource: Resource, address: string): Promise<void> {
    const old = this.keptAt(address);
    const read = await this.serve(resource).read(this.call(address), old.id, plainOf(old));
    if (read === undefined) this.kept.delete(address);
    else
      this.kept.set(address, {
        ...old,
        state: read.properties,
        secrets: read.secrets,
        inputs: read.inputs?.properties ?? old.inputs,
      });
  }

  async destroy(resource: Resource, address: string): Promise<void> {
    const old = this.keptAt(address);
    await this.serve(resource).delete(this.call(address), old.id, plainOf(old));
    this.kept.delete(address);
  }

  /** What is written down of a state: `[hidden]` in the place of each secret. */
  shown(address: string): Properties {
    const { state, secrets } = this.keptAt(address);
    return secrets.reduce<unknown>((value, { at }) => hide(value, at), state) as Properties;
  }

  private keptAt(address: string): Kept {
    const kept = this.kept.get(address);
    if (!kept) throw new Error(`Nothing is saved of ${address}.`);
    return kept;
  }

  private async plan(
    served: Served,
    call: Call,
    old: Kept | undefined,
    news: Plain,
  ): Promise<"created" | "updated" | "replaced" | "same"> {
    const checked = await checkedBy(served, call, old?.inputs, news);
    if (!old) return "created";
    const change = await served.diff(call, old.id, plainOf(old), checked);
    if (change.replaces.length > 0) return "replaced";
    return change.changes || old.unfinished !== undefined ? "updated" : "same";
  }
}

async function checkedBy(
  served: Served,
  call: Call,
  olds: Properties | undefined,
  news: Plain,
): Promise<Plain> {
  const { inputs, problems } = await served.check(call, olds, news);
  if (problems.length > 0)
    throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return { properties: inputs, declared: news.declared };
}

const plainOf = ({ state, declared }: Kept): Plain => ({ properties: state, declared });

function hide(value: unknown, [name, ...rest]: SecretPath["at"]): unknown {
  if (name === undefined) return "[hidden]";
  if (Array.isArray(value))
    return value.map((item, index) => (index === name ? hide(item, rest) : (item as unknown)));
  const object = value as SavedOutputs;
  return { ...object, [name]: hide(object[name], rest) };
}
