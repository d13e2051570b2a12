import type { Clock } from "../wait/clock";
import type { ExchangeEventKind } from "./event-log";
import type { Strike } from "./fault-script";
import type { LateAnswer, SimulatorAnswer } from "./protocol";

/** One request, as the ledger is told of it. */
export interface Exchange {
  /** The request in one line, without secrets. */
  line: string;
  clock: Clock;
  /** Milliseconds until the answer is given. */
  delayMs: number;
  /** The fault that strikes the request; asked once it is in the ledger, so that a listener there can script one. */
  strike(): Strike | undefined;
  /** Works out what comes of it; the effect takes place at once. `requestN` is the request's place in the ledger. */
  respond(requestN: number, strike: Strike | undefined): SimulatorAnswer | LateAnswer;
  /** Writes to the ledger and returns the event's place in it. */
  tell(event: {
    kind: ExchangeEventKind;
    summary: string;
    requestN?: number | undefined;
    status?: number | undefined;
  }): number;
}

/** Takes one request through the ledger: request, effect, fault, answer. */
export async function exchange(about: Exchange): Promise<SimulatorAnswer> {
  const { line, clock, delayMs, tell } = about;
  const requestN = tell({ kind: "request", summary: line });
  const strike = about.strike();
  const response = about.respond(requestN, strike);
  if (strike) tell({ kind: "fault", requestN, summary: `${strike.name} at ${line}` });
  const afterMs = delayMs + ("due" in response ? response.afterMs : 0);
  if (afterMs > 0) await clock.sleep(afterMs);
  const answer = "due" in response ? response.due() : response;
  if ("status" in answer) {
    const { status } = answer;
    tell({ kind: "answer", requestN, status, summary: `${line} ${String(status)}` });
  } else {
    const what = "reset" in answer ? "connection reset" : "no answer";
    tell({ kind: "no-answer", requestN, summary: `${line} ${what}` });
  }
  return answer;
}
