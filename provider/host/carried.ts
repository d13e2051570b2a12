import type { Host, Resource } from "./contract";
import { keyOf } from "./intent-key";
import type { RunState } from "./run-state";
import { ownOf, readSaved } from "./saved-state";

/** What was decided in this process, by the names of what it is about. */
class Decisions {
  private readonly byName = new Map<string, unknown>();

  note(names: readonly string[], decision: unknown): void {
    for (const name of names) this.byName.set(name, decision);
  }

  of(names: readonly string[]): unknown {
    const known = names.find((name) => this.byName.has(name));
    return known === undefined ? undefined : this.byName.get(known);
  }
}

/** What an engine is handed of a resource: its inputs, its saved outputs, or a part of them. */
type Properties = Readonly<Record<string, unknown>>;

/** What a state says that it has; of a damaged one, which its resource refuses by itself, nothing. */
function namesIn(names: () => string[] | undefined): string[] {
  try {
    return names() ?? [];
  } catch {
    return [];
  }
}

/**
 * A resource for an engine that plans and applies in one process, and shows a create no more than inputs and a delete no
 * more than a saved state: what is decided is kept in the session, by the key of the intent and by what a state holds.
 * One that plans elsewhere carries what check and diff return by itself, and has no use for this.
 */
export function carriedInProcess<Inputs, State>(resource: Resource<Inputs, State>): Resource<Inputs, State> {
  const decisionsOf = ({ session }: { session: RunState }): Decisions =>
    session.one(`decisions:${resource.name}`, () => new Decisions());
  const read = (host: Host, state: unknown): State => readSaved(host, resource, state);
  // While a plan makes the intent, its key is not known, and the same mark would stand for that of every resource.
  const ofInputs = ({ isUnknown }: Host, inputs: unknown): string[] =>
    intentNames(keyOf((inputs ?? {}) as Record<string, unknown>, isUnknown));
  const held = (state: unknown): string[] => [
    ...intentNames((state as Properties)["intentKey"]),
    // The state of an intent itself.
    ...intentNames((state as Properties)["key"]),
    ...namesIn(() => resource.holds?.(state as State & object)),
  ];
  const about = (state: unknown): string[] => [
    ...held(state),
    ...namesIn(() => resource.replaced?.(state as State & object)),
  ];
  const told = (host: Host, names: readonly string[]): Host =>
    host.decision === undefined ? { ...host, decision: decisionsOf(host).of(names) } : host;

  return {
    ...resource,
    check: async (host, olds, news) => {
      const own = ownOf(host);
      const names = [...ofInputs(host, news), ...(own ? about(own) : [])];
      const { decision, ...checked } = await resource.check(told(host, names), olds, news);
      if (decision !== undefined) decisionsOf(host).note(names, decision);
      return checked;
    },
    diff: (host, saved, inputs) => {
      const state = read(host, saved);
      const names = [...ofInputs(host, inputs), ...about(state)];
      const { decision, ...change } = resource.diff(told(host, names), state, inputs);
      decisionsOf(host).note(names, decision);
      return change;
    },
    create: (host, inputs) => resource.create(told(host, ofInputs(host, inputs)), inputs),
    update: async (host, id, saved, inputs) => {
      const state = read(host, saved);
      return resource.update(told(host, [...ofInputs(host, inputs), ...held(state)]), id, state, inputs);
    },
    delete: async (host, id, saved) => {
      const state = read(host, saved);
      return resource.delete(told(host, held(state)), id, state);
    },
  };
}

/** A key of an intent as a name; none where it is not there. */
const intentNames = (key: unknown): string[] => (typeof key === "string" ? [`intent ${key}`] : []);
