import { ConnectionError, type Effect, type RequestInfo } from "./errors";
import { type OptionName, nameOf } from "./request";

/** What is known of a request that got no answer. */
export interface Failure {
  effect: Effect;
  /** The system's word for it, such as `ECONNRESET`. */
  code: string | undefined;
  /** Status of the answer that broke off, where one had begun. */
  status?: number | undefined;
  /** Host and port of the proxy that the request went through. */
  proxy?: string | undefined;
  /** Whether the caller's own deadline ended it. */
  isByDeadline?: boolean | undefined;
}

const PROXY_REFUSED = "ERR_PROXY_REFUSED";
const PROXY_FAILED = "ERR_PROXY_FAILED";

/** Whether a connection failed because this machine does not accept the server's certificate. */
function isCertificateCode(code: string): boolean {
  return !code.startsWith("ERR_SSL") && /CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH|^INVALID_CA/.test(code);
}

/** Whether the server ended the handshake, since it wants another client certificate than it was shown, if any. */
function isClientCertificateCode(code: string): boolean {
  return /^ERR_SSL_.*ALERT_(.*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(code);
}

/** Whether the same connection would fail again: for a certificate, or since the proxy forbids it. */
export function isLasting(code: string | undefined): boolean {
  return (
    code !== undefined && (code === PROXY_REFUSED || isCertificateCode(code) || isClientCertificateCode(code))
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
  HPE_HEADER_OVERFLOW: "the answer has larger headers than are read",
};

/**
 * Describes a request that got no answer; `optionName` says how the option `ca` is called. Holds nothing of the error below
 * it, which may hold headers.
 */
export function connectionError(
  request: RequestInfo,
  failure: Failure,
  optionName: OptionName,
): ConnectionError {
  const { code, status, proxy, isByDeadline } = failure;
  // With TLS 1.3 a client learns of it only after its handshake, but the server read nothing of the request.
  const effect = code !== undefined && isClientCertificateCode(code) ? "none" : failure.effect;
  const name = `${nameOf(request)}${proxy ? ` through the proxy ${proxy}` : ""}`;
  const nothing = effect === "none" ? " Nothing was sent." : "";
  const message =
    code !== undefined && isCertificateCode(code)
      ? `${name}: ${certificateProblem(code, optionName)}${nothing}`
      : `${name}: ${wordsFor(code)}${code ? ` (${code})` : ""}.${nothing}`;
  return new ConnectionError(message, request, effect, code, undefined, status, isByDeadline);
}

function wordsFor(code: string | undefined): string {
  if (code !== undefined && isClientCertificateCode(code))
    return "the server does not accept the client certificate, or wants one (check it and its key)";
  if (code?.startsWith("HPE_")) return WORDS[code] ?? "the answer is not HTTP";
  return (code && WORDS[code]) ?? "the connection failed";
}

function certificateProblem(code: string, optionName: OptionName): string {
  if (code === "CERT_HAS_EXPIRED") return `the server's certificate has expired (${code}).`;
  if (code === "CERT_NOT_YET_VALID")
    return `the server's certificate is not valid yet (${code}). Is this machine's clock right?`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `the server's certificate is for another host (${code}). Check the address in the settings.`;
  return (
    `the server's certificate is not trusted (${code}). Did a private CA sign it, such as that of a company's proxy? ` +
    `Then give that CA's certificate, in PEM form, as ${optionName("ca")}, or its file in NODE_EXTRA_CA_CERTS.`
  );
}

/** Describes a request that was not sent, since the proxy answered `status` and opened no connection for it. */
export function proxyError(request: RequestInfo, proxy: string, status: number): ConnectionError {
  const lasting = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const advice =
    status === 407
      ? "It wants a user and a password, or others than it was given: HTTPS_PROXY=http://<user>:<password>@<host>:<port>."
      : "Check HTTPS_PROXY, and NO_PROXY for hosts that are to be reached without a proxy.";
  return new ConnectionError(
    `${nameOf(request)}: the proxy ${proxy} opened no connection to that host and answered ${status}. ` +
      `Nothing was sent. ${advice}`,
    request,
    "none",
    lasting ? PROXY_REFUSED : PROXY_FAILED,
  );
}
