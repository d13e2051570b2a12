import { type Host, type Log, type Resource, type SavedState } from "../../resources/contract";
import { mapSecrets } from "../../resources/schema/markers";
import { hasUnknown } from "../../resources/schema/unknown";
import { SecretValues } from "../../resources/secret-values";
import { Unfinished, shownError } from "./errors";
import { ProviderProcess } from "./process";
import { markEchoes, publicId } from "./secret-echoes";
import { isUnknown, secret, withoutMarks } from "./wire";

type Properties = Record<string, unknown>;

/** What the program tells of the run beside the inputs; taken out by check, so that it is never saved. */
export interface RunInfo {
  /** URN of the resource. */
  urn: string;
  preview: boolean;
  /** What the saved state holds for this very resource, secrets left out. */
  own?: Properties | undefined;
  /** Instance ids that other resources of the stack hold. */
  held?: string[] | undefined;
  /** Those of them that a list should show. */
  live?: SavedState["liveElsewhere"] | undefined;
}

/** A provider as the dynamic provider host of @pulumi/pulumi calls it (`cmd/dynamic-provider`). */
export interface DynamicHandler {
  configure(request: { config: { get(key: string): string | undefined } }): void;
  check(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
  read(id: string, props: Properties): Promise<{ id?: string; props?: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

let shared: ProviderProcess | undefined;

/** The process is connected at its first use: this module is loaded in programs too. */
const providerProcess = (): ProviderProcess => (shared ??= new ProviderProcess(process.argv[2] ?? ""));

/** What a resource is to see of the properties that the engine has: nothing of what the adapter adds. */
const withoutExtras = ({
  __provider: _provider,
  run: _run,
  secretInputs: _secrets,
  ...rest
}: Properties): Properties => withoutMarks(rest) as Properties;

/**
 * The values that the program declared secret, as `secret-inputs.ts` passes them. They are saved, encrypted: a refresh
 * and a delete see no program. From the first look at them on nothing that is said holds one.
 */
function secretsOf(properties: Properties): string[] {
  const values = withoutMarks(properties["secretInputs"]);
  if (!Array.isArray(values)) return [];
  const known = values.filter((value): value is string => typeof value === "string" && !isUnknown(value));
  providerProcess().session.secretInputs.add(known);
  return known;
}

/** What check was told of a run, kept for the create or update that follows: those see only what is saved. */
const runs = new Map<string, RunInfo>();

/** By its intent a resource is known again from check to create. */
const keyOf = (inputs: Properties): string | undefined => {
  const intent = inputs["intent"];
  return typeof intent === "object" && intent !== null ? String((intent as Properties)["key"]) : undefined;
};

/** The handler that serves `resource`. It only translates: engine call to lifecycle call, and back. */
export function handlerFor(resource: Resource): DynamicHandler {
  const host = (info: RunInfo | undefined, id?: string): Host => {
    const { session, settings } = providerProcess();
    const urn = info?.urn ?? "";
    return {
      address: urn,
      // Refresh and destroy tell no URN; the id says parent, tenant and app.
      name: urn.split("::").at(-1) || [resource.name, id].filter(Boolean).join(" "),
      preview: info?.preview ?? false,
      settings,
      session,
      signal: new AbortController().signal,
      log: logFor(urn),
      isUnknown,
      saved: { own: info?.own, heldElsewhere: info?.held ?? [], liveElsewhere: info?.live ?? [] },
    };
  };
  const save = (state: unknown, secrets: string[]): Properties => {
    const outs = mapSecrets(resource.outputs, state, secret) as Properties;
    if (secrets.length === 0) return outs;
    const isInput = (name: string): boolean => name in resource.inputs.shape;
    return { ...markEchoes(outs, isInput, new SecretValues(secrets)), secretInputs: secret(secrets) };
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
        const key = keyOf(inputs);
        if (info && key !== undefined) runs.set(key, info);
        const old = Object.keys(olds).length > 0 ? withoutExtras(olds) : undefined;
        const result = await resource.check(host(info), old, inputs);
        return {
          inputs: {
            ...(result.inputs as Properties),
            ...(secrets.length > 0 ? { secretInputs: secret(secrets) } : {}),
          },
          // The engine prints the value of a property that a failure names: the path goes into the reason.
          failures: result.problems.map(({ path, message }) => ({
            property: "",
            reason: providerProcess().session.redact(path === "" ? message : `${path}: ${message}`),
          })),
        };
      }),
    diff: (_id, olds, news) =>
      guarded(() => {
        const known = withoutExtras(news);
        const own = host(infoOf(known));
        // A preview does not know what an update of the intent will save; no difference is about it.
        if (hasUnknown(known["intent"], isUnknown)) delete known["intent"];
        const hidden = secretsOf(olds);
        const isMoreSecret = secretsOf(news).some((value) => !hidden.includes(value));
        const change = resource.diff(own, withoutExtras(olds), known);
        // What was saved in plain text is encrypted by an update only.
        return Promise.resolve({ ...change, changes: change.changes || isMoreSecret });
      }),
    create: (inputs) =>
      guarded(async () => {
        const secrets = secretsOf(inputs);
        const known = withoutExtras(inputs);
        const own = host(infoOf(known));
        const outcome = await running("create", own, () => resource.create(own, known));
        const id = publicId(outcome.id, new SecretValues(secrets), keyOf(known) ?? "secret");
        const outs = save(outcome.state, secrets);
        if (outcome.unfinished) throw new Unfinished(id, outs, inputs, outcome.unfinished);
        return { id, outs };
      }),
    read: (id, props) =>
      guarded(async () => {
        const secrets = secretsOf(props);
        const own = host(undefined, id);
        const state = await running("read", own, () => resource.read(own, id, withoutExtras(props)));
        return state === undefined ? { id: "" } : { id, props: save(state, secrets) };
      }),
    update: (id, olds, news) =>
      guarded(async () => {
        // What was allocated with an earlier secret goes on repeating it.
        const secrets = [...new Set([...secretsOf(olds), ...secretsOf(news)])];
        const known = withoutExtras(news);
        const own = host(infoOf(known));
        const outcome = await running("update", own, () =>
          resource.update(own, id, withoutExtras(olds), known),
        );
        const outs = save(outcome.state, secrets);
        if (outcome.unfinished) throw new Unfinished(id, outs, news, outcome.unfinished);
        return { outs };
      }),
    delete: (id, props) =>
      guarded(() => {
        secretsOf(props);
        const own = host(undefined, id);
        return running("delete", own, () => resource.delete(own, id, withoutExtras(props)));
      }),
  };
}

const infoOf = (inputs: Properties): RunInfo | undefined => runs.get(keyOf(inputs) ?? "");

/** Runs an operation, and takes its row off the board of progress in the end. */
async function running<T>(what: string, host: Host, operation: () => Promise<T>): Promise<T> {
  const { progress, session, isDebugging } = providerProcess();
  const started = session.clock.now();
  const note = (how: string): void => {
    if (isDebugging) session.debug(`${what} of ${host.name} ${how}`);
  };
  const after = (): string => `after ${session.clock.now() - started} ms`;
  note("begins");
  try {
    const result = await operation();
    note(`ends ${after()}`);
    return result;
  } catch (error) {
    note(`fails ${after()}`);
    throw error;
  } finally {
    progress.end(host.address);
  }
}

function logFor(urn: string): Log {
  const { engine, progress } = providerProcess();
  return {
    info: (text) => {
      engine.log("info", text, urn);
    },
    warn: (text) => {
      engine.log("warning", text, urn);
    },
    progress: (text, since, state) => {
      progress.show(urn, text, since, state);
    },
  };
}

/** What an operation throws, as a user should see it. */
async function guarded<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw shownError(error, (text) => providerProcess().session.redact(text));
  }
}
