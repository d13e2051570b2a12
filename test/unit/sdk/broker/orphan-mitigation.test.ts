import {
  needsOrphanMitigation,
  orphanMitigationTable,
  type BrokerRequest,
  type BrokerResponse,
} from "../../../../sdk/broker";
import { inTurn, json, raw, reset, type Answer } from "../../../support/local-server";
import { brokers, calls, endOf, plan, type Verb } from "./broker";

const start = brokers();

/** A call for each request of the table, by its name there. */
const verbOf: Record<BrokerRequest, Verb> = {
  provision: "provision",
  deprovision: "deprovision",
  bind: "bind",
  unbind: "unbind",
  update: "update",
  other: "fetch instance",
};

/** What a broker does for each row. */
const answers: Record<Exclude<BrokerResponse, '200 with "state": "failed"'>, Answer> = {
  "200": json(200, {}),
  "200 with malformed response": raw(200, "<html>"),
  "201": json(201, {}),
  "201 with malformed response": raw(201, "<html>"),
  "202": json(202, {}),
  "202 with malformed response": raw(202, "<html>"),
  "All other 2xx": json(206, {}),
  "408": json(408, {}),
  "All other 4xx": json(400, {}),
  "5xx": json(500, {}),
  Timeout: reset,
};

/** What the specification's table says, by the answer: after which requests an instance or a binding is to be cleaned up. */
const cleanedUp: [BrokerResponse, BrokerRequest[]][] = [
  ["200", []],
  ["200 with malformed response", []],
  ['200 with "state": "failed"', ["provision", "deprovision", "bind", "unbind"]],
  ["201", []],
  ["201 with malformed response", ["provision", "bind"]],
  ["202", []],
  ["202 with malformed response", ["provision", "bind"]],
  ["All other 2xx", ["provision", "deprovision", "bind", "unbind"]],
  ["408", []],
  ["All other 4xx", []],
  ["5xx", ["provision", "deprovision", "bind", "unbind"]],
  ["Timeout", ["provision", "bind"]],
];
const ofBindings: readonly BrokerRequest[] = ["bind", "unbind"];

const cases = orphanMitigationTable.flatMap(({ requests, response, instances, bindings }) =>
  requests.map((request): [BrokerRequest, BrokerResponse, boolean] => [
    request,
    response,
    instances || bindings,
  ]),
);

describe(`The table "Orphan Mitigation" (${orphanMitigationTable.length} rows)`, () => {
  it.each(cleanedUp)("says what the specification says of %s", (response, requests) => {
    const rows = orphanMitigationTable.filter((row) => row.response === response);
    const requestsWhere = (part: "instances" | "bindings"): BrokerRequest[] =>
      rows.filter((row) => row[part]).flatMap((row) => row.requests);
    expect(requestsWhere("instances").sort()).toEqual(
      requests.filter((one) => !ofBindings.includes(one)).sort(),
    );
    expect(requestsWhere("bindings").sort()).toEqual(
      requests.filter((one) => ofBindings.includes(one)).sort(),
    );
  });

  it("has one row for each request and answer that the specification has", () => {
    const pairs = orphanMitigationTable.flatMap((row) =>
      row.requests.map((request) => `${row.response} ${request}`),
    );
    const answersOf = (request: string): string[] =>
      cleanedUp.map(([response]) => response).filter((response) => pairs.includes(`${response} ${request}`));
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(answersOf("provision")).toEqual(cleanedUp.map(([response]) => response));
    expect(answersOf("bind")).toEqual(answersOf("provision"));
    expect(answersOf("update")).toEqual([
      "200",
      "200 with malformed response",
      "201",
      "202",
      "All other 2xx",
      "408",
      "All other 4xx",
      "5xx",
      "Timeout",
    ]);
  });

  // Where the client goes beyond the specification: brokers answer a delete so that is done.
  it.each<BrokerRequest>(["deprovision", "unbind"])(
    "after %s: all other 2xx are a success",
    async (request) => {
      const { client } = await start(answers["All other 2xx"]);
      expect(await calls[verbOf[request]](client, true)).toMatchObject({ outcome: "deleted" });
    },
  );

  const isJudged = ([request, response]: (typeof cases)[number]): boolean =>
    response !== '200 with "state": "failed"' &&
    !(response === "All other 2xx" && ["deprovision", "unbind"].includes(request));

  it.each(cases.filter(isJudged))("after %s with %s mitigates: %s", async (request, response, mitigated) => {
    const { client } = await start(answers[response as keyof typeof answers], {
      retry: { maxAttempts: 1 },
    });
    const end = await endOf(calls[verbOf[request]](client, true));
    expect(needsOrphanMitigation(request, end)).toBe(mitigated);
  });

  it.each(cases.filter(([, response]) => response === '200 with "state": "failed"'))(
    "after %s with %s mitigates: %s",
    async (request, _response, mitigated) => {
      const { client } = await start(inTurn(json(202, {}), json(200, { state: "failed" })));
      await calls[verbOf[request]](client, true);
      const purpose = request === "provision" || request === "bind" ? "create" : "delete";
      const end =
        request === "bind" || request === "unbind"
          ? await client.waitForBindingOperation("i-1", "b-1", { ...plan, purpose })
          : await client.waitForInstanceOperation("i-1", { ...plan, purpose });
      expect(end).toEqual({ outcome: "failed" });
      expect(needsOrphanMitigation(request, end)).toBe(mitigated);
    },
  );

  it.each<[BrokerRequest, string, boolean]>([
    ["provision", "overdue", true],
    ["bind", "overdue", true],
    ["update", "failed", false],
    ["update", "overdue", false],
    ["provision", "deadline", false],
    ["provision", "lost", false],
    ["provision", "succeeded", false],
    ["deprovision", "gone", false],
  ])("after %s whose operation is %s mitigates: %s", (request, outcome, mitigated) => {
    expect(needsOrphanMitigation(request, { outcome })).toBe(mitigated);
  });

  it.each([undefined, null, new Error("something else"), "text", new DOMException("", "AbortError")])(
    "does not know %p",
    (failure) => {
      expect(needsOrphanMitigation("provision", failure)).toBe(false);
    },
  );
});
