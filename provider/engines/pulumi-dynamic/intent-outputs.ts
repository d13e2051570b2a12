import * as pulumi from "@pulumi/pulumi";
import { hiddenName } from "./book-keeping";
import { makeOutputsReadable } from "./readable-outputs";

/** Declares outputs of an intent: as they are saved, and as earlier versions saved them. */
export const intentOutputs = (names: readonly string[]): Record<string, undefined> =>
  Object.fromEntries(names.flatMap((name) => [name, hiddenName(name)]).map((name) => [name, undefined]));

type ApplyAlways = (read: (value: unknown) => unknown, withUnknowns: true) => pulumi.Output<unknown>;

/** Makes the outputs of an intent what their names say: each is what was saved under one of its two names. */
export function makeIntentReadable(intent: pulumi.CustomResource, names: readonly string[]): void {
  makeOutputsReadable(intent);
  const outputs = intent as unknown as Record<string, pulumi.Output<unknown>>;
  for (const name of names) {
    const hidden = outputs[hiddenName(name)];
    if (hidden === undefined) continue;
    // A preview does not know the one that is not there.
    const apply = hidden.apply.bind(hidden) as ApplyAlways;
    const isMissing = (value: unknown): boolean => value === undefined || pulumi.containsUnknowns(value);
    const former = outputs[name];
    outputs[name] = apply((value) => (isMissing(value) ? former : value), true);
  }
}
