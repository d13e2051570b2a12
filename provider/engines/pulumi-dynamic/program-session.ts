import * as pulumi from "@pulumi/pulumi";
import { ProvisorError } from "../../../sdk/subscription";
import { systemClock } from "../../../sdk/wait";
import { Session } from "../../resources/session";
import type { Inputs } from "./inputs";

/** Which group of settings a function asks with. */
export interface FunctionArgs {
  /** Name of the group of settings (`provisor:profiles`) to use; the stack's own by default. */
  profile?: string | undefined;
}

export type FunctionOutputArgs = Inputs<FunctionArgs>;

/** One token and one connection an API for all functions of a program. */
export const programSession: Session = new Session(
  systemClock,
  () => Promise.resolve(),
  (text) => void pulumi.log.info(`debug: ${programSession.redact(text)}`),
);

/** Asks an API. An error ends the program; of one with this mark of `pulumi.RunError` the SDK prints no stack. */
export async function asProgram<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProvisorError) Object.defineProperty(error, "__pulumiRunError", { value: true });
    throw error;
  }
}
