/** What a request is about; faults, roles and the ledger speak in these. */
export const requestKinds = ["token", "tenants", "list", "licenses", "post"] as const;
export type RequestKind = (typeof requestKinds)[number];

/** A request as the state machine takes it, in process or read from a socket. */
export interface SimulatorRequest {
  method: string;
  /** Without the query. */
  path: string;
  query?: Record<string, string> | undefined;
  /** Names in any case. */
  headers?: Record<string, string | undefined> | undefined;
  /** The raw body. */
  body?: string | undefined;
}

/** An answer with a status. A fault may also say how its body goes over the wire. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** The connection breaks after this many characters of the body, whose full length was announced. */
  cutAfter?: number;
  /** One character of the body is sent each so many milliseconds. */
  dripMs?: number;
}

/** What comes of a request: an answer, a connection that is reset, or silence for ever. */
export type SimulatorAnswer = HttpAnswer | { reset: true } | { hang: true };

/** An answer that takes longer than others, and is worked out when it is given: by then things may be otherwise. */
export interface LateAnswer {
  afterMs: number;
  due: () => SimulatorAnswer;
}

/** The answer with a change, made when it is given. */
export const thenChanged = (
  answer: SimulatorAnswer | LateAnswer,
  change: (given: SimulatorAnswer) => SimulatorAnswer,
): SimulatorAnswer | LateAnswer =>
  "due" in answer ? { ...answer, due: () => change(answer.due()) } : change(answer);

export const jsonAnswer = (
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** A plain text answer, as the platform's gateway gives it for tokens. */
export const textAnswer = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { "content-type": "text/plain" },
  body,
});

/** The platform's general error (`forbidden`, `not_found` in the tenancy API's document). */
export const errorAnswer = (
  status: number,
  error: string,
  message = error,
  headers: Record<string, string> = {},
): HttpAnswer => jsonAnswer(status, { error, message, statusCode: status }, headers);

/** The gateway's answer to a token whose time is over (`jwt_expired` in the tenancy API's document). */
export const expiredAnswer: HttpAnswer = textAnswer(401, "Jwt is expired");

/** An answer without a body: what a fault starts from that strikes before there is any. */
export const emptyAnswer: HttpAnswer = { status: 200, headers: {}, body: "" };
