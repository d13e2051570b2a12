import { say } from "../words";
import {
  type Host,
  type Resource,
  type SavedOutputs,
  StopError,
  type SavedState,
  type OtherSaved,
  type Problem,
} from "./contract";
import { pathText } from "../schema/validate";

type Of = Pick<Resource<never, never>, "outputs" | "version" | "upgrade">;

/** States that were read in this process: what hands one on need not read it again. */
const known = new WeakSet<object>();

/**
 * A saved state as what it is said to be, in the shape of this version. One of a later version may mean other things by the
 * same names, and one that is damaged means nothing: neither is guessed at.
 * @throws StopError that names what cannot be read, never a value.
 */
export function readSaved<State>(host: Host, resource: Of, saved: unknown): State {
  if (typeof saved === "object" && saved !== null && known.has(saved)) return saved as State;
  const state = upgraded(host, resource, (saved ?? {}) as SavedOutputs);
  const read = resource.outputs.safeParse(state);
  if (read.success) {
    known.add(state);
    return state as State;
  }
  const paths = [...new Set(read.error.issues.map((issue) => pathText(issue.path)))]
    .filter(Boolean)
    .map(say.path);
  throw new StopError(
    `${host.name}: its saved state is damaged${paths.length > 0 ? ` (${paths.slice(0, 5).join(", ")})` : ""}. Nothing was ` +
      `done. Bring back an earlier state: ${say.earlierState}.`,
  );
}

/** The state, or the part of it that an engine tells, in the shape of this version. Without a number it is of the first one. */
function upgraded(host: Host, { version, upgrade }: Of, saved: SavedOutputs): SavedOutputs {
  const found = saved["version"] ?? 1;
  if (!Number.isInteger(found) || found === version) return saved;
  if (upgrade && (found as number) < version) return { ...upgrade(found as number, saved), version };
  throw new StopError(
    `${host.name}: its saved state has version ${String(found)}, and this Provisor knows version ${version}. Nothing ` +
      "was done. Install the version of provisor that saved it, or a newer one.",
  );
}

/**
 * The resource, which sees the states that earlier versions saved in the shape of this one, wherever it is shown them.
 * @param seen Is shown each that was read as a whole, before the resource is.
 */
export function readingSaved<Inputs, State>(
  resource: Resource<Inputs, State>,
  seen: (host: Host, state: State) => void = () => undefined,
): Resource<Inputs, State> {
  const read = (host: Host, saved: unknown): State => {
    const state = readSaved<State>(host, resource, saved);
    seen(host, state);
    return state;
  };
  const told = (host: Host): Host => {
    const own = ownOf(host);
    return own ? { ...host, saved: { ...host.saved, own: upgraded(host, resource, own) } } : host;
  };
  return {
    ...resource,
    check: async (host, olds, news) => resource.check(told(host), olds, news),
    diff: (host, state, inputs) => resource.diff(host, read(host, state), inputs),
    create: async (host, inputs) => resource.create(told(host), inputs),
    read: async (host, id, state) => resource.read(host, id, read(host, state)),
    update: async (host, id, state, inputs) => resource.update(host, id, read(host, state), inputs),
    delete: async (host, id, state) => resource.delete(host, id, read(host, state)),
  };
}

/** Saved outputs; undefined where there are none, or where it is not told what there is. */
export const savedOf = (saved: SavedState["own"] | undefined): SavedOutputs | undefined =>
  saved === "none" || saved === "untold" ? undefined : saved;

/** Those of this very resource. */
export const ownOf = ({ saved }: Pick<Host, "saved">): SavedOutputs | undefined => savedOf(saved.own);

/** What others have told; nothing where the engine cannot say. */
export const othersOf = ({ saved: { others } }: Pick<Host, "saved">): readonly OtherSaved[] =>
  others === "untold" ? [] : others;

/** The object without what is undefined: an engine would save nothing of it, and then see a difference. */
export const omitUndefined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

const WORDS =
  "what the state holds of it could not be read, so that this may be a replacement of what is live. Nothing was sent. Run the " +
  "same command again";

/** What stands against a create, as far as its check can tell: of an intent, nothing else shows that it is a replacement. */
export const untoldProblems = ({ saved }: Host): Problem[] =>
  saved.own === "untold" ? [{ path: "", message: WORDS }] : [];

/**
 * Refuses a create that may be a replacement, before anything is sent: it would take what is live for what a run of its own
 * left, or allocate a second time.
 * @param isFirst True where the run itself knows better: it made the intent, or its diff decided what is replaced.
 * @throws StopError
 */
export function assertTold(host: Host, isFirst: boolean): void {
  if (host.saved.own === "untold" && !isFirst) throw new StopError(`${host.name}: ${WORDS}.`);
}
