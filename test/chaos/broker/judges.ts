import { isDeepStrictEqual } from "node:util";
import { followingId } from "../../../provider/resources/broker/ids";
import { deletionUrl } from "../../../sdk/broker/operations";
import type { Engine, Properties, Saved } from "../engine";
import type { Run } from "../provider-process";
import { requestTimeoutMs } from "../world";
import type { BrokerOperation } from "./operations";
import { type BrokerWorld, timings } from "./world";

/** What a busy machine may add to an operation, in milliseconds of the fast clock. */
const SLACK_MS = 10_000;

/** By how much an operation may outlive its time-out: a poll, a request that is under way, and the machine. */
const OVERTIME_MS = timings.pollMs + requestTimeoutMs + SLACK_MS;

/** For how long what failed is cleaned up beyond that. */
const CLEANING_MS = 60_000;

/** A read has no time-out of its own: it ends with the time that requests may be repeated for. */
const READ_MS = 2 * 120_000;

const isInstance = ({ state }: Saved): boolean => !("bindingId" in state);

/** The id at the broker of what is saved. */
const idOf = ({ state }: Saved): string => String(state["bindingId"] ?? state["instanceId"]);

/** Bindings that a binding holds beside itself. */
const predecessorsOf = ({ state }: Saved): string[] =>
  ((state["predecessors"] ?? []) as { bindingId: string }[]).map(({ bindingId }) => bindingId);

/** Ids of what exists at the broker. */
export const alive = ({ simulator }: BrokerWorld): string[] =>
  [...simulator.instances, ...simulator.bindings].map(({ id }) => id);

/** What a run has said of something that it left: that it is there, or may be. */
const wordsOn = ({ warned }: Engine, id: string): string | undefined =>
  warned.find((words) => words.includes("It was left as it is") && words.includes(id));

const isNamed = (engine: Engine, id: string): boolean => wordsOn(engine, id) !== undefined;

/** Follows the advice to delete what was left by its ids, which name the request where the catalog could be had. */
export async function removeAsAdvised(world: BrokerWorld, engine: Engine, id: string): Promise<void> {
  const words = wordsOn(engine, id);
  if (words === undefined) return;
  const { simulator, env } = world;
  const { OSB_USERNAME: username = "", OSB_PASSWORD: password = "", OSB_HEADERS: headers = "{}" } = env;
  const [, url = urlOf(world, id)] = new RegExp(`DELETE (\\S+/${id}\\?\\S+)\\.$`).exec(words) ?? [];
  await fetch(url, {
    method: "DELETE",
    headers: {
      ...(JSON.parse(headers) as Record<string, string>),
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
      "x-broker-api-version": "2.17",
    },
  });
  if (alive(world).includes(id)) simulator.finishOperation(id);
}

/** The same request by whoever knows the broker's catalog. */
function urlOf({ simulator, env }: BrokerWorld, id: string): string {
  const binding = simulator.bindings.find((one) => one.id === id);
  const instanceId = binding?.instanceId ?? id;
  const { serviceId = "", planId = "" } = simulator.instances.find((one) => one.id === instanceId) ?? {};
  return deletionUrl(env["OSB_URL"] ?? "", { instanceId, bindingId: binding?.id, serviceId, planId });
}

const savedOf = ({ resources, replaced }: Engine): Saved[] => [...resources.values(), ...replaced];

const heldBy = (engine: Engine): string[] =>
  savedOf(engine).flatMap((saved) => [idOf(saved), ...predecessorsOf(saved)]);

/** Promise 1: nothing twice, at any moment. */
export function twice(
  world: BrokerWorld,
  engine: Engine,
  { isReplacement, isTheirs }: BrokerOperation,
): string[] {
  const declared = Object.values(engine.program);
  const count = (kind: string): number => declared.filter((one) => one.kind === kind).length;
  const more = isReplacement || isTheirs ? 1 : 0;
  const { instances } = world.most;
  // What a killed run bound is left, and named, where its credentials cannot be had.
  const bindings =
    world.most.bindings - world.simulator.bindings.filter(({ id }) => isNamed(engine, id)).length;
  return [
    ...(instances > count("ServiceInstance") + more ? [`${instances} instances existed at once`] : []),
    ...(bindings > count("ServiceBinding") + more ? [`${bindings} bindings existed at once`] : []),
  ];
}

/** Promise 2, on the way: what exists has an id that the saved state knows, or that follows from it. */
export function nowhere(world: BrokerWorld, engine: Engine, foreign: readonly string[]): string[] {
  const known = new Set(heldBy(engine));
  for (const { state } of engine.intents.values()) {
    const key = String(state["key"]);
    for (const id of [key, ...known]) known.add(id).add(followingId(key, id));
  }
  return alive(world)
    .filter((id) => !known.has(id) && !foreign.includes(id) && !isNamed(engine, id))
    .map((id) => `${id} exists, and nothing in the state leads to it`);
}

/** Nothing of somebody else's is taken. */
export const taken = (engine: Engine, theirs: readonly string[]): string[] =>
  heldBy(engine)
    .filter((id) => theirs.includes(id))
    .map((id) => `${id} is somebody else's and is in the state`);

/** Promise 2, in the end: what exists is in the state, and what is in the state exists as the program wants it. */
export function unlike(world: BrokerWorld, engine: Engine, theirs: readonly string[]): string[] {
  const held = heldBy(engine);
  return [
    ...alive(world)
      .filter((id) => !held.includes(id) && !isNamed(engine, id) && !theirs.includes(id))
      .map((id) => `${id} exists, is not in the state, and was not named`),
    ...held
      .filter((id) => !alive(world).includes(id))
      .map((id) => `${id} is in the state and does not exist`),
    ...engine.replaced.map((saved) => `${idOf(saved)} was replaced and is still to be deleted`),
    ...[...engine.resources.values()].flatMap((saved) => differences(world, saved)),
  ];
}

function differences({ simulator }: BrokerWorld, saved: Saved): string[] {
  const { state, inputs } = saved;
  const id = idOf(saved);
  const differs = (what: string, is: unknown, should: unknown): string[] =>
    isDeepStrictEqual(is, should)
      ? []
      : [`${what} of ${id} is ${JSON.stringify(is)}, not ${JSON.stringify(should)}`];
  if (isInstance(saved)) {
    const found = simulator.instances.find((one) => one.id === id);
    if (!found) return [];
    return [
      ...differs("the standing", found.state, "ready"),
      ...differs("the plan", found.planId, inputs["planId"]),
      ...differs("the saved plan", state["planId"], inputs["planId"]),
      ...differs("the parameters", found.parameters, wantedOf(inputs, found.parameters)),
      ...differs("the saved parameters", state["parameters"], inputs["parameters"]),
    ];
  }
  const found = simulator.bindings.find((one) => one.id === id);
  if (!found) return [];
  return [
    ...differs("the standing", found.state, "ready"),
    ...differs("the instance", found.instanceId, (inputs["instance"] as Properties)["instanceId"]),
    ...differs("the parameters", found.parameters, inputs["parameters"] ?? {}),
    ...(inputs["adopt"] === undefined || state["credentials"] !== undefined
      ? differs("the saved credentials", state["credentials"], found.credentials)
      : []),
  ];
}

/** An update merges parameters: what the program does not name any more stays. */
const wantedOf = ({ parameters }: Properties, found: object): object => ({
  ...found,
  ...(parameters as object | undefined),
});

/** Promise 3: the same command run again is the whole recovery. */
export function notRecovered({ resources, program }: Engine, { errors }: Run): string[] {
  return [
    ...errors.map((error) => `the recovery run is not green: ${error}`),
    ...[...resources]
      .filter(([, { isUnfinished, state }]) => isUnfinished || state["state"] !== "succeeded")
      .map(([name]) => `the recovery run leaves ${name} unfinished`),
    ...Object.keys(program)
      .filter((name) => !resources.has(name))
      .map((name) => `the recovery run leaves ${name} out of the state`),
  ];
}

/** Promise 5: a deadline is a deadline. */
export const late = ({ took }: Run): string[] =>
  took
    .filter(({ ms, timeoutMs = READ_MS }) => ms > timeoutMs + CLEANING_MS + OVERTIME_MS)
    .map(({ operation, ms, timeoutMs = READ_MS }) => `${operation} took ${ms} ms; it has ${timeoutMs} ms`);

/** Promise 2, of what is not to end: it never did. */
export const ended = (world: BrokerWorld, before: readonly string[]): string[] =>
  before.filter((id) => !alive(world).includes(id)).map((id) => `${id} was there before, and is gone`);

/** Says that nothing is there. */
const NOTHING = /[Nn]othing was (provisioned|bound)(?! by this run)|nothing of it is left|nothing is bound/;

/** Errors are for the user: never a crash of ours, never a wrong word on what exists, never without a way on. */
export function badErrors(
  world: BrokerWorld,
  engine: Engine,
  foreign: readonly string[],
  { errors, unexpected }: Run,
): string[] {
  const known = [...heldBy(engine), ...foreign];
  const unheld = alive(world).filter((id) => !known.includes(id));
  return [
    ...unexpected.map((error) => `an error is none of ours: ${error}`),
    ...errors.filter((error) => error.trim() === "").map(() => "an error says nothing"),
    ...errors
      .filter((error) => NOTHING.test(error) && unheld.length > 0)
      .map((error) => `an error says that nothing is there, and ${unheld.join(", ")} is: ${error}`),
  ];
}
