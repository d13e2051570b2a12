import Ajv from "ajv";
import {
  type Body,
  complete,
  missingHeaders,
  type Operation,
  operationsOf,
  type Parameter,
  type Schema,
} from "./published-broker-document";
import type { Exchange } from "./recorded-broker";

/*
 * What the published document says of an exchange. It allows fields that it does not know; here they are faults, since
 * neither the client nor the simulator has any of its own.
 */

const headers = [...Object.values(complete.components.parameters), ...missingHeaders].filter(
  (one) => one.in === "header",
);
const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(complete, "ServiceBroker");
/** Of what arrives as texts. */
const ajvOfTexts = new Ajv({ strict: false, allErrors: true, coerceTypes: true });

function operationOf({ method, url }: Exchange): Operation | undefined {
  const path = url.split("?")[0] ?? "";
  const isOfPath = (template: string): boolean =>
    new RegExp(`^${template.replace(/\{\w+\}/g, "[A-Za-z0-9._~%-]+")}$`).test(path);
  const methods = Object.entries(complete.paths).find(([template]) => isOfPath(template))?.[1];
  return methods?.[method.toLowerCase()];
}

/** The operation and the status, like `catalog.get 200`. */
export const answerOf = (exchange: Exchange): string =>
  `${operationOf(exchange)?.operationId ?? exchange.url} ${exchange.answer.status}`;

/** What is wrong with an exchange; nothing where it is as published. */
export function problemsOf(exchange: Exchange): string[] {
  const { method, url, answer } = exchange;
  const operation = operationOf(exchange);
  if (!operation) return [`${method} ${url} is no operation`];
  const response = operation.responses[answer.status];
  return [
    ...problemsOfQuery(url, operation),
    ...problemsOfHeaders(exchange.headers),
    ...problemsOfBody("request", exchange, operation.requestBody),
    ...(response ? problemsOfBody("answer", answer, response) : ["the status is not named"]),
  ].map((problem) => `${answerOf(exchange)}: ${problem}`);
}

function problemsOfQuery(url: string, { parameters }: Operation): string[] {
  const query = new URL(url, "http://broker.invalid").searchParams;
  const taken = parameters.filter((one) => one.in === "query");
  const isEncoded = /^[A-Za-z0-9._~%&=-]*$/.test(url.split("?")[1] ?? "");
  return [
    ...(isEncoded ? [] : ["the query is not percent-encoded"]),
    ...problemsOfTexts("query", taken, [...query]),
  ];
}

/** Other headers than the API's own are HTTP's. */
const problemsOfHeaders = (sent: Message["headers"]): string[] =>
  problemsOfTexts(
    "headers",
    headers.map((one) => ({ ...one, name: one.name.toLowerCase() })),
    Object.entries(sent).filter(([name]) => name.startsWith("x-broker-")),
  );

function problemsOfTexts(what: string, taken: Parameter[], given: [string, unknown][]): string[] {
  const schema = {
    type: "object",
    properties: Object.fromEntries(taken.map((one) => [one.name, one.schema])),
    required: taken.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
  return problemsBy(ajvOfTexts, what, schema, Object.fromEntries(given));
}

type Message = Pick<Exchange, "headers" | "body">;

function problemsOfBody(
  what: string,
  { headers: { "content-type": type }, body }: Message,
  is: Body = {},
): string[] {
  const schema = bodySchema(is);
  if (!schema) return body === "" ? [] : [`the ${what} has a body`];
  if (!type?.startsWith("application/json")) return [`the ${what} is ${String(type)}`];
  return problemsBy(ajv, what, schema, JSON.parse(body));
}

const bodySchema = ({ content }: Body): object | undefined =>
  content && { $ref: `ServiceBroker${content["application/json"].schema.$ref}` };

function problemsBy(by: Ajv, what: string, schema: object, data: unknown): string[] {
  const validate = by.compile(schema);
  validate(data);
  return (validate.errors ?? []).map(
    ({ instancePath, message = "", params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Whether the document allows this body of a request. */
export function isPublishedRequest(operationId: string, body: unknown): boolean {
  const operation = operationsOf(complete).find((one) => one.operationId === operationId);
  return ajv.validate(bodySchema(operation?.requestBody ?? {}) ?? false, body);
}

/** The fields that an exchange has, like `Plan.free`. */
export function fieldsIn(exchange: Exchange): string[] {
  const operation = operationOf(exchange);
  const fields = (is: Body | undefined, body: string): string[] =>
    is?.content ? fieldsOf(is.content["application/json"].schema, JSON.parse(body)) : [];
  return [
    ...fields(operation?.requestBody, exchange.body),
    ...fields(operation?.responses[exchange.answer.status], exchange.answer.body),
  ];
}

function fieldsOf(schema: Schema, data: unknown, name = ""): string[] {
  if (schema.$ref) {
    const named = schema.$ref.split("/").at(-1) ?? "";
    return fieldsOf(complete.components.schemas[named] ?? {}, data, named);
  }
  if (Array.isArray(data)) return data.flatMap((one) => fieldsOf(schema.items ?? {}, one));
  return Object.entries(schema.properties ?? {}).flatMap(([field, is]) => {
    const inner = (data as Record<string, unknown>)[field];
    return inner === undefined ? [] : [`${name}.${field}`, ...fieldsOf(is, inner)];
  });
}
