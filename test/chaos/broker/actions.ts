import { actionServices } from "../../../sdk/simulator";
import type { Properties } from "../engine";
import { afterAnswers, whenIntentIsSaved } from "../moments";
import { atEffectOf } from "./moments";
import {
  type BrokerOperation,
  blind,
  catalog,
  destroy,
  done,
  killed,
  nothing,
  request,
  unfinished,
  up,
} from "./operations";
import { instance, only } from "./program";
import { withoutSchemas } from "./world";

/** What is done at a broker that carries out actions and keeps nothing. Of this action a second request makes another. */
export const snapshot = (inputs: Properties = {}): ReturnType<typeof instance> =>
  instance({ service: "take-snapshot", plan: "of-database", parameters: { pdb_name: "SALES" }, ...inputs });

const simulator = { kind: "actions", services: withoutSchemas(actionServices()) } as const;
const another = snapshot({ parameters: { pdb_name: "HR" }, changePolicy: "replace" });
const afterCatalog = afterAnswers("catalog");
const put = blind(request("the PUT", "provision", afterCatalog));
const del = blind(request("the DELETE", "deprovision"));

export const actionOperations: BrokerOperation[] = [
  {
    name: "create",
    program: only(snapshot()),
    prepare: nothing,
    act: up,
    targets: [catalog, put],
  },
  {
    name: "create, destroyed after that",
    isVariant: true,
    program: only(snapshot()),
    prepare: nothing,
    act: up,
    isDelete: true,
    targets: [put],
  },
  {
    name: "create after one that was refused",
    isVariant: true,
    program: only(snapshot()),
    prepare: unfinished(({ simulator: broker }) => {
      broker.fault({ on: "provision", kind: { status: 400 } });
    }),
    act: up,
    targets: [put],
  },
  {
    name: "up after a create that was killed before its PUT",
    program: only(snapshot()),
    prepare: killed(whenIntentIsSaved),
    act: up,
    targets: [catalog],
  },
  {
    name: "up after a create that was killed after its PUT",
    program: only(snapshot()),
    prepare: killed(atEffectOf("provision")),
    act: up,
    targets: [catalog],
  },
  {
    name: "replacement",
    program: only(another),
    prepare: done(only(snapshot())),
    act: up,
    isReplacement: true,
    targets: [put, blind(request("the DELETE", "deprovision", afterAnswers("provision")))],
  },
  {
    name: "delete",
    program: only(snapshot()),
    prepare: done(),
    act: destroy,
    isDelete: true,
    targets: [del],
  },
].map((operation) => ({ ...operation, simulator }));
