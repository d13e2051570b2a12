import { createBrokerClient } from "../../../sdk/broker";
import type { Properties } from "../engine";
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
  nothing,
  polls,
  refused,
  request,
  unfinished,
  untoldUps,
  untransformed,
  up,
} from "./operations";
import { cache, database, only } from "./program";
import { type BrokerWorld, timings } from "./world";

/** Longer than the time-out of a run. */
const SLOW_MS = timings.timeoutMs + 6_000;

const afterCatalog = afterAnswers("catalog");
const slow =
  (on: "provision" | "update") =>
  ({ simulator }: BrokerWorld): void => {
    simulator.fail({ on, kind: "slow", afterMs: SLOW_MS });
  };

const put = request("the PUT", "provision", afterCatalog);
/** What an earlier run began takes so long that the next one sees it going on. */
const unhurried = { operationMs: { provision: 7_000, update: 7_000 } };

const creates: BrokerOperation[] = [
  {
    name: "create",
    program: only(database()),
    prepare: nothing,
    act: up,
    targets: [catalog, put, ...polls("provision")],
  },
  {
    name: "create, synchronous",
    program: only(cache()),
    prepare: nothing,
    act: up,
    targets: [blind(put)],
  },
  {
    name: "resume of a create that was killed before its PUT",
    isVariant: true,
    program: only(database()),
    prepare: killed(whenIntentIsSaved),
    act: up,
    targets: [put],
  },
  {
    name: "resume of a create that was killed after its PUT",
    isVariant: true,
    program: only(database()),
    simulator: unhurried,
    prepare: killed(atEffectOf("provision")),
    act: up,
    targets: [put],
  },
  {
    name: "resume of a create whose time was up",
    isVariant: true,
    program: only(database()),
    prepare: unfinished(slow("provision")),
    act: up,
    targets: [polls()[0]],
  },
  {
    name: "resume of a create that failed and was cleaned up",
    isVariant: true,
    program: only(database()),
    prepare: unfinished(({ simulator }) => {
      simulator.fail({ on: "provision", kind: "fails-after" });
    }),
    act: up,
    targets: [put],
  },
  {
    name: "resume of a create that failed and left something",
    program: only(database()),
    prepare: unfinished(({ simulator }) => {
      simulator.fail({ on: "provision", kind: "fails-and-leaves" });
      simulator.fault({ on: "deprovision", kind: { status: 500 }, times: "always" });
    }),
    act: up,
    targets: [request("the DELETE of what is left", "deprovision", afterCatalog)],
  },
  {
    name: "up after the state was lost, with an id of the program",
    program: only(database({ instanceId: "orders-database" })),
    prepare: async (engine) => {
      await done()(engine);
      engine.loseState();
    },
    act: up,
    isForeign: true,
    isKept: true,
    targets: [put],
  },
];

const larger = database({ plan: "large", parameters: { storageGb: 40 } });
const patch = request("the PATCH", "update", afterCatalog);

const updates: BrokerOperation[] = [
  {
    name: "update",
    program: only(larger),
    prepare: done(only(database())),
    act: up,
    isKept: true,
    targets: [patch, ...polls("update")],
  },
  {
    name: "update, synchronous",
    program: only(cache({ plan: "plus" })),
    prepare: done(only(cache())),
    act: up,
    isKept: true,
    targets: [blind(patch)],
  },
  {
    name: "resume of an update that was killed after its PATCH",
    isVariant: true,
    program: only(larger),
    simulator: unhurried,
    prepare: both(done(only(database())), killed(atEffectOf("update"))),
    act: up,
    isKept: true,
    targets: [patch],
  },
  {
    name: "resume of an update whose time was up",
    isVariant: true,
    program: only(larger),
    prepare: both(done(only(database())), unfinished(slow("update"))),
    act: up,
    isKept: true,
    targets: [polls()[0]],
  },
];

const besideCopies: BrokerOperation[] = [
  {
    name: "update beside a copy that is pending deletion",
    isVariant: true,
    program: only(larger),
    prepare: doneWithCopies(only(database())),
    act: up,
    isKept: true,
    targets: [catalog, patch],
  },
  {
    name: "delete beside a copy that is pending deletion",
    isVariant: true,
    program: only(database()),
    prepare: doneWithCopies(),
    act: destroy,
    isDelete: true,
    targets: [request("the DELETE", "deprovision")],
  },
];

const takenBack: BrokerOperation = {
  name: "up after a change that was refused and is taken back",
  program: only(cache()),
  prepare: both(done(), refused(only(cache({ plan: "typo", parameters: { eviction: "none" } })))),
  act: up,
  isKept: true,
  isCalm: true,
  targets: [blind(catalog)],
};

const theirs = { transform: (inputs: Properties): Properties => ({ ...inputs, adopt: "of-old" }) };

const lookedElsewhere: BrokerOperation = {
  name: "up whose Intent is for another id",
  program: only({ ...database(), ...theirs }),
  prepare: (_engine, world) => someoneElses(world),
  act: untransformed(only(database())),
  isForeign: true,
  isTheirs: true,
  isKept: true,
  targets: [catalog],
};

const fixed = database({ plan: "fixed" });
const successor = database({ changePolicy: "replace" });

const others: BrokerOperation[] = [
  {
    name: "refresh",
    program: only(database()),
    prepare: done(),
    act: (engine) => engine.refresh(),
    isKept: true,
    targets: [
      catalog,
      request("the fetch", "fetch", afterCatalog),
      {
        ...request("the second fetch, after one that found nothing,", "fetch", (world, engine, callBack) => {
          world.simulator.fault({ on: "fetch", kind: { status: 404 } });
          afterAnswers("fetch")(world, engine, callBack);
        }),
      },
    ],
  },
  {
    name: "replacement",
    program: only(successor),
    prepare: done(only(fixed)),
    act: up,
    isReplacement: true,
    targets: [
      put,
      request(
        "the DELETE",
        "deprovision",
        andThen(afterAnswers("provision"), afterAnswers("last-operation")),
      ),
    ],
  },
  {
    name: "resume of a replacement that was killed after its PUT",
    isVariant: true,
    program: only(successor),
    simulator: unhurried,
    prepare: both(done(only(fixed)), killed(atEffectOf("provision"))),
    act: up,
    isReplacement: true,
    targets: [put],
  },
  {
    name: "adopt",
    program: only(database({ adopt: "of-old" })),
    prepare: (_engine, world) => someoneElses(world),
    act: up,
    isForeign: true,
    isKept: true,
    targets: [request("the fetch", "fetch", afterCatalog)],
  },
  {
    name: "delete",
    program: only(database()),
    prepare: done(),
    act: destroy,
    isDelete: true,
    targets: [request("the DELETE", "deprovision"), ...polls("deprovision")],
  },
  ...([400, 422, 500] as const).map((deletedAs) => ({
    name: `delete at a broker that answers ${deletedAs} of what is gone`,
    isVariant: true,
    program: only(database()),
    simulator: { deletedAs },
    prepare: done(),
    act: destroy,
    isDelete: true,
    targets: [request("the DELETE", "deprovision"), ...polls("deprovision")],
  })),
  {
    name: "delete, synchronous",
    program: only(cache()),
    prepare: done(),
    act: destroy,
    isDelete: true,
    targets: [blind(request("the DELETE", "deprovision"))],
  },
  {
    name: "delete of a create whose time was up",
    isVariant: true,
    program: only(database()),
    prepare: unfinished(slow("provision")),
    act: destroy,
    isDelete: true,
    targets: [request("the DELETE", "deprovision")],
  },
  {
    name: "delete of an Intent that a killed run left alone",
    program: only(database()),
    simulator: unhurried,
    prepare: killed(atEffectOf("provision")),
    act: destroy,
    isDelete: true,
    isKept: true,
    targets: [
      catalog,
      request("the fetch", "fetch", afterCatalog),
      // While it is being made a fetch does not find it either: two looks are believed.
      { ...request("the look at the last operation", "last-operation", afterCatalog), isDeletion: true },
    ],
  },
  {
    name: "delete of an Intent whose instance is in another stack",
    program: only(database()),
    prepare: both(done(), letGo("db")),
    act: destroy,
    isDelete: true,
    isKept: true,
    targets: [catalog, request("the fetch", "fetch", afterCatalog)],
  },
  {
    name: "up of a program whose instance has left the state without its Intent",
    program: only(database()),
    prepare: both(done(), letGo("db")),
    act: up,
    isKept: true,
    targets: [catalog, put],
  },
];

/** An instance that was made beside this stack, as the program wants it. */
async function someoneElses({ env, clock, simulator }: BrokerWorld): Promise<void> {
  const { OSB_URL: url = "", OSB_USERNAME: username, OSB_PASSWORD: password } = env;
  const client = createBrokerClient({ url, username, password, clock });
  const ids = simulator.plan("postgres", "small");
  const owner = { organizationGuid: "o", spaceGuid: "s" };
  const parameters = database().inputs as { parameters: Record<string, unknown> };
  await client.provision("of-old", { ...ids, ...owner, parameters: parameters.parameters });
  simulator.finishOperation("of-old");
}

const told: readonly BrokerOperation[] = [
  ...creates,
  ...updates,
  ...besideCopies,
  takenBack,
  lookedElsewhere,
  ...others,
];

export const instanceOperations: readonly BrokerOperation[] = [...told, ...untoldUps(told)];
