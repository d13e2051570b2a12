import type { LedgerEvent, RequestKind } from "../../sdk/simulator";
import type { Engine } from "./engine";
import type { World } from "./world";

/** Calls back at some moment of an operation: once, and before the request that follows it is sent. */
export type Moment = (world: World, engine: Engine, callBack: () => void) => void;

/** At the first event that fits. */
function atEvent({ simulator }: World, fits: (event: LedgerEvent) => boolean, callBack: () => void): void {
  const end = simulator.on((event) => {
    if (!fits(event)) return;
    end();
    callBack();
  });
}

export const atOnce: Moment = (_world, _engine, callBack) => {
  callBack();
};

/** When so many requests of a kind have been answered. */
export const afterAnswers =
  (kind: RequestKind, count = 1): Moment =>
  (world, _engine, callBack) => {
    let left = count;
    atEvent(world, (event) => event.kind === "answer" && event.request === kind && --left === 0, callBack);
  };

/** When so many lists have been answered after the POST was. */
export const afterPost =
  (lists: number): Moment =>
  (world, engine, callBack) => {
    afterAnswers("post")(world, engine, () => {
      if (lists === 0) callBack();
      else afterAnswers("list", lists)(world, engine, callBack);
    });
  };

/** When the POST has had its effect, before its answer. */
export const atEffect: Moment = (world, _engine, callBack) => {
  atEvent(world, ({ kind }) => kind === "effect", callBack);
};

/** Just as the list would show for the first time that something is done. */
export const beforeDone: Moment = (world, _engine, callBack) => {
  atEvent(world, ({ kind }) => kind === "instance-done", callBack);
};

/** When the engine has saved the intent, before the create of the resource itself begins. */
export const whenIntentIsSaved: Moment = (_world, engine, callBack) => {
  engine.onIntentSaved = callBack;
};

/** When a POST has got no answer. */
export const whenPostIsLost: Moment = (world, _engine, callBack) => {
  atEvent(world, ({ kind, request }) => kind === "no-answer" && request === "post", callBack);
};
