import * as pulumi from "@pulumi/pulumi";
import { ProvisorError } from "../../../sdk/subscription";
import { systemClock } from "../../../sdk/wait";
import { spokenError } from "../../host/speaking";
import { RunState } from "../../host/run-state";
import type { Inputs } from "./inputs";
import { pulumiSpeech } from "./words";

/** Which group of settings a function asks with. */
export interface FunctionArgs {
  /** Name of the group of settings (`provisor:profiles`) to use; the stack's own by default. */
  profile?: string | undefined;
}

export type FunctionOutputArgs = Inputs<FunctionArgs>;

const sessions = new WeakMap<object, RunState>();

/**
 * What the run that asks remembers in its program: one token and one connection an API for all functions, among others.
 * A process may have many runs, one after another and at once (the Automation API). Each has a monitor of its own, and
 * nothing is remembered for longer than that one lives. Without an engine there is no run, and nothing is remembered.
 */
export function programSession(): RunState {
  const monitor = pulumi.runtime.getMonitor();
  const known = monitor && sessions.get(monitor);
  if (known) return known;
  const session: RunState = new RunState(
    systemClock,
    () => Promise.resolve(),
    (text) => void pulumi.log.info(`debug: ${session.redact(pulumiSpeech.text(text))}`),
  );
  if (monitor) sessions.set(monitor, session);
  return session;
}

/** Asks an API. An error ends the program; of one with this mark of `pulumi.RunError` the SDK prints no stack. */
export async function asProgram<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    spokenError(error, pulumiSpeech);
    if (error instanceof ProvisorError) Object.defineProperty(error, "__pulumiRunError", { value: true });
    throw error;
  }
}
