import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { isIP, type Socket } from "node:net";
import * as tls from "node:tls";
import { isSuccess } from "./answer";
import { bare, type Proxy } from "./proxy";
import type { Trust } from "./trust";

/** A proxy answered, but opens no tunnel. */
export class TunnelRefused extends Error {
  constructor(readonly status: number) {
    super();
  }
}

/**
 * A secure connection to the host of `url` through a proxy (CONNECT). Until it stands, only the proxy's own
 * credentials and the name of the host have been sent. Rejects with TunnelRefused, or with what kept the proxy or the
 * host from being reached.
 *
 * axios's own tunnel is not used, since it takes what the proxy says instead of a tunnel for the server's answer.
 */
export async function openTunnel(
  proxy: Proxy,
  url: URL,
  trust: { proxy: Trust; server: Trust },
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  const hostname = bare(url.hostname);
  const socket = tls.connect({
    ...trust.server,
    socket: await connect(proxy, `${url.hostname}:${url.port || "443"}`, trust.proxy, signal),
    host: hostname,
    servername: serverName(hostname),
    ALPNProtocols: ["http/1.1"],
  });
  // An error that nobody hears ends the process; the request that takes the connection over listens too late.
  socket.on("error", () => undefined);
  try {
    await once(socket, "secureConnect", { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** An address is no name that a server could be asked for. */
const serverName = (hostname: string): string => (isIP(hostname) ? "" : hostname);

function connect(proxy: Proxy, target: string, trust: Trust, signal: AbortSignal): Promise<Socket> {
  const { protocol, hostname, port, authorization } = proxy;
  return new Promise((resolve, reject) => {
    const request = (protocol === "https:" ? https : http).request({
      ...trust,
      method: "CONNECT",
      hostname,
      // Else Node takes the name in the Host header, which is the target's.
      servername: serverName(hostname),
      port,
      path: target,
      headers: { Host: target, ...(authorization ? { "Proxy-Authorization": authorization } : {}) },
      agent: false,
      signal,
    });
    request.once("connect", (answer, socket: Socket) => {
      if (isSuccess(answer.statusCode ?? 0)) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new TunnelRefused(answer.statusCode ?? 0));
    });
    request.once("error", reject);
    request.end();
  });
}
