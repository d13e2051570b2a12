import type { OtherSaved, SavedOutputs } from "../../host/contract";
import { keyOf } from "../../host/intent-key";
import type { Properties } from "./dynamic-handler";
import { isUnknown } from "./wire";

/** What the program tells of the run beside the inputs; taken out by check, so that it is never saved. */
export interface RunInfo {
  /** URN of the resource. */
  urn: string;
  /** Of an intent: the URN of its resource. */
  of?: string;
  preview: boolean;
  /** Options of the resource by which the engine may replace it, though no input has changed. */
  replacers?: string[] | undefined;
  /** URNs of what it needs, and is left out of this run and of the state. */
  leftOut?: string[] | undefined;
  /** What the saved state holds for this very resource, as far as it may be told. */
  own?: SavedOutputs | undefined;
  /** Of an intent: the same of its resource. */
  real?: SavedOutputs | undefined;
  /** True where the saved state could not be read. */
  isUntold?: boolean | undefined;
  /** What others of the type tell, where the resource wants it. */
  others?: readonly OtherSaved[] | undefined;
}

/**
 * What a check was told of the run, kept for what follows it: create, diff and update see only what is saved. One memory
 * serves one type of resource; its resources are told apart by the random keys of their intents.
 */
export class RunMemory {
  private readonly runs = new Map<string, RunInfo>();

  note(inputs: Properties, info: RunInfo | undefined): void {
    const key = keyOf(inputs, isUnknown) ?? savedKeyOf(info?.own);
    if (info && key !== undefined) this.runs.set(key, info);
  }

  /** The run of the resource with these inputs, or with this saved state where its key is not among them. */
  of(inputs: Properties, state?: Properties): RunInfo | undefined {
    return this.runs.get(keyOf(inputs, isUnknown) ?? savedKeyOf(state) ?? "");
  }
}

function savedKeyOf(state: SavedOutputs | undefined): string | undefined {
  const key = state?.["intentKey"];
  return typeof key === "string" ? key : undefined;
}
