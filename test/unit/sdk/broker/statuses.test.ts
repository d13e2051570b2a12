import {
  AuthenticationError,
  BrokerError,
  ConnectionError,
  needsOrphanMitigation,
  ResponseFormatError,
  type BrokerErrorCode,
  type BrokerRequest,
} from "../../../../sdk/broker";
import { json, raw, reset } from "../../../support/local-server";
import { brokers, calls, endOf, matching, type Verb } from "./broker";

const start = brokers();

/** A delete ends with any 2xx; 202 alone says that it goes on. */
const ends = {
  ...Object.fromEntries([200, 201, 203, 204, 206].map((status) => [status, { outcome: "deleted", status }])),
  410: { outcome: "gone", status: 410 },
};

/** A body that every reader takes for a good one. */
const good = { state: "succeeded", services: [] };

/** Of each verb: what the table of the specification is asked about it, and which statuses have a good meaning. */
const verbs: Record<
  Verb,
  { request: BrokerRequest; successes: Record<number, unknown>; asynchronous: boolean }
> = {
  provision: {
    request: "provision",
    // What an answer to it holds beyond the specification is told too.
    successes: { 200: { outcome: "exists", response: good }, 201: { outcome: "created", response: good } },
    asynchronous: true,
  },
  update: { request: "update", successes: { 200: { outcome: "updated" } }, asynchronous: true },
  deprovision: {
    request: "deprovision",
    successes: ends,
    asynchronous: true,
  },
  bind: {
    request: "bind",
    successes: { 200: { outcome: "exists", binding: {} }, 201: { outcome: "created", binding: {} } },
    asynchronous: true,
  },
  rotate: {
    request: "bind",
    successes: { 200: { outcome: "exists", binding: {} }, 201: { outcome: "created", binding: {} } },
    asynchronous: true,
  },
  unbind: {
    request: "unbind",
    successes: ends,
    asynchronous: true,
  },
  "fetch instance": { request: "other", successes: { 200: {} }, asynchronous: false },
  "fetch binding": { request: "other", successes: { 200: {} }, asynchronous: false },
  "poll instance": {
    request: "other",
    successes: { 200: { state: "succeeded" }, 410: { state: "gone" } },
    asynchronous: false,
  },
  "poll binding": {
    request: "other",
    successes: { 200: { state: "succeeded" }, 410: { state: "gone" } },
    asynchronous: false,
  },
  catalog: { request: "other", successes: { 200: { services: [] } }, asynchronous: false },
};

const STATUSES = [
  200, 201, 202, 203, 204, 206, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413,
  422, 429, 500, 501, 502, 503, 504, 505,
];
const creates = (request: BrokerRequest): boolean => request === "provision" || request === "bind";
const isDelete = (verb: Verb): boolean => verb === "deprovision" || verb === "unbind";

function expectedCode(verb: Verb, status: number): BrokerErrorCode {
  if (status === 404) return "NotFound";
  if (status === 409) return creates(verbs[verb].request) ? "Conflict" : "Other";
  if (status === 410) return "Gone";
  const known = new Map<number, BrokerErrorCode>([
    [400, "BadRequest"],
    [412, "PreconditionFailed"],
    [422, "Unprocessable"],
  ]);
  return known.get(status) ?? "Other";
}

/** The table "Orphan Mitigation", said in another way than in the client. */
function isMitigated(request: BrokerRequest, status: number): boolean {
  if (request === "update" || request === "other") return false;
  if (!creates(request)) return status >= 500 && status < 600;
  return (status >= 500 && status < 600) || [203, 204, 206].includes(status);
}

/** Sent five times, as retry has it by default. */
function isRepeated(verb: Verb, status: number): boolean {
  if (status === 408 || status === 429) return true;
  return verbs[verb].request === "other" ? status >= 500 : [502, 503, 504].includes(status);
}

const everyStatus = (Object.keys(verbs) as Verb[]).flatMap((verb) =>
  STATUSES.map((status): [Verb, number] => [verb, status]),
);
const successes = everyStatus.filter(([verb, status]) => status in verbs[verb].successes);
const refusals = everyStatus.filter(
  ([verb, status]) => !(status in verbs[verb].successes) && !(status === 202 && verbs[verb].asynchronous),
);
const asynchronous = (Object.keys(verbs) as Verb[]).filter((verb) => verbs[verb].asynchronous);

describe(`The meaning of a status (${everyStatus.length} of verb and status)`, () => {
  it.each(successes)("of %s: %d is a success", async (verb, status) => {
    const { client, server } = await start(
      status === 204 ? (response) => response.writeHead(204).end() : json(status, good),
    );
    await expect(calls[verb](client, true)).resolves.toEqual(verbs[verb].successes[status]);
    expect(server.received).toHaveLength(1);
  });

  it.each(asynchronous)("of %s: 202 is accepted, with the operation", async (verb) => {
    const { client } = await start(json(202, { operation: "task_10" }));
    await expect(calls[verb](client, true)).resolves.toEqual({
      outcome: "accepted",
      operation: "task_10",
      ...(isDelete(verb) && { status: 202 }),
    });
  });

  it.each(asynchronous)("of %s: 202 is a failure where accepts_incomplete was not sent", async (verb) => {
    const { client } = await start(json(202, { operation: "task_10" }));
    const error = await endOf(calls[verb](client, false));
    expect(error).toBeInstanceOf(BrokerError);
    expect(error).toMatchObject({ status: 202, code: "Other", effect: "unknown" });
    const { request } = verbs[verb];
    expect(needsOrphanMitigation(request, error)).toBe(creates(request));
  });

  it.each(refusals)("of %s: %d is a failure", async (verb, status) => {
    const { client, server } = await start(
      status === 204 || status === 304
        ? (response) => response.writeHead(status).end()
        : json(status, { message: "why", location: "/elsewhere" }),
    );
    const error = await endOf(calls[verb](client, true));
    if (status === 401 || status === 403) {
      expect(error).toBeInstanceOf(AuthenticationError);
    } else {
      expect(error).toBeInstanceOf(BrokerError);
      expect(error).toMatchObject({ code: expectedCode(verb, status) });
    }
    expect(error).toMatchObject({ status, effect: isRejection(status) ? "none" : "unknown" });
    expect(needsOrphanMitigation(verbs[verb].request, error)).toBe(isMitigated(verbs[verb].request, status));
    expect(server.received).toHaveLength(isRepeated(verb, status) ? 5 : 1);
  });
});

const isRejection = (status: number): boolean => status >= 400 && status < 500 && status !== 408;

describe("The codes of the specification", () => {
  const codes: BrokerErrorCode[] = [
    "AsyncRequired",
    "ConcurrencyError",
    "RequiresApp",
    "MaintenanceInfoConflict",
  ];

  it.each(codes.flatMap((code) => asynchronous.map((verb): [BrokerErrorCode, Verb] => [code, verb])))(
    "%s of %s ask for no orphan mitigation",
    async (code, verb) => {
      const { client } = await start(json(422, { error: code, description: "Not like this." }));
      const error = await endOf(calls[verb](client, true));
      expect(error).toMatchObject({ code, brokerCode: code, description: "Not like this.", effect: "none" });
      expect(needsOrphanMitigation(verbs[verb].request, error)).toBe(false);
    },
  );

  it("are kept as they are where the specification does not know them", async () => {
    const { client } = await start(json(422, { error: "OverQuota" }));
    expect(await endOf(calls.update(client, true))).toMatchObject({
      code: "Unprocessable",
      brokerCode: "OverQuota",
    });
  });

  it("say nothing where the broker itself failed", async () => {
    const { client } = await start(json(500, { error: "ConcurrencyError" }));
    const error = await endOf(calls.provision(client, true));
    expect(error).toMatchObject({ code: "Other", brokerCode: "ConcurrencyError" });
    expect(needsOrphanMitigation("provision", error)).toBe(true);
  });

  it("come with what the broker says of the instance", async () => {
    const { client } = await start(json(422, { instance_usable: false, update_repeatable: false }));
    expect(await endOf(calls.update(client, true))).toMatchObject({
      instanceUsable: false,
      updateRepeatable: false,
    });
  });

  it("leave an instance usable and an update repeatable where the broker does not deny it", async () => {
    const { client } = await start(json(422, { instance_usable: "perhaps", update_repeatable: null }));
    expect(await endOf(calls.update(client, true))).toMatchObject({
      instanceUsable: true,
      updateRepeatable: true,
    });
  });

  it("are found in an answer with a very long description", async () => {
    const { client } = await start(
      json(422, { description: "x ".repeat(40_000), error: "ConcurrencyError" }),
    );
    const error = await endOf(calls.update(client, true));
    expect(error).toMatchObject({ code: "ConcurrencyError" });
    expect((error as BrokerError).message.length).toBeLessThan(1_000);
  });
});

describe("A 403", () => {
  it("with the broker's own explanation is no matter of credentials", async () => {
    const body = { error: "QuotaExceeded", description: "Ten instances.", update_repeatable: false };
    const { client } = await start(json(403, body));
    const error = await endOf(calls.update(client, true));
    expect(error).toBeInstanceOf(BrokerError);
    expect(error).toMatchObject({
      status: 403,
      code: "Other",
      brokerCode: "QuotaExceeded",
      description: "Ten instances.",
      updateRepeatable: false,
      effect: "none",
      message: matching(/was answered 403: QuotaExceeded: Ten instances\. \(request/),
    });
  });

  it.each([
    { error: "QuotaExceeded" },
    { description: "Not from here." },
    { instance_usable: false },
    { update_repeatable: true },
  ])("with %j is a BrokerError", async (body) => {
    const { client } = await start(json(403, body));
    expect(await endOf(calls.update(client, true))).toBeInstanceOf(BrokerError);
  });

  it.each([{}, { error: "Forbidden", message: "Access Denied" }, { description: 7 }])(
    "with %j is an AuthenticationError, as it explains nothing",
    async (body) => {
      const { client } = await start(json(403, body));
      expect(await endOf(calls.update(client, true))).toMatchObject({
        name: "AuthenticationError",
        message: matching(/check username and password\./),
      });
    },
  );
});

describe("A 304 that was not asked for", () => {
  it("is no redirect", async () => {
    const { client } = await start((response) => response.writeHead(304).end());
    expect(await endOf(client.getCatalog())).toMatchObject({
      message: matching(/was answered 304 without an explanation/),
    });
  });
});

/** Bodies that no verb can use. */
const malformed: [string, string][] = [
  ["an HTML page", "<html>Sign in</html>"],
  ["truncated JSON", '{"operation":'],
  ["an array", '["operation"]'],
  ["a text", '"accepted"'],
  ["an operation of 10 001 characters", JSON.stringify({ operation: "x".repeat(10_001) })],
  ["an operation that is an object", '{"operation":{}}'],
];

describe("A malformed answer", () => {
  it.each(malformed.flatMap(([what, body]) => asynchronous.map((verb) => [what, verb, body] as const)))(
    "that is %s to %s with 202 is a ResponseFormatError",
    async (_what, verb, body) => {
      const { client, server } = await start(raw(202, body));
      const error = await endOf(calls[verb](client, true));
      expect(error).toBeInstanceOf(ResponseFormatError);
      expect(error).toMatchObject({ status: 202, effect: "unknown" });
      expect(needsOrphanMitigation(verbs[verb].request, error)).toBe(creates(verbs[verb].request));
      expect(server.received).toHaveLength(1);
    },
  );

  it.each<[Verb, number, boolean]>([
    ["provision", 200, false],
    ["provision", 201, true],
    ["bind", 200, false],
    ["bind", 201, true],
    ["rotate", 201, true],
    ["update", 200, false],
    ["deprovision", 200, false],
    ["unbind", 200, false],
    ["fetch instance", 200, false],
    ["fetch binding", 200, false],
    ["poll instance", 200, false],
    ["catalog", 200, false],
  ])("to %s with %d asks for orphan mitigation: %s", async (verb, status, mitigated) => {
    const { client } = await start(raw(status, '{"truncated'));
    const error = await endOf(calls[verb](client, true));
    expect(error).toMatchObject({ name: "ResponseFormatError", status });
    expect(needsOrphanMitigation(verbs[verb].request, error)).toBe(mitigated);
  });

  it.each<[Verb, number]>([
    ["provision", 200],
    ["provision", 201],
    ["provision", 202],
    ["bind", 201],
    ["bind", 202],
  ])("to %s with %d is one without a body", async (verb, status) => {
    const { client } = await start(raw(status, ""));
    expect(await endOf(calls[verb](client, true))).toMatchObject({ name: "ResponseFormatError", status });
  });

  it.each<[Verb, number, string]>([
    ["update", 200, "updated"],
    ["update", 202, "accepted"],
    ["deprovision", 200, "deleted"],
    ["deprovision", 202, "accepted"],
    ["unbind", 200, "deleted"],
    ["unbind", 202, "accepted"],
  ])("is none to %s with %d, where the status of an empty body says all", async (verb, status, outcome) => {
    const { client } = await start(raw(status, ""));
    await expect(calls[verb](client, true)).resolves.toEqual({ outcome, ...(isDelete(verb) && { status }) });
  });

  it.each(
    (["deprovision", "unbind"] as const).flatMap((verb) =>
      ["OK", '"gone"', "null", "[]", '["none"]', "7"].map((body): [Verb, string] => [verb, body]),
    ),
  )("is none to %s, whatever the body says: %s", async (verb, body) => {
    const { client } = await start(raw(200, body));
    await expect(calls[verb](client, true)).resolves.toEqual({ outcome: "deleted", status: 200 });
  });

  it.each<Verb>(["deprovision", "unbind"])("is a page to %s: it may be a login in between", async (verb) => {
    const { client } = await start(raw(200, "<html>Sign in</html>"));
    expect(await endOf(calls[verb](client, true))).toMatchObject({ name: "ResponseFormatError" });
  });
});

describe("No answer at all", () => {
  it.each(Object.keys(verbs) as Verb[])(
    "to %s is a ConnectionError after five transmissions",
    async (verb) => {
      const { client, server } = await start(reset);
      const error = await endOf(calls[verb](client, true));
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({ effect: "unknown" });
      expect(needsOrphanMitigation(verbs[verb].request, error)).toBe(creates(verbs[verb].request));
      expect(server.received).toHaveLength(5);
    },
  );

  it.each<[number, boolean]>([
    [200, false],
    [201, true],
    [202, true],
  ])("after a %d that broke off counts as a malformed one", async (status, mitigated) => {
    const { client } = await start((response) => {
      response.writeHead(status, { "Content-Length": "100" }).write('{"dash');
      setImmediate(() => response.destroy());
    });
    const error = await endOf(calls.provision(client, true));
    expect(error).toMatchObject({ name: "ConnectionError", status });
    expect(needsOrphanMitigation("provision", error)).toBe(mitigated);
  });
});
