import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** Notes whether a request ever had a connection over which it can have been sent. */
export interface ConnectionWatch {
  /** What axios takes as `transport`: Node's own request function, with a look at its socket. */
  readonly transport: {
    request(
      options: https.RequestOptions,
      onAnswer: (answer: http.IncomingMessage) => void,
    ): http.ClientRequest;
  };
  /** True once the connection stood, with TLS once that was agreed on. Before that nothing can have arrived. */
  stood(): boolean;
}

/** With a `tunnel`, the request is sent through it, and not over a connection of its agent. */
export function watchConnection(tunnel?: TLSSocket): ConnectionWatch {
  let stood = false;
  const watch = (socket: Socket | TLSSocket): void => {
    const secure = "encrypted" in socket;
    // A socket taken from the pool is connected already, and fires neither event again.
    const pending = socket.connecting || (secure && "secureConnecting" in socket && socket.secureConnecting);
    if (!pending) stood = true;
    else socket.once(secure ? "secureConnect" : "connect", () => (stood = true));
  };
  return {
    transport: {
      request: (options, onAnswer) => {
        const path = tunnel ? { agent: undefined, createConnection: () => tunnel } : {};
        const { request } = options.protocol === "https:" ? https : http;
        return request({ ...options, ...path }, onAnswer).once("socket", watch);
      },
    },
    stood: () => stood,
  };
}
