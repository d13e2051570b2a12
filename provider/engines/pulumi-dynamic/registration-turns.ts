import { type Clock, systemClock } from "../../../sdk/wait";

/** How many intents the engine is asked for at a time while too little is under way: enough to keep it at work. */
const INTENTS_AT_A_TIME = 4;

/**
 * Milliseconds without an answer after which one more is asked for: those that have a turn may wait for one that has none. A busy
 * machine may take seconds for an answer, and one too many takes the operation that is to stay free.
 */
const PATIENCE_MS = 5_000;

/** Codes of gRPC by which an engine that ends answers: CANCELLED and UNAVAILABLE. */
const codesOfTheEnd: unknown[] = [1, 14];

export type Answered = (error: (Error & { code?: unknown }) | null, response: unknown) => void;

/** Asks the engine to register something, and is told its answer. */
export type Register = (answered: Answered) => void;

/**
 * When the engine is asked to register the intent of a ServiceInstance or a ServiceBinding: a few at a time, each followed
 * by its resource, until all but one of the operations that the engine carries out at a time are resources. That one is
 * left for the other intents (docs/decisions/0007-registration-turns.md).
 */
export class RegistrationTurns {
  private readonly waiting: { register: Register; answered: Answered }[] = [];
  private intents = 0;
  /** Resources that the program is about to register: their intents are made. */
  private followers = 0;
  private resources = 0;
  private patience = new AbortController();
  /** What the engine answered as it ended. */
  private end: Parameters<Answered> | undefined;

  /** @param parallel Operations that the engine carries out at a time. */
  constructor(
    private readonly parallel: number,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Registers an intent when it has its turn. */
  intent(register: Register, answered: Answered): void {
    this.waiting.push({ register, answered });
    this.next();
  }

  /** Registers what an intent is of, at once. */
  resource(register: Register, answered: Answered): void {
    this.followers = Math.max(0, this.followers - 1);
    this.resources++;
    register((...answer) => {
      this.resources--;
      this.noteEnd(answer);
      answered(...answer);
      this.next();
    });
    this.next();
  }

  private next(): void {
    this.patience.abort();
    while (this.waiting.length > 0 && this.hasTurn()) this.send();
    if (this.waiting.length === 0) return;
    this.patience = new AbortController();
    this.clock.sleep(PATIENCE_MS, this.patience.signal).then(
      () => {
        this.send();
        this.next();
      },
      () => undefined, // an answer came
    );
  }

  private hasTurn(): boolean {
    const most = this.parallel - 1;
    if (this.end !== undefined || this.resources >= most) return true;
    const pairs = this.intents + this.followers;
    return pairs < INTENTS_AT_A_TIME && pairs + this.resources < most;
  }

  private send(): void {
    const first = this.waiting.shift();
    if (first === undefined) return;
    const { register, answered } = first;
    if (this.end !== undefined) {
      answered(...this.end);
      return;
    }
    this.intents++;
    register((...answer) => {
      this.intents--;
      // What it is the intent of is to be registered before another one is.
      if (!answer[0]) this.followers++;
      this.noteEnd(answer);
      answered(...answer);
      this.next();
    });
  }

  /** An engine that has ended is asked for nothing more; what waits gets the answer that the rest of the program gets. */
  private noteEnd(answer: Parameters<Answered>): void {
    if (codesOfTheEnd.includes(answer[0]?.code)) this.end ??= answer;
  }
}
