import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** The program of test/broker-go, where it could be built; `npm test` says why not. */
export const goBrokerProgram = process.env["PROVISOR_TEST_BROKER"];

/** A call that the module brokerapi made of the broker behind it, after it had read a request. */
export interface BrokerCall {
  /** Of the module's interface `ServiceBroker`. */
  method: string;
  instance?: string;
  binding?: string;
  asyncAllowed?: boolean;
  /** The headers as the module found them; empty where there was none. */
  originatingIdentity: string;
  requestIdentity: string;
  /** Body or query as the module understood it. */
  details: Record<string, unknown>;
}

export interface GoBroker {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The calls of a method for an instance, as soon as there are `count`. */
  calls(method: string, instance: string, count?: number): Promise<BrokerCall[]>;
  stop(): void;
}

// With what a careless encoding would break.
const username = "platform";
const password = "pä:ss wörd%";

/** Starts the broker on a free loopback port. It ends with this process, however that ends. */
export async function startGoBroker(program: string): Promise<GoBroker> {
  const env = { ...process.env, BROKER_USERNAME: username, BROKER_PASSWORD: password };
  const child = spawn(program, { env, stdio: ["pipe", "pipe", "inherit"] });
  const calls: BrokerCall[] = [];
  const waiting = new Set<() => void>();
  const url = await new Promise<string>((resolve, reject) => {
    child.on("error", reject).on("exit", (code) => reject(new Error(`The broker ended with ${code}.`)));
    createInterface(child.stdout).on("line", (line) => {
      const entry = JSON.parse(line) as BrokerCall & { msg: string; url: string };
      if (entry.msg === "listening") resolve(entry.url);
      if (entry.msg !== "call") return;
      calls.push(entry);
      for (const look of waiting) look();
    });
  });
  return {
    url,
    username,
    password,
    calls: (method, instance, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = calls.filter((call) => call.method === method && call.instance === instance);
          if (found.length < count) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    stop: () => child.stdin.end(),
  };
}
