import type { z } from "zod";
import type { Resource } from "../../../host/contract";
import type { ProviderProcess } from "../../../host/process";
import type { Properties } from "../../../host/serve";
import type { Path } from "../../../schema/markers";
import type { RunMemory } from "./run-memory";
import type { Problem } from "../../../schema/problem";

/** By what a create tells its own from somebody else's. */
export interface Evidence {
  /** What the resource is handed as its intent. */
  readonly intent: unknown;
  /** What is written down before anything is sent; undefined where an intent in the state stands for it. */
  readonly record: unknown;
}

/** What differs between the resources on this engine. Arguments and outputs are in the spelling of the declaration. */
export interface ManagedKind {
  /** Name of the type: `provisor_service_instance`. */
  readonly typeName: string;
  readonly resource: Resource;
  /** Arguments. */
  readonly inputs: z.ZodObject;
  /** What the provider gives; what is an argument too is the user's where given. */
  readonly outputs: z.ZodObject;
  /** Outputs that stay as they are through an update. */
  readonly stable: readonly string[];
  /** Arguments that are in no plan and no state, as attributes are spelt. */
  readonly writeOnly: readonly string[];
  /** Whether `wait = false` lets a create end once it was accepted. */
  readonly mayGoOn: boolean;
  /** What is wrong with arguments that the resource itself does not know. */
  problems(given: Properties): Problem[];
  /** What the configuration gives write-only: the texts, and where the resource has what is to be in no state. */
  secretsIn(given: Properties): { values: string[]; hidden: Path[] };
  /**
   * A state with the write-only values of the configuration, where these are the ones that were sent: their version is the
   * same.
   */
  withSecrets(state: Properties, before: Properties, given: Properties): Properties;
  /** Arguments as the resource takes them, without its intent. */
  resourceInputs(given: Properties): Properties;
  /** Outputs, of what the resource saves. */
  outputsOf(state: Properties): Properties;
  /** What the object is, whatever a state may know of it; undefined while that is not known. */
  identityOf(process: ProviderProcess, given: Properties): string | undefined;
  /** The same of a saved one. */
  identityOfState(state: Properties): string;
  /**
   * @param recorded The intent that an earlier run has written down before it sent anything, or that is saved with what is
   * replaced.
   */
  evidenceFor(
    process: ProviderProcess,
    memory: RunMemory,
    given: Properties,
    recorded: unknown,
    isReplacement: boolean,
  ): Promise<Evidence>;
  /** The intent in a plan, as far as it is known: nothing is looked for. */
  plannedIntent(process: ProviderProcess, given: Properties, recorded: unknown): unknown;
  /** The intent of a saved object, for these arguments. */
  intentFor(process: ProviderProcess, given: Properties, saved: unknown): Promise<unknown>;
  /** A state with what the API does not tell, as the configuration has it: for the first plan after an import. */
  completed(state: Properties, inputs: Properties): Properties;
  /** Arguments that take over what has this id, or what is wrong with it. */
  importsOf(process: ProviderProcess, id: string): Promise<{ inputs: Properties } | { problem: string }>;
}
