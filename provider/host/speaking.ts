import type { Host, Log, Outcome, Problem, Resource } from "./contract";
import type { Speech } from "../words";

/** A value as it is, but for its texts. */
export function spokenIn<T>(value: T, speech: Speech): T {
  if (typeof value === "string") return speech.text(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => spokenIn(item, speech)) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spokenIn(item, speech)])) as T;
}

/** An error, in an engine's words. It stays the same one: others may wait for it, and find it said already. */
export function spokenError(error: unknown, speech: Speech): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack } = error;
  error.message = speech.text(message);
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}

const speakingLog = (log: Log, speech: Speech): Log => ({
  info: (text) => log.info(speech.text(text)),
  warn: (text) => log.warn(speech.text(text)),
  // The state is compared, and not shown.
  progress: (text, since, state) => log.progress(speech.text(text), since, state),
});

const speakingHost = (host: Host, speech: Speech): Host => ({
  ...host,
  log: speakingLog(host.log, speech),
});

const spokenProblem = ({ path, message }: Problem, speech: Speech): Problem => ({
  path: speech.path(path),
  message: speech.text(message),
});

/**
 * The resource as an engine's users meet it: whatever it says, in messages, errors and saved texts, is in the engine's words.
 */
export function speaking<Inputs, State>(
  resource: Resource<Inputs, State>,
  speech: Speech,
): Resource<Inputs, State> {
  const said = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw spokenError(error, speech);
    }
  };
  const outcome = async (work: () => Promise<Outcome<State>>): Promise<Outcome<State>> =>
    spokenIn(await said(work), speech);
  const as = (host: Host): Host => speakingHost(host, speech);
  return {
    ...resource,
    check: (host, olds, news) =>
      said(async () => {
        const checked = await resource.check(as(host), olds, news);
        return { ...checked, problems: checked.problems.map((problem) => spokenProblem(problem, speech)) };
      }),
    diff: (host, state, inputs) => {
      try {
        return resource.diff(as(host), state, inputs);
      } catch (error) {
        throw spokenError(error, speech);
      }
    },
    create: (host, inputs) => outcome(() => resource.create(as(host), inputs)),
    read: (host, id, state) => said(async () => spokenIn(await resource.read(as(host), id, state), speech)),
    update: (host, id, state, inputs) => outcome(() => resource.update(as(host), id, state, inputs)),
    delete: (host, id, state) => said(() => resource.delete(as(host), id, state)),
  };
}
