import * as pulumi from "@pulumi/pulumi";
import { quietInvoke } from "./quiet-invoke";
import { childInstanceType, intentType } from "./tokens";
import { withoutMarks } from "./wire";

/** What the saved state of this stack holds for one ChildInstance, secrets left out. */
export interface SavedInstance {
  appId: string;
  instanceId: string;
  region?: string;
  tsgId?: string;
}

export interface SavedChildInstance {
  instances: SavedInstance[];
  /** The API and the parent TSG whose list shows them. */
  host?: string;
  parentTsgId?: string;
  jobId?: string;
  missing?: string[];
  unfinished?: unknown;
}

/** What the saved state of the running stack holds, as far as the engine tells. */
export interface SavedStack {
  /** By URN. */
  childInstances: ReadonlyMap<string, SavedChildInstance>;
  /** URNs. */
  intents: ReadonlySet<string>;
}

const reads = new Map<string, Promise<SavedStack>>();

/**
 * The saved state of the running stack. A provider is not shown it: under `--replace` and after `state taint` not even
 * the resource that it is asked to create again. The engine's own invoke behind stack references tells; where it cannot
 * (mocks, an engine without it) nothing is known, and the provider goes by the list alone.
 */
export function savedStack(): Promise<SavedStack> {
  const stack = pulumi.getStack();
  let read = reads.get(stack);
  if (!read) {
    read = readStack(stack).catch(() => ({ childInstances: new Map(), intents: new Set() }));
    reads.set(stack, read);
  }
  return read;
}

async function readStack(stackName: string): Promise<SavedStack> {
  const answer = withoutMarks(await quietInvoke("pulumi:pulumi:readStackResourceOutputs", { stackName })) as
    { outputs?: Record<string, { outputs?: SavedChildInstance }> } | undefined;
  const resources = Object.entries(answer?.outputs ?? {});
  const ofType = (type: string): typeof resources => resources.filter(([urn]) => typeOf(urn) === type);
  return {
    childInstances: new Map(
      ofType(childInstanceType).map(([urn, { outputs }]) => [
        urn,
        withoutSecrets(outputs ?? { instances: [] }),
      ]),
    ),
    intents: new Set(ofType(intentType).map(([urn]) => urn)),
  };
}

const typeOf = (urn: string): string | undefined => urn.split("::")[2]?.split("$").at(-1);

function withoutSecrets(outputs: SavedChildInstance): SavedChildInstance {
  const { instances, host, parentTsgId, jobId, missing, unfinished } = outputs;
  return {
    instances: (Array.isArray(instances) ? instances : []).map(({ appId, instanceId, region, tsgId }) => ({
      appId,
      instanceId,
      ...(region === undefined ? {} : { region }),
      ...(tsgId === undefined ? {} : { tsgId }),
    })),
    ...(host === undefined ? {} : { host }),
    ...(parentTsgId === undefined ? {} : { parentTsgId }),
    ...(jobId === undefined ? {} : { jobId }),
    ...(missing === undefined ? {} : { missing }),
    ...(unfinished === undefined ? {} : { unfinished }),
  };
}
