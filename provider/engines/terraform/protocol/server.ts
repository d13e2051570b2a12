import { type Http2Server, createSecureServer } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { selfSigned } from "./certificate";
import { type Fields, controllerService, healthService, providerService, stdioService } from "./messages";

/** The text by which Terraform and OpenTofu tell a plugin that it is called by one of them. */
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/** Core protocol of go-plugin, and the version of Terraform's own protocol. */
const [CORE, PROTOCOL] = [1, 6] as const;

/** A call by its name: what it is sent, and what it answers, as fields in camelCase. */
export type Calls = Readonly<Record<string, (request: Fields) => Promise<Fields>>>;

export interface ServerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly calls: Calls;
  /** Writes the handshake: the one line that Terraform reads. */
  readonly print: (line: string) => void;
  /** The connection has closed: nobody listens any more. */
  readonly onGone: () => void;
  /** Terraform has asked this process to end. */
  readonly onShutdown: () => void;
}

/** True where this process was started by Terraform or OpenTofu. */
export const isPlugin = (env: ServerOptions["env"]): boolean => env["TF_PLUGIN_MAGIC_COOKIE"] === COOKIE;

/** Serves the protocol on a port of this machine, to the one that has started this process; both show a certificate. */
export async function startServer({
  env,
  calls,
  print,
  onGone,
  onShutdown,
}: ServerOptions): Promise<Http2Server> {
  const own = selfSigned();
  const client = env["PLUGIN_CLIENT_CERT"];
  const lowered = Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, call]),
  );
  const handler = connectNodeAdapter({
    routes: (router) =>
      router
        .service(providerService, lowered as unknown as Partial<ServiceImpl<typeof providerService>>)
        .service(healthService, { check: () => ({ status: 1 }) } as never)
        .service(controllerService, {
          shutdown: () => {
            setImmediate(onShutdown);
            return {};
          },
        } as never)
        // Nothing is ever printed.
        .service(stdioService, { streamStdio: async function* () {} } as never),
  });
  const server = createSecureServer(
    {
      key: own.key,
      cert: own.certificate,
      ...(client === undefined ? {} : { ca: [client], requestCert: true, rejectUnauthorized: true }),
      // Terraform sends states in one message.
      settings: { initialWindowSize: 4 * 1024 * 1024 },
    },
    handler,
  );
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) onGone();
    });
  });
  // An answer to a connection that has closed, which is no reason to end other calls.
  server.on("sessionError", () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  print(`${CORE}|${PROTOCOL}|tcp|127.0.0.1:${port}|grpc|${own.handshake}\n`);
  return server;
}
