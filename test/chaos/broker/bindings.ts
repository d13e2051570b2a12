import { createBrokerClient } from "../../../sdk/broker";
import { afterAnswers, andThen, whenIntentIsSaved } from "../moments";
import { atEffectOf } from "./moments";
import {
  type BrokerOperation,
  blind,
  both,
  catalog,
  destroy,
  done,
  doneWithCopies,
  killed,
  letGo,
  polls,
  request,
  unfinished,
  untoldUps,
  up,
} from "./operations";
import { bound, cache, database, only } from "./program";
import { type BrokerWorld, timings } from "./world";

const ofDatabase = bound(database(), { parameters: { role: "reader" } });
const ofCache = bound(cache());
const rotated = (more: object = {}): BrokerOperation["program"] =>
  bound(database(), { parameters: { role: "reader" }, rotationTrigger: "second", ...more });

/** Longer than the time-out of a run. */
const SLOW_MS = timings.timeoutMs + 6_000;
/** What an earlier run began takes so long that the next one sees it going on. */
const unhurried = { operationMs: { bind: 7_000 } };

const afterCatalog = afterAnswers("catalog");
const put = request("the PUT", "bind", afterCatalog);
const poll = polls("bind", "last-binding-operation");
const fetch = request(
  "the fetch",
  "fetch-binding",
  andThen(afterAnswers("bind"), afterAnswers("last-binding-operation")),
);
const unbound = (words: string): BrokerOperation["targets"][number] =>
  request(words, "unbind", andThen(afterAnswers("bind"), afterAnswers("fetch-binding")));

const binds: BrokerOperation[] = [
  {
    name: "bind",
    program: ofDatabase,
    prepare: done(only(database())),
    act: up,
    targets: [catalog, put, ...poll, fetch],
  },
  {
    name: "bind, synchronous",
    program: ofCache,
    prepare: done(only(cache())),
    act: up,
    targets: [blind(put)],
  },
  {
    name: "resume of a bind that was killed before its PUT",
    isVariant: true,
    program: ofDatabase,
    prepare: both(done(only(database())), killed(whenIntentIsSaved)),
    act: up,
    targets: [put],
  },
  {
    name: "resume of a bind that was killed after its PUT",
    isVariant: true,
    program: ofDatabase,
    simulator: unhurried,
    prepare: both(done(only(database())), killed(atEffectOf("bind"))),
    act: up,
    targets: [put],
  },
  {
    name: "resume of a synchronous bind that was killed after its PUT",
    isVariant: true,
    program: ofCache,
    simulator: { credentialsOnce: true },
    prepare: both(done(only(cache())), killed(atEffectOf("bind"))),
    act: up,
    isKept: true,
    targets: [blind(put)],
  },
  {
    name: "resume of a bind whose time was up",
    isVariant: true,
    program: ofDatabase,
    prepare: both(
      done(only(database())),
      unfinished(({ simulator }) => {
        simulator.fail({ on: "bind", kind: "slow", afterMs: SLOW_MS });
      }),
    ),
    act: up,
    targets: [polls(undefined, "last-binding-operation")[0]],
  },
  {
    name: "resume of a bind that failed and left something",
    program: ofDatabase,
    prepare: both(
      done(only(database())),
      unfinished(({ simulator }) => {
        simulator.fail({ on: "bind", kind: "fails-and-leaves" });
        simulator.fault({ on: "unbind", kind: { status: 500 }, times: "always" });
      }),
    ),
    act: up,
    targets: [
      request("the DELETE of what is left", "unbind", afterCatalog),
      request("the PUT that follows", "bind", afterAnswers("unbind")),
    ],
  },
];

const rotations: BrokerOperation[] = [
  {
    name: "rotation",
    program: rotated(),
    prepare: done(ofDatabase),
    act: up,
    isReplacement: true,
    targets: [put, unbound("the DELETE of the predecessor")],
  },
  {
    name: "rotation with an overlap",
    isVariant: true,
    program: rotated({ rotationOverlap: "48h" }),
    prepare: done(ofDatabase),
    act: up,
    isReplacement: true,
    targets: [put],
  },
  {
    name: "end of a predecessor whose overlap is over",
    program: rotated(),
    prepare: both(done(ofDatabase), done(rotated({ rotationOverlap: "48h" }))),
    act: up,
    isReplacement: true,
    targets: [request("the DELETE of the predecessor", "unbind", afterCatalog)],
  },
  {
    name: "resume of a rotation that was killed after its PUT",
    isVariant: true,
    program: rotated(),
    simulator: unhurried,
    prepare: both(done(ofDatabase), killed(atEffectOf("bind"))),
    act: up,
    isReplacement: true,
    targets: [put],
  },
  {
    name: "replacement, synchronous",
    isVariant: true,
    program: bound(cache(), { rotationTrigger: "second" }),
    prepare: done(ofCache),
    act: up,
    isReplacement: true,
    targets: [blind(put)],
  },
];

const others: BrokerOperation[] = [
  {
    name: "refresh",
    program: ofDatabase,
    prepare: done(),
    act: (engine) => engine.refresh(),
    isKept: true,
    targets: [request("the fetch", "fetch-binding", afterCatalog)],
  },
  {
    name: "adopt",
    program: bound(database(), { parameters: { role: "reader" }, adopt: "of-old" }),
    prepare: both(done(only(database())), (_engine, world) => someoneElses(world)),
    act: up,
    isForeign: true,
    isKept: true,
    targets: [request("the fetch", "fetch-binding", afterCatalog)],
  },
  {
    name: "end of a predecessor beside copies that are pending deletion",
    isVariant: true,
    program: rotated(),
    prepare: both(done(ofDatabase), doneWithCopies(rotated({ rotationOverlap: "48h" }))),
    act: up,
    isReplacement: true,
    targets: [request("the DELETE of the predecessor", "unbind", afterCatalog)],
  },
  {
    name: "delete beside copies that are pending deletion",
    isVariant: true,
    program: ofDatabase,
    prepare: doneWithCopies(),
    act: destroy,
    isDelete: true,
    targets: [request("the DELETE", "unbind", afterCatalog)],
  },
  {
    name: "delete",
    program: ofDatabase,
    prepare: done(),
    act: destroy,
    isDelete: true,
    targets: [request("the DELETE", "unbind", afterCatalog), ...polls("unbind", "last-binding-operation")],
  },
  ...([400, 422, 500] as const).map((deletedAs) => ({
    name: `delete at a broker that answers ${deletedAs} of what is gone`,
    isVariant: true,
    program: ofDatabase,
    simulator: { deletedAs },
    prepare: done(),
    act: destroy,
    isDelete: true,
    targets: [request("the DELETE", "unbind", afterCatalog), ...polls("unbind", "last-binding-operation")],
  })),
  {
    name: "delete, synchronous",
    program: ofCache,
    prepare: done(),
    act: destroy,
    isDelete: true,
    targets: [blind(request("the DELETE", "unbind", afterCatalog))],
  },
  {
    name: "delete of an Intent that a killed run left alone",
    program: ofDatabase,
    simulator: unhurried,
    prepare: both(done(only(database())), killed(atEffectOf("bind"))),
    act: (engine) => engine.destroy(["login"]),
    isDelete: true,
    isKept: true,
    targets: [
      request("the fetch", "fetch-binding", afterCatalog),
      // While it is being made a fetch does not find it either: two looks are believed.
      {
        ...request("the look at the last operation", "last-binding-operation", afterCatalog),
        isDeletion: true,
      },
    ],
  },
  {
    name: "delete of an Intent whose binding is in another stack",
    program: ofDatabase,
    prepare: both(done(), letGo("login")),
    act: (engine) => engine.destroy(["login"]),
    isDelete: true,
    isKept: true,
    targets: [catalog, request("the fetch", "fetch-binding", afterCatalog)],
  },
  {
    name: "up of a program whose binding has left the state without its Intent",
    program: ofDatabase,
    prepare: both(done(), letGo("login")),
    act: up,
    isKept: true,
    targets: [put],
  },
];

/** A binding that was made beside this stack, as the program wants it. */
async function someoneElses({ env, clock, simulator }: BrokerWorld): Promise<void> {
  const { OSB_URL: url = "", OSB_USERNAME: username, OSB_PASSWORD: password } = env;
  const client = createBrokerClient({ url, username, password, clock });
  const ids = simulator.plan("postgres", "small");
  const instanceId = simulator.instances[0]?.id ?? "";
  await client.bind(instanceId, "of-old", { ...ids, parameters: { role: "reader" } });
  simulator.finishOperation("of-old");
}

const told: readonly BrokerOperation[] = [...binds, ...rotations, ...others];

export const bindingOperations: readonly BrokerOperation[] = [...told, ...untoldUps(told)];
