import { isDeepStrictEqual } from "node:util";
import { type Path, secretsAt } from "../schema/markers";
import { hasUnknown } from "../schema/unknown";
import type { Change, Checked, Host, Outcome, Resource, SavedState } from "./contract";
import { type Declared, eitherOf, hidesMore } from "./declared";
import type { EnginePort } from "./engine-port";
import { keyOf } from "./intent-key";
import type { ProviderProcess } from "./process";
import { guarded, logOf, running, showingWaits } from "./running";
import { type SecretPath, type Standing, publicId, withEchoes } from "./secret-echoes";
import { SecretValues } from "./secret-values";
import { speaking } from "./speaking";

export type Properties = Record<string, unknown>;

/** What an engine tells of a call. */
export interface Call {
  /** The engine's name for the resource (a URN, an address); empty where it tells none. */
  readonly address: string;
  /** Of an intent: the address of its resource. By default `address`. */
  readonly of?: string | undefined;
  /** The name that the user gave it; by default its type and id. */
  readonly name?: string | undefined;
  /** True while the engine only plans; by default it does more. */
  readonly preview?: boolean | undefined;
  /** What {@link Host} says of them; none by default. */
  readonly replacers?: readonly string[] | undefined;
  readonly leftOut?: readonly string[] | undefined;
  readonly saved: SavedState;
  /** What {@link Host} says of it, as the engine carried it; nothing by default. */
  readonly decision?: unknown;
  /** What {@link Host} says of it; by default nothing is done. */
  readonly beforeAllocating?: (() => void) | undefined;
  readonly onAccepted?: ((settled: Settled) => void) | undefined;
}

/** Properties as a resource sees them, without any mark of an engine, and what the program declared secret among them. */
export interface Plain {
  readonly properties: Properties;
  readonly declared: Declared;
}

/** What an engine is to save, and what it is to hide of it. */
export interface ToSave extends Plain {
  readonly secrets: readonly SecretPath[];
}

/** What has come of a create or an update. */
export interface Settled extends ToSave {
  /** Without secrets: ids are shown. */
  readonly id: string;
  /** Why it is not finished, if it is not: it is to be saved all the same. */
  readonly unfinished?: readonly string[] | undefined;
}

/** A resource as an engine calls it. Whatever a call throws is for the user to see, and holds no secret. */
export interface Served {
  check(call: Call, olds: Properties | undefined, news: Plain): Promise<Checked & { inputs: Properties }>;
  diff(call: Call, id: string, olds: Plain, news: Plain): Promise<Change>;
  create(call: Call, news: Plain): Promise<Settled>;
  /** Undefined when the resource is gone. `inputs` are there where something was changed beside them. */
  read(call: Call, id: string, olds: Plain): Promise<(ToSave & { inputs?: ToSave }) | undefined>;
  update(call: Call, id: string, olds: Plain, news: Plain): Promise<Settled>;
  delete(call: Call, id: string, olds: Plain): Promise<void>;
}

/** The flow of each call, the same on every engine. `processOf` is asked at the first call: modules are loaded in programs too. */
export function serve(resource: Resource, processOf: () => ProviderProcess): Served {
  let spoken: Resource | undefined;
  /** The resource in the engine's words. */
  const said = (): Resource => (spoken ??= speaking(resource, processOf().port.speech));
  /** From the first look at them on, nothing that is said holds a declared secret. */
  const opened = (call: Call, id: string | undefined, ...given: Plain[]): Host => {
    const process = processOf();
    for (const { declared } of given) process.session.secretInputs.add(declared.values);
    return hostOf(resource, process, call, id);
  };
  const settled = (
    { id, state, unfinished }: Outcome<unknown>,
    declared: Declared,
    news: Properties,
  ): Settled => ({
    ...toSave(resource, processOf(), state as Properties, declared, news),
    id,
    unfinished: unfinished?.map((reason) => processOf().session.redact(reason)),
  });

  return {
    check: (call, olds, news) =>
      guarded(processOf(), async () => {
        const host = opened(call, undefined, news);
        const checked = await showingWaits(processOf(), host, () =>
          said().check(host, olds, news.properties),
        );
        const redact = (text: string): string => host.session.redact(text);
        const problems = checked.problems.map(({ path, message }) => ({
          path: redact(path),
          message: redact(message),
        }));
        return { ...checked, inputs: checked.inputs as Properties, problems };
      }),
    diff: (call, id, olds, news) =>
      guarded(processOf(), () => {
        const host = opened(call, id, olds, news);
        const { intent, ...rest } = news.properties;
        // A preview does not know what an update of the intent will save; no difference is about it.
        const known = intent === undefined || hasUnknown(intent, host.isUnknown) ? rest : news.properties;
        const change = said().diff(host, olds.properties, known);
        // What was saved in plain text is encrypted by an update only.
        return { ...change, changes: change.changes || hidesMore(news.declared, olds.declared) };
      }),
    create: (call, news) =>
      guarded(processOf(), async () => {
        const { properties, declared } = news;
        const { onAccepted } = call;
        const host: Host = {
          ...opened(call, undefined, news),
          onAccepted: onAccepted && ((outcome) => onAccepted(settled(outcome, declared, properties))),
        };
        const outcome = await running(processOf(), "create", host, () => said().create(host, properties));
        const instead = keyOf(properties, host.isUnknown) ?? "secret";
        const id = publicId(outcome.id, new SecretValues(declared.values), instead);
        return { ...settled(outcome, declared, properties), id };
      }),
    read: (call, id, olds) =>
      guarded(processOf(), async () => {
        const { properties, declared } = olds;
        const host = opened(call, id, olds);
        const state = await running(processOf(), "read", host, () => said().read(host, id, properties));
        if (state === undefined) return undefined;
        const read = toSave(resource, processOf(), state as Properties, declared, properties);
        const inputs = resource.inputsRead?.(properties, state);
        if (!inputs) return read;
        const isAsSaved = ({ at: [name = ""] }: SecretPath): boolean =>
          isDeepStrictEqual(inputs[name], read.properties[name]);
        return { ...read, inputs: { properties: inputs, declared, secrets: read.secrets.filter(isAsSaved) } };
      }),
    update: (call, id, olds, news) =>
      guarded(processOf(), async () => {
        const host = opened(call, id, olds, news);
        const { properties } = news;
        const outcome = await running(processOf(), "update", host, () =>
          said().update(host, id, olds.properties, properties),
        );
        return settled({ ...outcome, id }, eitherOf(olds.declared, news.declared), properties);
      }),
    delete: (call, id, olds) =>
      guarded(processOf(), () => {
        const host = opened(call, id, olds);
        return running(processOf(), "delete", host, () => said().delete(host, id, olds.properties));
      }),
  };
}

/** What a lifecycle function is given, as far as the engine and the program tell. */
function hostOf(resource: Resource, process: ProviderProcess, call: Call, id: string | undefined): Host {
  const { session, settings, port } = process;
  const { address, of = address, preview = false, replacers = [], leftOut = [], saved, decision } = call;
  const { beforeAllocating } = call;
  // Without an address the id says which one it is.
  const name = call.name || [resource.name, id].filter(Boolean).join(" ");
  return {
    address,
    of,
    name,
    preview,
    settings,
    session,
    signal: process.signal,
    log: logOf(process, address, name),
    isUnknown: port.isUnknown,
    replacers,
    leftOut,
    saved,
    decision,
    beforeAllocating,
  };
}

/**
 * A state with the paths of its secrets: those of the resource, and echoes of declared ones. An output may be its input as
 * the program has `written` it; a state may keep what the program has taken back, frozen at create or since an update failed.
 */
export function toSave(
  resource: Resource,
  { port }: { readonly port: Pick<EnginePort, "marksWritten"> },
  state: Properties,
  declared: Declared,
  written: Properties,
): ToSave {
  const whole = resource.secretOutputs?.(state) ?? [];
  const own: Path[] = [
    ...whole.filter((name) => state[name] !== undefined).map((name) => [name]),
    ...secretsAt(resource.outputs, state).filter(([name]) => !whole.includes(String(name))),
  ];
  if (declared.values.length + declared.names.length === 0)
    return { properties: state, declared, secrets: own.map((at) => ({ at })) };
  const standingOf = (name: string): Standing => {
    if (!(name in resource.inputs.shape)) return "told";
    if (port.marksWritten && isDeepStrictEqual(state[name], written[name])) return "written";
    return declared.names.includes(name) ? "once secret" : "kept";
  };
  const secrets = withEchoes(state, own, standingOf, new SecretValues(declared.values));
  return { properties: state, declared, secrets };
}
