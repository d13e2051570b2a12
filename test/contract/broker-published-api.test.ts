import fc from "fast-check";
import type { BrokerClientOptions } from "../../sdk/broker";
import { type BrokerService, type BrokerSimulatorOptions, usualServices } from "../../sdk/simulator";
import { BrokerPlatform } from "../support/broker-platform";
import { instanceTalks, type Talk } from "../support/broker-talks";
import { bindingTalks } from "../support/broker-talks-of-bindings";
import { BrokerCaller } from "../support/call-broker";
import { answerOf, fieldsIn, isPublishedRequest, problemsOf } from "../support/published-broker-api";
import {
  missingAnswers,
  missingFields,
  operationIds,
  publishedAnswers,
  publishedFields,
} from "../support/published-broker-document";
import { type Exchange, RecordedBroker } from "../support/recorded-broker";

/* Our client and the simulated broker, over a socket, held against the published OpenAPI document. */

/** A synchronous service whose bindings have all that a binding can have. */
const drive: BrokerService = {
  id: "drive-service",
  name: "drive",
  description: "Shared disks",
  tags: ["disk"],
  requires: ["syslog_drain", "route_forwarding", "volume_mount"],
  bindable: true,
  bindings_retrievable: true,
  metadata: { displayName: "Drive" },
  dashboard_client: { id: "drive", secret: "of-the-dashboard", redirect_uri: "https://drive.example.com" },
  plans: [
    {
      id: "drive-plan",
      name: "only",
      description: "The only one",
      bindable: true,
      binding_rotatable: true,
      metadata: { bullets: ["1 TB"] },
    },
  ],
};

/** What is asynchronous goes on until the test ends it. */
const usual: BrokerSimulatorOptions = {
  services: [...usualServices(), drive],
  operationMs: 1e9,
  retryAfterS: 3,
  bindingLifetimeS: 3600,
  basePath: "/openservicebroker",
};

/** All that passed between a platform and a broker, for an instance whose id wants to be encoded. */
async function heard(
  { service = "postgres", broker, talk }: Omit<Talk, "service"> & { service?: string },
  client: Partial<BrokerClientOptions> = {},
): Promise<Exchange[]> {
  const recorded = await RecordedBroker.start({ ...usual, ...broker });
  const originatingIdentity = { platform: "provisor", value: { user: "äöü" } };
  const sender = recorded.client({ originatingIdentity, ...client });
  try {
    await talk(new BrokerPlatform(sender, recorded.simulator, service, "i/1 ~ü"));
    return recorded.exchanges;
  } finally {
    await recorded.stop();
  }
}

/** What came last, and all that is not as published. */
function verdictOf(exchanges: Exchange[]): unknown {
  const last = exchanges.at(-1);
  const body = JSON.parse(last?.answer.body || "{}") as { error?: string };
  return { last: last && answerOf(last), error: body.error, problems: exchanges.flatMap(problemsOf) };
}
/** By a title like `catalog.get 422, because (ErrorCode)`. */
const asPublished = (title: string): unknown => ({
  last: answerNamed(title),
  error: /\((\w+)\)$/.exec(title)?.[1],
  problems: [],
});
const answerNamed = (title: string): string => title.split(",")[0] ?? "";

/** Each operation of the document, asked for in the simplest way. */
const everyOperation: Record<string, (platform: BrokerPlatform) => Promise<unknown>> = {
  "catalog.get": (platform) => platform.catalog(),
  "serviceInstance.provision": (platform) => platform.provision(),
  "serviceInstance.update": (platform) => platform.update({}),
  "serviceInstance.deprovision": (platform) => platform.deprovision(),
  "serviceInstance.get": (platform) => platform.fetch(),
  "serviceInstance.lastOperation.get": (platform) => platform.lastOperation(),
  "serviceBinding.lastOperation.get": (platform) => platform.lastBindingOperation(),
  "serviceBinding.binding": (platform) => platform.bind(),
  "serviceBinding.unbinding": (platform) => platform.unbind(),
  "serviceBinding.get": (platform) => platform.fetchBinding(),
};

function talkOf(operation: string): Talk["talk"] {
  const talk = everyOperation[operation];
  if (!talk) throw new Error(`The client has nothing for ${operation}.`);
  return talk;
}

const talks = { ...instanceTalks, ...bindingTalks };

/** What was heard of each talk; it is the same each time. */
const heardOf = new Map<Talk, Promise<Exchange[]>>();
function heardOnce(talk: Talk): Promise<Exchange[]> {
  const exchanges = heardOf.get(talk) ?? heard(talk);
  heardOf.set(talk, exchanges);
  return exchanges;
}

describe("requests and answers are as published", () => {
  test.each(Object.entries(talks))("%s", async (title, talk) => {
    expect(verdictOf(await heardOnce(talk))).toEqual(asPublished(title));
  });

  test.each(operationIds)("%s 401, the credentials are wrong", async (operation) => {
    const talk = talkOf(operation);
    expect(verdictOf(await heard({ talk }, { password: "wrong" }))).toEqual(asPublished(`${operation} 401`));
  });

  test.each(operationIds)("%s 412, the broker wants another version", async (operation) => {
    const talk = talkOf(operation);
    expect(verdictOf(await heard({ talk }, { apiVersion: "2.99" }))).toEqual(asPublished(`${operation} 412`));
  });
});

describe("it is seen", () => {
  const path = "/v2/service_instances/i-1/service_bindings/b-1";
  const exchange: Exchange = {
    method: "PUT",
    url: `${path}?accepts_incomplete=true`,
    headers: { "content-type": "application/json", "x-broker-api-version": "2.17" },
    body: JSON.stringify({ service_id: "s", plan_id: "p" }),
    answer: { status: 201, headers: { "content-type": "application/json" }, body: "{}" },
  };
  const answer = (change: Partial<Exchange["answer"]>): Partial<Exchange> => ({
    answer: { ...exchange.answer, ...change },
  });
  const fetched = { method: "GET", body: "", ...answer({ status: 200 }) };
  const ids = { service_id: "s", plan_id: "p" };

  test("when nothing is wrong", () => {
    expect(problemsOf(exchange)).toEqual([]);
  });

  test.each<[string, Partial<Exchange>]>([
    ["a path is wrong", { url: "/v2/service_bindings/b-1" }],
    ["an id in a path is not encoded", { url: "/v2/service_instances/i 1" }],
    ["a field of a query is misnamed", { url: `${exchange.url}&planId=p` }],
    ["a value of a query is of another type", { url: exchange.url.replace("true", "yes") }],
    ["a query is not encoded", { ...fetched, url: `${path}?service_id=a+b` }],
    ["a field of a query is missing", { ...fetched, method: "DELETE", url: `${path}?service_id=s` }],
    ["a header is missing", { headers: { "content-type": "application/json" } }],
    ["a header is misnamed", { headers: { ...exchange.headers, "x-broker-identity": "me" } }],
    ["a request is not called JSON", { headers: { "x-broker-api-version": "2.17" } }],
    ["a field of a request is missing", { body: JSON.stringify({ service_id: "s" }) }],
    ["a field of a request is misnamed", { body: JSON.stringify({ ...ids, bindingId: "b" }) }],
    ["a field of a request is of another type", { body: JSON.stringify({ ...ids, context: [] }) }],
    ["a status is not named", answer({ status: 204 })],
    ["an answer is not called JSON", answer({ headers: {} })],
    ["a field of an answer is misnamed", answer({ body: '{"credential":{}}' })],
    ["a field of an answer is of another type", answer({ body: '{"credentials":"me:you"}' })],
  ])("when %s", (_what, change) => {
    expect(problemsOf({ ...exchange, ...change })).toHaveLength(1);
  });
});

describe("what is published is shown above", () => {
  test("with every answer", () => {
    const shown = [...Object.keys(talks).map(answerNamed), ...operationIds.map((id) => `${id} 401`)];
    expect(publishedAnswers.filter((answer) => !shown.includes(answer))).toEqual([]);
  });

  test("with every field", async () => {
    const shown = new Set<string>();
    for (const talk of Object.values(talks))
      for (const field of (await heardOnce(talk)).flatMap(fieldsIn)) shown.add(field);
    // The specification has it for plans only; and the simulator leaves the default, tcp, unsaid.
    shown.add("Service.binding_rotatable").add("Endpoint.protocol");
    expect(publishedFields.filter((field) => !shown.has(field))).toEqual([]);
  });
});

describe("the published document lacks", () => {
  test("the fields that are said to be missing", () => {
    const missing = missingFields.map(([schema, field]) => `${schema}.${field}`);
    expect(missing.filter((field) => publishedFields.includes(field))).toEqual([]);
  });

  test("the answers that are said to be missing", () => {
    const missing = missingAnswers.flatMap(([ids, status]) => ids.map((id) => `${id} ${status}`));
    expect(missing.filter((answer) => publishedAnswers.includes(answer))).toEqual([]);
  });
});

describe("a body that the published schema forbids is never accepted", () => {
  const instance = "/v2/service_instances/i1";
  const binding = `${instance}/service_bindings/b1`;
  const odd = fc.constantFrom<unknown>(undefined, null, 7, true, "text", [], {}, ["text"]);

  test.each([
    ["serviceInstance.provision", "PUT", instance, { organization_guid: "o", space_guid: "s" }, []],
    ["serviceInstance.update", "PATCH", instance, {}, ["previous_values"]],
    ["serviceBinding.binding", "PUT", binding, {}, ["app_guid", "bind_resource", "predecessor_binding_id"]],
  ])("by %s", async (operation, method, path, required, optional) => {
    const caller = await new BrokerCaller().provisioned();
    const base = { ...caller.ids, ...required };
    const field = fc.constantFrom(...Object.keys(base), "context", "parameters", ...optional);
    await fc.assert(
      fc.asyncProperty(field, odd, async (name, value) => {
        const body = JSON.parse(JSON.stringify({ ...base, [name]: value })) as Record<string, unknown>;
        fc.pre(!isPublishedRequest(operation, body));
        expect(
          (await caller.send(method, path, { query: { accepts_incomplete: "true" }, body })).status,
        ).toBe(400);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
