import { providerCalls } from "./provider";
import { type Calls, isPlugin, startServer } from "./protocol/server";

/** How long a process without its Terraform may take to end what is under way, in milliseconds. */
const ORPHAN_MS = 5_000;

/** The provider process: what Terraform and OpenTofu start. */
async function main(): Promise<void> {
  const { env, stdout, stderr } = process;
  if (!isPlugin(env)) {
    stderr.write(
      "This is a provider for Terraform and OpenTofu, which start it themselves. Nothing was done.\n",
    );
    process.exitCode = 1;
    return;
  }
  // Of a terminal's Ctrl-C Terraform tells by a call; what is under way is to end in order.
  process.on("SIGINT", () => undefined);
  let isConnected = true;
  let underWay = 0;
  const end = (): void => process.exit(0);
  const calls = providerCalls({
    env,
    folder: process.cwd(),
    isConnected: () => isConnected,
    write: (severity, line) => stderr.write(`${logged(severity, line)}\n`),
    end,
    streams: [stderr],
  });
  const counted: Calls = Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      async (request) => {
        underWay += 1;
        try {
          return await call(request);
        } finally {
          underWay -= 1;
          if (!isConnected && underWay === 0) end();
        }
      },
    ]),
  );
  await startServer({
    env,
    calls: counted,
    print: (line) => void stdout.write(line),
    onGone: () => {
      isConnected = false;
      void calls["StopProvider"]?.({});
      if (underWay === 0) end();
      setTimeout(end, ORPHAN_MS);
    },
    onShutdown: end,
  });
}

/** A line as Terraform's own log takes it up, with its level. */
const logged = (severity: string, message: string): string =>
  JSON.stringify({
    "@level": severity === "warning" ? "warn" : severity,
    "@message": message,
    "@module": "provisor",
  });

void main().catch((error: unknown) => {
  process.stderr.write(`The provider could not start: ${(error as Error).message}\n`);
  process.exit(1);
});
