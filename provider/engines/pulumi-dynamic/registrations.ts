import * as pulumi from "@pulumi/pulumi";
import { noteLeftOut } from "./left-out";
import { parallelOfRun } from "./parallel";
import { programSession } from "./program-session";
import { type Answered, type Register, RegistrationTurns } from "./registration-turns";
import { kinds, serviceBindingKind, serviceInstanceKind } from "./tokens";
import { Waves } from "./waves";

const kindsInTurns = [serviceInstanceKind, serviceBindingKind];
const intentTypes = kindsInTurns.map((kind) => kind.intentType);
const types = kindsInTurns.map((kind) => kind.type);

/** What is waited for, by its type: the word for it. */
const names = new Map(kinds.map(({ type }) => [type, type.split(":").at(-1)]));

interface Request {
  getType(): string;
  getParent(): string;
  getDependenciesList(): string[];
}

interface Response {
  getUrn(): string;
  getId(): string;
  /** Engines and SDKs of some age do not say whether they skip it. */
  getUnknown?(): boolean;
}

interface Monitor {
  registerResource(request: Request, answered: Answered): unknown;
  /** What the SDK asks last, when all is registered. */
  signalAndWaitForShutdown?(...args: unknown[]): unknown;
}

/**
 * From now on the registrations of this run's program are followed, behind all that the SDK waits for before it registers:
 * those of a broker's resources take turns, and in a preview what is to be created is counted.
 */
export function followRegistrations(): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor | undefined;
  if (!monitor || !programSession().first("registrations")) return;
  const parallel = parallelOfRun();
  const turns = new RegistrationTurns(parallel);
  const register = monitor.registerResource.bind(monitor);
  const isCounting = pulumi.runtime.isDryRun() && Number.isFinite(parallel);
  const note = isCounting ? countWaves(monitor, parallel) : undefined;
  monitor.registerResource = (request, answered) => {
    const type = request.getType();
    const followed: Answered = (error, response) => {
      if (!error) {
        const told = response as Response;
        if (told.getUnknown?.() === true) noteLeftOut(told.getUrn());
        note?.(request, told);
      }
      answered(error, response);
    };
    const send: Register = (turned) => {
      try {
        register(request, turned);
      } catch (error) {
        // Whoever asked is told, and not whoever's answer gave it its turn.
        turned(error as Error, undefined);
      }
    };
    if (intentTypes.includes(type)) turns.intent(send, followed);
    else if (types.includes(type)) turns.resource(send, followed);
    else register(request, followed);
  };
}

/** Counts what is to be created in a preview, and says at the end of the program in how many waves. */
function countWaves(monitor: Monitor, parallel: number): (request: Request, response: Response) => void {
  const waves = new Waves(parallel);
  const shutDown = monitor.signalAndWaitForShutdown?.bind(monitor);
  if (shutDown)
    monitor.signalAndWaitForShutdown = (...args) => {
      const text = waves.told;
      const said = text === undefined ? Promise.resolve() : pulumi.log.info(text);
      void said.finally(() => shutDown(...args));
    };
  return (request, response) => {
    const isCreated = response.getId() === "" && response.getUnknown?.() !== true;
    const after = [request.getParent(), ...request.getDependenciesList()];
    waves.add(response.getUrn(), after, isCreated ? names.get(request.getType()) : undefined);
  };
}
