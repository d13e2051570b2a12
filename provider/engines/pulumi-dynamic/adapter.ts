import { ProvisorError } from "../../../sdk/subscription";
import { type Host, type Log, type Outcome, type Resource, StopError } from "../../resources/contract";
import { mapSecrets } from "../../resources/schema/markers";
import { ProviderProcess } from "./process";
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

const withoutProvider = ({ __provider: _provider, run: _run, ...rest }: Properties): Properties =>
  withoutMarks(rest) as Properties;

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
      saved: { own: info?.own, heldElsewhere: info?.held ?? [] },
    };
  };
  const save = (outcome: Outcome<unknown>): Properties =>
    mapSecrets(resource.outputs, outcome.state, secret) as Properties;

  return {
    configure: (request) => {
      providerProcess().configure((key) => request.config.get(key));
    },
    check: (olds, news) =>
      guarded(async () => {
        const info = news["run"] as RunInfo | undefined;
        const inputs = withoutProvider(news);
        const key = keyOf(inputs);
        if (info && key !== undefined) runs.set(key, info);
        const old = Object.keys(olds).length > 0 ? withoutProvider(olds) : undefined;
        const result = await resource.check(host(info), old, inputs);
        return {
          inputs: { ...(result.inputs as Properties) },
          // The engine prints the value of a property that a failure names: the path goes into the reason.
          failures: result.problems.map(({ path, message }) => ({
            property: "",
            reason: path === "" ? message : `${path}: ${message}`,
          })),
        };
      }),
    diff: (_id, olds, news) =>
      guarded(() => {
        const inputs = withoutProvider(news);
        return Promise.resolve(resource.diff(host(infoOf(inputs)), withoutProvider(olds), inputs));
      }),
    create: (inputs) =>
      guarded(async () => {
        const known = withoutProvider(inputs);
        const info = infoOf(known);
        const outcome = await running(info, () => resource.create(host(info), known));
        const outs = save(outcome);
        if (outcome.unfinished) throw unfinishedError(outcome, outs, inputs);
        return { id: outcome.id, outs };
      }),
    read: (id, props) =>
      guarded(async () => {
        const state = await running(undefined, () =>
          resource.read(host(undefined, id), id, withoutProvider(props)),
        );
        return state === undefined ? { id: "" } : { id, props: save({ id, state }) };
      }),
    update: (id, olds, news) =>
      guarded(async () => {
        const known = withoutProvider(news);
        const info = infoOf(known);
        const outcome = await running(info, () =>
          resource.update(host(info), id, withoutProvider(olds), known),
        );
        const outs = save(outcome);
        if (outcome.unfinished) throw unfinishedError(outcome, outs, news);
        return { outs };
      }),
    delete: (id, props) =>
      guarded(() =>
        running(undefined, () => resource.delete(host(undefined, id), id, withoutProvider(props))),
      ),
  };
}

const infoOf = (inputs: Properties): RunInfo | undefined => runs.get(keyOf(inputs) ?? "");

async function running<T>(info: RunInfo | undefined, operation: () => Promise<T>): Promise<T> {
  const current = providerProcess();
  try {
    return await current.run(operation);
  } finally {
    if (info) current.progress.end(info.urn);
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

/** An error that the host turns into a saved state with reasons: an initialisation error, in the engine's words. */
function unfinishedError(outcome: Outcome<unknown>, outs: Properties, inputs: Properties): Error {
  return Object.assign(new Error(outcome.unfinished?.join("\n")), {
    id: outcome.id,
    properties: { ...outs, __provider: inputs["__provider"] },
    reasons: outcome.unfinished,
  });
}

/**
 * Errors as a user should see them. The host prints the stack of what check, diff, read and delete throw; a stack
 * says nothing to a user, and it is the only place where an error of a library could show what it holds.
 */
async function guarded<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const known =
      error instanceof StopError || error instanceof ProvisorError || "reasons" in (error as object);
    const shown = known ? (error as Error) : new Error(`Provisor failed unexpectedly: ${describe(error)}`);
    // The host prints name, message and stack once more, on the stack's row.
    shown.name = "";
    shown.stack = "";
    throw shown;
  }
}

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return "an unknown error";
  return `${error.name}: ${error.message}`;
};
