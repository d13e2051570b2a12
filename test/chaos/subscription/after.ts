import type { Engine } from "../engine";
import { allocatedWrong, badErrors, late, lost, notRecovered, takenOver } from "./judges";
import type { ChildOperation } from "./operations";
import type { SubscriptionWorld as World } from "./world";

/** How things stood before the run that met a fault. */
export interface Before {
  /** Requests that had been sent. */
  requests: number;
}

/** What is done after the run that met a fault, and what it comes to. */
export function afterOperation(
  operation: ChildOperation,
  engine: Engine,
  world: World,
  before: Before,
): Promise<string[]> {
  if (operation.name === "delete") return Promise.resolve(afterDelete(engine, world, before));
  return recovery(operation, engine, world);
}

/** The API has no delete: what counts is that the state is empty, that nothing was asked, and that the user was told. */
function afterDelete(engine: Engine, { simulator, written }: World, { requests }: Before): string[] {
  const sent = simulator.ledger.of("request").length - requests;
  const ids = simulator.instances.map(({ instanceId }) => instanceId);
  return [
    ...(engine.resources.size + engine.intents.size > 0 ? ["the delete leaves something in the state"] : []),
    ...(sent > 0 ? [`the delete sent ${sent} requests`] : []),
    ...ids
      .filter((id) => !written.some((text) => text.includes("stays allocated") && text.includes(id)))
      .map((id) => `the delete does not say that ${id} stays allocated`),
  ];
}

/** The same command again, and again: the first is the whole recovery, the second finds nothing to do. */
async function recovery(operation: ChildOperation, engine: Engine, world: World): Promise<string[]> {
  const posts = (): number => world.simulator.ledger.posts().length;
  const isRefresh = operation.name === "refresh";
  const postsBefore = posts();
  const recovered = await engine.up();
  const violations = [
    ...(isRefresh && posts() > postsBefore ? ["an up after the refresh sent a POST"] : []),
    ...notRecovered(engine, recovered),
    ...allocatedWrong(world, operation),
    ...lost(world, engine),
    ...takenOver(world, engine, operation),
    ...late(recovered),
    ...badErrors(world, operation, recovered),
  ];
  const postsThen = posts();
  const again = await engine.up();
  return [
    ...violations,
    ...again.changed.map((what) => `the run after the recovery is to ${what}`),
    ...again.errors.map((error) => `the run after the recovery is not green: ${error}`),
    ...(posts() > postsThen ? ["the run after the recovery sent a POST"] : []),
    ...allocatedWrong(world, operation),
  ];
}
