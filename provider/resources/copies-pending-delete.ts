import { z } from "zod";
import { say } from "../words";
import { type Host, type Resource, StopError } from "../host/contract";
import { decisionOf } from "../host/decisions";
import { readSaved, ownOf } from "../host/saved-state";
import type { RunState } from "../host/run-state";

/**
 * How long a delete that failed waits for that of another copy, in milliseconds. An engine that deletes both asks for both
 * at once.
 */
const OTHER_COPY_MS = 1_000;

/** A part of every decision: what stays with the resource in this run, or that the saved state does not tell. */
const decisions = z.looseObject({ stays: z.union([z.literal("untold"), z.array(z.string())]).optional() });

/**
 * What this process knows of what is held, by what a resource calls it: of resources beside the one whose copy leaves, and
 * of deletes that are under way.
 */
class Holdings {
  private readonly staying = new Set<string>();
  private readonly deletes = new Map<string, Promise<void>[]>();
  /** False where no program is run: in a destroy, nothing is known of what stays. */
  hasProgram = false;
  /** True where the program has such resources, and nobody can say what they hold. */
  isUntold = false;

  stay(held: readonly string[]): void {
    for (const one of held) this.staying.add(one);
  }

  leave(held: readonly string[]): void {
    for (const one of held) this.staying.delete(one);
  }

  stays(held: readonly string[]): boolean {
    return held.length > 0 && held.every((one) => this.staying.has(one));
  }

  isStaying(one: string): boolean {
    return this.staying.has(one);
  }

  deletesOf(held: readonly string[]): Promise<void>[] {
    const key = JSON.stringify([...held].sort());
    const begun = this.deletes.get(key) ?? [];
    this.deletes.set(key, begun);
    return begun;
  }
}

const holdingsOf = (session: RunState, name: string): Holdings =>
  session.one(`holdings:${name}`, () => new Holdings());

/** Whether a resource of this type goes on holding this in this run: then no copy that holds more than that may end it. */
export const goesOnHolding = (host: Host, name: string, held: string): boolean =>
  holdingsOf(host.session, name).isStaying(held) || stayingOf(host).includes(held);

/** What stays with the resource itself, as its check and diff decided it. */
function stayingOf(host: Host): readonly string[] {
  const { stays = [] } = decisionOf(host, decisions) ?? {};
  return stays === "untold" ? [] : stays;
}

/**
 * An engine's state may hold a copy of a resource that is pending deletion beside the resource itself, with the very same
 * instances: a replacement took up what was there, and the delete of what it "replaced" was refused or never came. Its
 * delete says nothing of that. So what stays in this run is no copy's to end, and of several deletes of the same thing one
 * is carried out.
 */
export function sparingCopies(resource: Resource): Resource {
  const { holds } = resource;
  if (!holds) return resource;
  return {
    ...resource,
    check: async (host, olds, news) => {
      const holdings = holdingsOf(host.session, resource.name);
      const own = ownOf(host);
      const held = own ? holds(own) : [];
      holdings.hasProgram = true;
      if (host.saved.own === "untold") holdings.isUntold = true;
      // What is refused stays as well.
      holdings.stay(held);
      const checked = await resource.check(host, olds, news);
      // Checked as something new, it is to be replaced after all, whatever its diff has said.
      const isAnew = olds === undefined && checked.problems.length === 0;
      if (isAnew) holdings.leave(held);
      const stays = host.saved.own === "untold" ? "untold" : isAnew ? [] : held;
      const before = checked.decision ?? (olds === undefined ? host.decision : undefined);
      return { ...checked, decision: { ...(before as object | undefined), stays } };
    },
    diff: (host, state, inputs) => {
      const change = resource.diff(host, state, inputs);
      const { stays } = decisionOf(host, decisions) ?? {};
      // A diff that replaces nothing tells nothing: in a refresh, copies are compared too.
      if (change.replaces.length === 0)
        return stays === undefined
          ? change
          : { ...change, decision: { ...(change.decision as object | undefined), stays } };
      holdingsOf(host.session, resource.name).leave(holds(readSaved(host, resource, state)));
      return {
        ...change,
        decision: { ...(change.decision as object | undefined), stays: stays === "untold" ? stays : [] },
      };
    },
    delete: (host, id, saved) => {
      const holdings = holdingsOf(host.session, resource.name);
      const state = readSaved(host, resource, saved);
      const held = holds(state as object);
      if (held.length === 0) return resource.delete(host, id, state);
      const staying = stayingOf(host);
      if (holdings.stays(held) || held.every((one) => staying.includes(one))) {
        sayLeft(host, held, "stays with the resource itself");
        return Promise.resolve();
      }
      if (holdings.isUntold || decisionOf(host, decisions)?.stays === "untold")
        return Promise.reject(untoldDelete(host, held));
      const deletes = holdings.deletesOf(held);
      const earlier = deletes.at(-1);
      const done = deleteOnce(host, held, earlier, () => resource.delete(host, id, state));
      deletes.push(done);
      return holdings.hasProgram
        ? done
        : orOtherCopy(host, done, () => deletes.slice(deletes.indexOf(done) + 1));
    },
  };
}

/** Carries out a delete, unless an earlier one of the same thing has ended well. */
async function deleteOnce(
  host: Host,
  held: readonly string[],
  earlier: Promise<void> | undefined,
  work: () => Promise<void>,
): Promise<void> {
  if (earlier && (await succeeds(earlier))) sayLeft(host, held, "was deleted with the resource itself");
  else await work();
}

/** A delete that failed has ended well where the delete of another copy does. */
async function orOtherCopy(
  { session: { clock } }: Host,
  done: Promise<void>,
  others: () => readonly Promise<void>[],
): Promise<void> {
  if (await succeeds(done)) return;
  await clock.sleep(OTHER_COPY_MS);
  const ended = await Promise.all(others().map(succeeds));
  if (!ended.includes(true)) await done;
}

const succeeds = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

const untoldDelete = ({ name }: Host, held: readonly string[]): StopError =>
  new StopError(
    `${name}: ${held.join(", ")} was not deleted: the saved state could not be read, and the ${say.program} may still have it. ` +
      "Run the same command again.",
  );

const sayLeft = ({ log, name }: Host, held: readonly string[], why: string): void => {
  log.info(
    `${name}: a copy of it that was pending deletion is out of the state, and nothing was sent for it: ` +
      `${held.join(", ")} ${why}.`,
  );
};
