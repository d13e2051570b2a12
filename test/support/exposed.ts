import { isMarked, marked, withoutMarks } from "../../provider/engines/pulumi-dynamic/wire";
import type { OtherSaved, Resource, SavedOutputs } from "../../provider/host/contract";
import { exposedOutputs } from "../../provider/host/exposed-outputs";
import { secretsAt } from "../../provider/schema/markers";

type Told = Pick<Resource, "name" | "inputs" | "outputs">;

/** What may be told of a saved state, in which an engine hides what the schema marks as secret. */
const part = ({ outputs }: Told, state: object, reader: "itself" | "others"): SavedOutputs =>
  exposedOutputs(
    { outputs },
    marked(
      { ...state },
      secretsAt(outputs, state).map((at) => ({ at })),
    ),
    { isMarked, unmark: withoutMarks },
    reader,
  );

/** What its resource is told of a saved state. */
export const exposedToItself = (resource: Told, state: object): SavedOutputs =>
  part(resource, state, "itself");

/** What others are told of a saved state. */
export const exposedToOthers = (resource: Told, state: object): OtherSaved => ({
  type: resource.name,
  state: part(resource, state, "others"),
});

/** Another ChildInstance of the saved state, which holds these instances. */
export const anotherChild = (...instanceIds: string[]): OtherSaved => ({
  type: "ChildInstance",
  state: { instances: instanceIds.map((instanceId) => ({ instanceId })) },
});
