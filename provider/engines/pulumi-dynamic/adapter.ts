import { isDeepStrictEqual } from "node:util";
import type { Outcome, Resource } from "../../host/contract";
import { hasUnknown } from "../../schema/unknown";
import { SecretValues } from "../../host/secret-values";
import { packedInputs } from "./book-keeping";
import { guarded, hostOf, running, showingWaits } from "./calls";
import type { DynamicHandler, Properties } from "./dynamic-handler";
import { Unfinished, inLines } from "./errors";
import { providerProcess } from "./process";
import {
  asProperties,
  type Declared,
  eitherOf,
  hidesMore,
  saved,
  secretsOf,
  withoutExtras,
} from "./properties";
import { type RunInfo, RunMemory, keyOf } from "./run-memory";
import { publicId } from "./secret-echoes";
import { withoutMarks } from "./wire";

/**
 * Whether an output is the input of its name as the engine has it, which it marks itself. A state may keep what the
 * program has taken back: frozen at create, or since an update has failed.
 */
const asWritten =
  (inputs: Properties) =>
  (name: string, value: unknown): boolean =>
    isDeepStrictEqual(value, inputs[name]);

/** Inputs with the secrets marked that are in the outputs of their names. */
const markedAs = (outs: Properties, inputs: Properties): Properties =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      isDeepStrictEqual(withoutMarks(outs[name]), value) ? outs[name] : value,
    ]),
  );

/** The handler that serves `resource`. It only translates: engine call to lifecycle call, and back. */
export function handlerFor(resource: Resource): DynamicHandler {
  const runs = new RunMemory();
  /** An outcome as the engine saves it; one that is not finished is thrown. */
  const settled = (
    id: string,
    { state, unfinished }: Outcome<unknown>,
    inputs: Properties,
    secrets: Declared,
  ): { id: string; outs: Properties } => {
    const outs = saved(resource, state, secrets, asWritten(withoutExtras(inputs)));
    if (unfinished) throw new Unfinished(id, outs, inputs, unfinished);
    return { id, outs };
  };

  return {
    configure: (request) => {
      providerProcess().configure((key) => request.config.get(key));
    },
    check: (olds, news) =>
      guarded(async () => {
        const secrets = secretsOf(news);
        const info = news["run"] as RunInfo | undefined;
        const inputs = withoutExtras(news);
        runs.note(inputs, info);
        const old = Object.keys(olds).length > 0 ? withoutExtras(olds) : undefined;
        const host = hostOf(resource, info);
        const result = await showingWaits(host, () => resource.check(host, old, inputs));
        return {
          inputs: packedInputs({ ...(result.inputs as Properties), ...asProperties(secrets) }),
          // The engine prints the value of a property that a failure names: the path goes into the reason.
          failures: result.problems.map(({ path, message }) => ({
            property: "",
            reason: providerProcess().session.redact(path === "" ? message : `${path}: ${message}`),
          })),
        };
      }),
    diff: (id, olds, news) =>
      guarded(() => {
        const known = withoutExtras(news);
        const state = withoutExtras(olds);
        const host = hostOf(resource, runs.of(known, state), id);
        // A preview does not know what an update of the intent will save; no difference is about it.
        if (hasUnknown(known["intent"], host.isUnknown)) delete known["intent"];
        const isMoreSecret = hidesMore(secretsOf(news), secretsOf(olds));
        const change = resource.diff(host, state, known);
        // What was saved in plain text is encrypted by an update only.
        return Promise.resolve({ ...change, changes: change.changes || isMoreSecret });
      }),
    create: (inputs) =>
      guarded(async () => {
        const secrets = secretsOf(inputs);
        const known = withoutExtras(inputs);
        const host = hostOf(resource, runs.of(known));
        const outcome = await running("create", host, () => resource.create(host, known));
        const id = publicId(outcome.id, new SecretValues(secrets.values), keyOf(known) ?? "secret");
        return settled(id, outcome, inputs, secrets);
      }),
    read: (id, props) =>
      guarded(async () => {
        const secrets = secretsOf(props);
        const host = hostOf(resource, undefined, id);
        const known = withoutExtras(props);
        const state = await running("read", host, () => resource.read(host, id, known));
        if (state === undefined) return { id: "" };
        const outs = saved(resource, state, secrets, asWritten(known));
        const inputs = resource.inputsRead?.(known, state);
        if (!inputs) return { id, props: outs };
        return {
          id,
          props: outs,
          inputs: packedInputs({ ...markedAs(outs, inputs), ...asProperties(secrets) }),
        };
      }),
    update: (id, olds, news) =>
      guarded(async () => {
        const secrets = eitherOf(secretsOf(olds), secretsOf(news));
        const known = withoutExtras(news);
        const state = withoutExtras(olds);
        const host = hostOf(resource, runs.of(known, state), id);
        const outcome = await running("update", host, () => resource.update(host, id, state, known));
        return settled(id, outcome, news, secrets);
      }),
    delete: (id, props) =>
      guarded(() => {
        secretsOf(props);
        const host = hostOf(resource, undefined, id);
        return running("delete", host, () => resource.delete(host, id, withoutExtras(props)));
      }).catch((error: unknown) => {
        throw inLines(error);
      }),
  };
}
