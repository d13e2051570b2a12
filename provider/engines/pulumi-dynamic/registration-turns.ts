import * as pulumi from "@pulumi/pulumi";
import { sdkRequire } from "./sdk-internals";
import { childInstanceKind, serviceBindingKind, serviceInstanceKind } from "./tokens";

/** How many intents the engine is asked for at a time while too little is under way: enough to keep it at work. */
const INTENTS_AT_A_TIME = 4;

const kinds = [childInstanceKind, serviceInstanceKind, serviceBindingKind];
const intentTypes = kinds.map((kind) => kind.intentType);
const types = kinds.map((kind) => kind.type);

type Answered = (error: Error | null, response: unknown) => void;

/** Asks the engine to register something, and is told its answer. */
type Register = (answered: Answered) => void;

/**
 * When the engine is asked to register an intent (docs/decisions/0007-registration-turns.md): a few at a time, each
 * followed by its resource, until all but one of the operations that the engine carries out at a time are resources. That
 * one is left for the other intents.
 */
export class RegistrationTurns {
  private readonly waiting: (() => void)[] = [];
  private intents = 0;
  private resources = 0;

  /** @param parallel Operations that the engine carries out at a time. */
  constructor(private readonly parallel: number) {}

  /** Registers an intent when it has its turn. */
  intent(register: Register, answered: Answered): void {
    this.waiting.push(() => {
      this.intents++;
      register((...answer) => {
        this.intents--;
        answered(...answer);
        // What it is the intent of is to be registered before another one is.
        setImmediate(() => {
          this.next();
        });
      });
    });
    this.next();
  }

  /** Registers what an intent is of, at once. */
  resource(register: Register, answered: Answered): void {
    this.resources++;
    register((...answer) => {
      this.resources--;
      answered(...answer);
      this.next();
    });
    this.next();
  }

  private next(): void {
    while (this.waiting.length > 0 && this.hasTurn()) this.waiting.shift()?.();
  }

  private hasTurn(): boolean {
    const most = this.parallel - 1;
    if (this.resources >= most) return true;
    return this.intents < INTENTS_AT_A_TIME && this.intents + this.resources < most;
  }
}

interface Monitor {
  registerResource(request: { getType(): string }, answered: Answered): unknown;
}

interface Store {
  settings: { options: { parallel?: number | undefined } };
}

/** The engine's `--parallel`, as it tells a program within another one or, by the environment, one of its own. */
function parallelOfRun(): number {
  const { getStore } = sdkRequire()("./runtime/state") as { getStore(): Store };
  const parallel = Number(getStore().settings.options.parallel ?? process.env["PULUMI_NODEJS_PARALLEL"]);
  return parallel > 0 ? parallel : Infinity;
}

const withTurns = new WeakSet<Monitor>();

/**
 * From now on the registrations of this run's program take turns, behind all that the SDK waits for before it registers
 * something: an intent that has its turn waits for nothing but the engine, so that no two can wait for each other.
 */
export function takeTurns(): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor | undefined;
  if (!monitor || withTurns.has(monitor)) return;
  withTurns.add(monitor);
  const turns = new RegistrationTurns(parallelOfRun());
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answered) => {
    const type = request.getType();
    const send: Register = (told) => {
      register(request, told);
    };
    if (intentTypes.includes(type)) turns.intent(send, answered);
    else if (types.includes(type)) turns.resource(send, answered);
    else register(request, answered);
  };
}
