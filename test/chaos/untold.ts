import type { Operation } from "./cases";
import type { Engine } from "./engine";
import type { World } from "./world";

/**
 * An operation that an engine meets before which plans in one process, applies in another, and tells neither of them what it
 * has saved. What that run refuses, the same command brings about once the engine tells again.
 */
export const untoldFirst = <W extends World, O extends Operation<W>>(operation: O): O => ({
  ...operation,
  name: `${operation.name}, of which nothing is told at first`,
  act: async (engine: Engine) => {
    engine.isUntold = true;
    await operation.act(engine);
    engine.isUntold = false;
    return operation.act(engine);
  },
});
