import { type Moment, afterAnswers, andThen, atEvent } from "../moments";

/** When so many lists have been answered after the POST was. */
export const afterPost = (lists: number): Moment =>
  lists === 0 ? afterAnswers("post") : andThen(afterAnswers("post"), afterAnswers("list", lists));

/** When the POST has had its effect, before its answer. */
export const atEffect: Moment = atEvent(({ kind }) => kind === "effect");

/** Just as the list would show for the first time that something is done. */
export const beforeDone: Moment = atEvent(({ kind }) => kind === "instance-done");

/** When a POST has got no answer. */
export const whenPostIsLost: Moment = atEvent(
  ({ kind, request }) => kind === "no-answer" && request === "post",
);
