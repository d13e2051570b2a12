import { InvalidArgumentError } from "commander";
import { type BrokerKind, readBrokerScenario } from "./broker/options";
import { type RunningBrokerSimulator, startBrokerSimulator } from "./broker/server";
import { readScenario } from "./scenario";
import { type RunningSimulator, startSimulator } from "./server";

/** The APIs that can be simulated. */
export const simulatedApis = ["subscription", "broker"] as const;

/** What `provisor simulate` is told. */
export interface SimulateOptions {
  /** Default: `subscription`. */
  api?: (typeof simulatedApis)[number] | undefined;
  /** What the broker is like, beside what the scenario says. */
  kind?: BrokerKind | undefined;
  port?: number | undefined;
  /** Path of a JSON file. */
  scenario?: string | undefined;
  seed?: number | undefined;
}

/** What is printed of an event. */
interface Line {
  kind: string;
  at: number;
  summary: string;
  client?: string | undefined;
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/**
 * Starts a simulator for people: prints how to reach it, then a line for each request.
 * @throws Error when the scenario is wrong, or the port is taken.
 */
export async function simulate(
  options: SimulateOptions,
  print: (line: string) => void,
): Promise<RunningSimulator | RunningBrokerSimulator> {
  const { scenario, port } = options;
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  const printEvent = ({ kind, at, client, summary }: Line): void => {
    if (kind !== "answer" && kind !== "no-answer") return;
    print(`${new Date(at).toISOString()} ${summary}${client === undefined ? "" : ` (${client})`}`);
  };
  if (options.api === "broker") {
    const given = scenario === undefined ? {} : readBrokerScenario(scenario);
    const kind = options.kind === undefined ? {} : { kind: options.kind };
    const running = await startBrokerSimulator({ ...given, ...seed, ...kind, port });
    printSettings(running, print);
    running.simulator.on(printEvent);
    return running;
  }
  if (options.kind !== undefined) throw new Error("--kind is one of brokers: give --api broker too.");
  const given = scenario === undefined ? {} : readScenario(scenario);
  const running = await startSimulator({ ...given, ...seed, port });
  printSettings(running, print);
  running.simulator.on(printEvent);
  return running;
}

function printSettings(
  { url, env }: { url: string; env: Record<string, string> },
  print: (line: string) => void,
): void {
  print(`The simulator listens on ${url}. Stop it with Ctrl-C. To use it:`);
  for (const [name, value] of Object.entries(env)) print(`export ${name}=${quoted(value)}`);
}

/** Reads a whole number of a command line. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${String(min)} to ${String(max)}.`);
    }
    return value;
  };
