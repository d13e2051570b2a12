import {
  needsOrphanMitigation,
  orphanMitigationTable,
  type BrokerRequest,
  type BrokerResponse,
} from "../../../sdk/broker";
import { inTurn, json, raw, reset, type Answer } from "../../support/local-server";
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

/** The table as the specification has it, without its links. */
const specification = `
  | All | 200 | Success (only returned in synchronous mode) | No | No |
  | All | 200 with malformed response | Failure | No | No |
  | Polling Last Operation for Service Instances for Provisioning/Deprovisioning | 200 with "state": "failed" | Failure | Yes | No |
  | Polling Last Operation for Service Bindings for Binding/Unbinding | 200 with "state": "failed" | Failure | No | Yes |
  | All | 201 | Success | No | No |
  | Provisioning | 201 with malformed response | Failure | Yes | No |
  | Binding | 201 with malformed response | Failure | No | Yes |
  | All | 202 | Success | No | No |
  | Provisioning | 202 with malformed response | Failure | Yes | No |
  | Binding | 202 with malformed response | Failure | No | Yes |
  | Provisioning/Deprovisioning | All other 2xx | Failure | Yes | No |
  | Binding/Unbinding | All other 2xx | Failure | No | Yes |
  | Updating a Service Instance | All other 2xx | Failure | No | No |
  | All | 408 | Client timeout failure (request not received at the server) | No | No |
  | All | All other 4xx | Request rejected | No | No |
  | Provisioning/Deprovisioning | 5xx | Service Broker error | Yes | No |
  | Binding/Unbinding | 5xx | Service Broker error | No | Yes |
  | Updating a Service Instance | 5xx | Service Broker error | No | No |
  | Provisioning | Timeout | Failure | Yes | No |
  | Binding | Timeout | Failure | No | Yes |
  | All (except Provisioning and Binding) | Timeout | Failure | No | No |
`;

/** The names by which the specification calls requests. */
const named: [string, BrokerRequest[]][] = [
  ["Deprovisioning", ["deprovision"]],
  ["Provisioning", ["provision"]],
  ["Unbinding", ["unbind"]],
  ["Binding", ["bind"]],
  ["Updating", ["update"]],
];

/** Which requests the first column means. */
function requestsOf(column: string): BrokerRequest[] {
  const found = column
    .replace(/Polling Last Operation for Service \w+ for/, "")
    .split(/[/ ()]/)
    .flatMap((word) => named.find(([name]) => name === word)?.[1] ?? []);
  if (!column.startsWith("All")) return found;
  return (Object.keys(verbOf) as BrokerRequest[]).filter((request) => !found.includes(request));
}

const cases = orphanMitigationTable.flatMap(({ requests, response, instances, bindings }) =>
  requests.map((request): [BrokerRequest, BrokerResponse, boolean] => [
    request,
    response,
    instances || bindings,
  ]),
);

describe(`The table "Orphan Mitigation" (${orphanMitigationTable.length} rows)`, () => {
  it("is the specification's", () => {
    const rows = specification
      .trim()
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .map(([, request = "", response = "", interpretation = "", instances, bindings]) => ({
        requests: new Set(requestsOf(request)),
        response,
        interpretation,
        instances: instances === "Yes",
        bindings: bindings === "Yes",
      }));
    expect(orphanMitigationTable.map((row) => ({ ...row, requests: new Set(row.requests) }))).toEqual(rows);
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
