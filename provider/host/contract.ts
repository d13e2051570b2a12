import type { z } from "zod";
import type { SettingsInput } from "../settings";
import type { Problem } from "../schema/problem";
import type { IsUnknown } from "../schema/unknown";
import type { RunState } from "./run-state";

export type { Problem };

/** Where a resource's words go. An engine decides how they look. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  /**
   * The one line that says what the resource is doing since `since`; the engine adds the time that has passed.
   * `state` is the part of it whose change is news; the whole text by default.
   */
  progress(text: string, since: number, state?: string): void;
}

/**
 * What an engine gives each call of a lifecycle function. Nothing here is an engine's own type, so that the same
 * resource serves every engine.
 */
export interface Host {
  /** The engine's name for the resource (a URN, an address); stable within a run. */
  readonly address: string;
  /** The address of the resource that this is the intent of; of any other resource its own. */
  readonly of: string;
  /** The name that the user gave it, for messages. */
  readonly name: string;
  /** True while the engine only plans. */
  readonly preview: boolean;
  readonly settings: SettingsInput;
  /** What this run remembers, its clock among it. */
  readonly session: RunState;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Options of the program by which the engine may replace the resource, though no input has changed. */
  readonly replacers: readonly string[];
  /** Addresses of what it needs, and is left out of this run and of the saved state. */
  readonly leftOut: readonly string[];
  /** Tells values that the engine does not know yet. */
  readonly isUnknown: IsUnknown;
  /** What the engine's saved state says, as far as the engine can tell. */
  readonly saved: SavedState;
  /**
   * What `check` and `diff` of this resource have decided in this run, as they returned it; undefined where they decided
   * nothing, or were not asked. The deletes of what the resource replaces, or has replaced before, are handed it too.
   */
  readonly decision: unknown;
  /**
   * Called right before each request that allocates: what the engine writes down then, a run that comes after a crash can read.
   * Where it throws, nothing is sent.
   */
  readonly beforeAllocating?: (() => void) | undefined;
  /**
   * Called once what a create has sent was accepted, with the outcome as it would be saved then. An engine may save that at once,
   * and let the create go on waiting for the rest.
   */
  readonly onAccepted?: ((outcome: Outcome<unknown>) => void) | undefined;
}

/** Saved outputs of a resource: of a state all of them; where they are told, what the schema calls `exposed`. */
export type SavedOutputs = Readonly<Record<string, unknown>>;

export interface SavedState {
  /**
   * The saved outputs of this very resource; `none` where nothing is saved of it, and `untold` where the engine cannot say.
   * The two are opposite facts: under an unlike one of them a create would take what is live for its own, or allocate again.
   */
  readonly own: SavedOutputs | "none" | "untold";
  /** Of an intent: those of its resource. */
  readonly real?: SavedOutputs | "none" | "untold";
  /**
   * What the others of the same type have told, where the resource wants it (`wantsOthers`); `untold` where the engine cannot
   * say. An engine may never be able to.
   */
  readonly others: readonly OtherSaved[] | "untold";
}

/** What the saved state has of another resource: what its schema calls `exposedToOthers`. */
export interface OtherSaved {
  /** Name of the resource type, such as `ChildInstance`. */
  readonly type: string;
  readonly state: SavedOutputs;
}

/** What create and update return: the state to save, and why it is not finished, if it is not. */
export interface Outcome<State> {
  id: string;
  state: State;
  /** Reasons, in words for the user; the state is saved all the same, and the next run goes on from it. */
  unfinished?: string[];
}

export interface Change {
  /** True when an update, or a replacement, is due. */
  changes: boolean;
  /** Paths of the properties for whose sake the resource must be replaced. */
  replaces: string[];
  /**
   * What was decided, for the calls that follow: plain JSON, in the place of what was decided before. The engine carries it
   * to the create, the update and the deletes of this resource, in whatever process they come, and to a check in between.
   */
  decision?: unknown;
}

/** What a check comes to. */
export interface Checked {
  inputs: unknown;
  problems: Problem[];
  /** As that of a diff; where there is none, what was decided before stays. */
  decision?: unknown;
}

/** What a saved state of a resource is, by its schema alone. */
export interface SavedType {
  /** Name of the resource type, such as `ChildInstance`. */
  readonly name: string;
  readonly outputs: z.ZodObject;
  /** Whether it wants to be told of others of its type, by its own saved outputs; no by default. It is a lot to be told. */
  wantsOthers?(own: SavedOutputs | undefined): boolean;
}

/** One resource, declared once: its inputs and outputs as schemas, its lifecycle beside them. */
export interface Resource<Inputs = unknown, State = unknown> extends SavedType {
  readonly description: string;
  readonly inputs: z.ZodObject;
  /** Version of the states that it saves. They say which one they are of; without a number, the first one. */
  readonly version: number;
  /**
   * A state of an earlier version in the shape of this one, or the part of it that is there: of its own, a check and a create
   * are told no more. Without it, none of an earlier version is read.
   */
  upgrade?(version: number, state: SavedOutputs): SavedOutputs;
  /**
   * What a state holds outside, each by a text that no other has; undefined for a resource that holds nothing. Of the state
   * no more may be there than a check is told.
   */
  holds?(state: Partial<State>): string[];
  /** What a state has replaced and left, by the same texts: a copy of it may still be pending deletion. */
  replaced?(state: Partial<State>): string[];
  /** Names of outputs that are secrets in this state as a whole, beside those that the schema marks. */
  secretOutputs?(state: State): string[];
  check(host: Host, olds: Inputs | undefined, news: unknown): Promise<Checked>;
  diff(host: Host, state: State, inputs: Inputs): Change;
  create(host: Host, inputs: Inputs): Promise<Outcome<State>>;
  /** Undefined when the resource is gone. */
  read(host: Host, id: string, state: State): Promise<State | undefined>;
  /**
   * The inputs that have led to `after`, where a read found that something was changed beside them; undefined where they are
   * as they were. An engine takes the values of ignored changes from the inputs that it has saved.
   */
  inputsRead?(before: State, after: State): Record<string, unknown> | undefined;
  update(host: Host, id: string, state: State, inputs: Inputs): Promise<Outcome<State>>;
  delete(host: Host, id: string, state: State): Promise<void>;
}

/** The operation ends here, and nothing is to be saved. The message is for the user: what happened, what to do. */
export class StopError extends Error {
  override name = "StopError";
}
