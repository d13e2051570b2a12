import { InvalidArgumentError } from "commander";
import { readScenario } from "./scenario";
import { type RunningSimulator, startSimulator } from "./server";

/** What `provisor simulate` is told. */
export interface SimulateOptions {
  port?: number | undefined;
  /** Path of a JSON file. */
  scenario?: string | undefined;
  seed?: number | undefined;
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/**
 * Starts a simulator for people: prints how to reach it, then a line for each request.
 * @throws Error when the scenario is wrong, or the port is taken.
 */
export async function simulate(
  options: SimulateOptions,
  print: (line: string) => void,
): Promise<RunningSimulator> {
  const scenario = options.scenario === undefined ? {} : readScenario(options.scenario);
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  const running = await startSimulator({ ...scenario, ...seed, port: options.port });
  print(`The simulator listens on ${running.url}. Stop it with Ctrl-C. To use it:`);
  for (const [name, value] of Object.entries(running.env)) print(`export ${name}=${quoted(value)}`);
  running.simulator.on(({ kind, at, client, summary }) => {
    if (kind !== "answer" && kind !== "no-answer") return;
    print(`${new Date(at).toISOString()} ${summary}${client === undefined ? "" : ` (${client})`}`);
  });
  return running;
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
