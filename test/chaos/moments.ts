import type { Engine } from "./engine";
import type { ApiEvent, World } from "./world";

/** Calls back at some moment of an operation: once, and before the request that follows it is sent. */
export type Moment = (world: World, engine: Engine, callBack: () => void) => void;

/** At the first event that fits. */
export const atEvent =
  (fits: (event: ApiEvent) => boolean): Moment =>
  ({ simulator }, _engine, callBack) => {
    const end = simulator.on((event) => {
      if (!fits(event)) return;
      end();
      callBack();
    });
  };

export const atOnce: Moment = (_world, _engine, callBack) => {
  callBack();
};

/** When so many requests of a kind have been answered. */
export const afterAnswers = (request: string, count = 1): Moment => {
  return (world, engine, callBack) => {
    let left = count;
    const isLast = (event: ApiEvent): boolean =>
      event.kind === "answer" && event.request === request && --left === 0;
    atEvent(isLast)(world, engine, callBack);
  };
};

/** At one moment after another. */
export const andThen =
  (first: Moment, second: Moment): Moment =>
  (world, engine, callBack) => {
    first(world, engine, () => {
      second(world, engine, callBack);
    });
  };

/** When the engine has saved the intent, before the create of the resource itself begins. */
export const whenIntentIsSaved: Moment = (_world, engine, callBack) => {
  engine.onIntentSaved = callBack;
};
