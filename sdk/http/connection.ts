import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { ConnectionError, type Effect, type RequestInfo } from "./errors";
import { nameOf } from "./request";

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

export function watchConnection(): ConnectionWatch {
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
      request: (options, onAnswer) =>
        (options.protocol === "https:" ? https : http).request(options, onAnswer).once("socket", watch),
    },
    stood: () => stood,
  };
}

/** Whether a connection failed because this machine does not accept the server's certificate. */
export function isCertificateCode(code: string | undefined): boolean {
  return (
    code !== undefined &&
    !code.startsWith("ERR_SSL") &&
    /CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH|^INVALID_CA/.test(code)
  );
}

const WORDS: Record<string, string> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was closed before an answer had arrived",
  EPIPE: "the connection was closed while the request was sent",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name could not be looked up",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "no answer came in time",
  EPROTO: "no secure connection could be agreed on (is this an https port?)",
};

/** Describes a request that got no answer. Holds nothing of the error below it, which may hold headers. */
export function connectionError(
  request: RequestInfo,
  code: string | undefined,
  effect: Effect,
  status?: number,
): ConnectionError {
  const words = (code && WORDS[code]) ?? "the connection failed";
  return new ConnectionError(
    isCertificateCode(code)
      ? `${nameOf(request)}: the server's certificate is not trusted (${code}). Nothing was sent. If a private CA ` +
          "signed it (that of a company's proxy, for instance), set NODE_EXTRA_CA_CERTS to a PEM file with that CA's " +
          "certificate."
      : `${nameOf(request)}: ${words}${code ? ` (${code})` : ""}.${effect === "none" ? " Nothing was sent." : ""}`,
    request,
    effect,
    code,
    undefined,
    status,
  );
}
