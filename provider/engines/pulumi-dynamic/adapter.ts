import { carriedInProcess } from "../../host/carried";
import type { Resource, SavedState } from "../../host/contract";
import { type Call, type Settled, serve } from "../../host/serve";
import type { DynamicHandler, Properties } from "./dynamic-handler";
import { PRINTED_OF_ERROR, inLines, initError, unprinted } from "./errors";
import { plainOf, savedInputs, savedOutputs } from "./properties";
import { providerProcess } from "./provider-process";
import { type RunInfo, RunMemory } from "./run-memory";

/** What it has told of the saved state. */
const savedStateOf = (info: RunInfo | undefined): SavedState =>
  info === undefined || info.isUntold === true
    ? { own: "untold", real: "untold", others: "untold" }
    : { own: info.own ?? "none", real: info.real ?? "none", others: info.others ?? [] };

/** What the program has told of a call. Refresh and destroy see no program. */
const callOf = (info: RunInfo | undefined): Call => ({
  address: info?.urn ?? "",
  of: info?.of,
  name: info?.urn.split("::").at(-1),
  preview: info?.preview,
  replacers: info?.replacers,
  leftOut: info?.leftOut,
  saved: savedStateOf(info),
});

/** Errors as the host of dynamic providers is to throw them. */
async function unprintedErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw unprinted(error as Error);
  }
}

/** The handler that serves `resource`. It only translates: engine call to a call of the host's, and back. */
export function handlerFor(resource: Resource): DynamicHandler {
  const served = serve(carriedInProcess(resource), providerProcess);
  const runs = new RunMemory();
  /** An outcome as the engine saves it; one that is not finished is thrown. */
  const settled = (outcome: Settled, inputs: Properties): { id: string; outs: Properties } => {
    const { id, unfinished } = outcome;
    const outs = savedOutputs(resource, outcome);
    if (unfinished) throw initError(id, { ...outs, __provider: inputs["__provider"] }, unfinished);
    return { id, outs };
  };

  return {
    configure: (request) => {
      const streams = [process.stdout, process.stderr];
      providerProcess().configure(
        (name) => request.config.get(`provisor:${name}`),
        streams,
        PRINTED_OF_ERROR,
      );
    },
    check: (olds, news) =>
      unprintedErrors(async () => {
        const info = news["run"] as RunInfo | undefined;
        const { properties, declared } = plainOf(news);
        runs.note(properties, info);
        const old = Object.keys(olds).length > 0 ? plainOf(olds).properties : undefined;
        const { inputs, problems } = await served.check(callOf(info), old, { properties, declared });
        return {
          inputs: savedInputs({ properties: inputs, declared, secrets: [] }),
          // The engine prints the value of a property that a failure names: the path goes into the reason.
          failures: problems.map(({ path, message }) => ({
            property: "",
            reason: path === "" ? message : `${path}: ${message}`,
          })),
        };
      }),
    diff: (id, olds, news) =>
      unprintedErrors(() => {
        const [old, now] = [plainOf(olds), plainOf(news)];
        return served.diff(callOf(runs.of(now.properties, old.properties)), id, old, now);
      }),
    create: (inputs) =>
      unprintedErrors(async () => {
        const news = plainOf(inputs);
        return settled(await served.create(callOf(runs.of(news.properties)), news), inputs);
      }),
    read: (id, props) =>
      unprintedErrors(async () => {
        const read = await served.read(callOf(undefined), id, plainOf(props));
        if (read === undefined) return { id: "" };
        const outs = savedOutputs(resource, read);
        return read.inputs ? { id, props: outs, inputs: savedInputs(read.inputs) } : { id, props: outs };
      }),
    update: (id, olds, news) =>
      unprintedErrors(async () => {
        const [old, now] = [plainOf(olds), plainOf(news)];
        const info = runs.of(now.properties, old.properties);
        return settled(await served.update(callOf(info), id, old, now), news);
      }),
    delete: (id, props) =>
      served.delete(callOf(undefined), id, plainOf(props)).catch((error: unknown) => {
        throw inLines(unprinted(error as Error));
      }),
  };
}
