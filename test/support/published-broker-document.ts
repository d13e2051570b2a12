import {
  bodyOf,
  type Body,
  type Document,
  named,
  type Operation,
  type Parameter,
  serviceBroker,
} from "./schemas/service-broker";
import { flag, type Schema, text } from "./schemas/json-schema";

/* What the published OpenAPI document of the Open Service Broker API says, and what the specification has besides. */

export type { Body, Operation, Parameter, Schema };

export const operationsOf = ({ paths }: Document): Operation[] => Object.values(paths).flatMap(Object.values);

const published = serviceBroker();
/** The ids of all operations. */
export const operationIds = operationsOf(published).map(({ operationId }) => operationId);
/** All answers that the document names, like `catalog.get 200`. */
export const publishedAnswers = operationsOf(published).flatMap(({ operationId, responses }) =>
  Object.keys(responses).map((status) => `${operationId} ${status}`),
);

/** All fields that the document names, like `Plan.free`. */
export const publishedFields = Object.entries(published.components.schemas).flatMap(([schema, is]) =>
  Object.keys(is.properties ?? {}).map((field) => `${schema}.${field}`),
);

const maintenance = named("MaintenanceInfo");
const error = bodyOf("Error");

/*
 * The document says that the specification is the authority where the two differ. These are the places where the
 * specification has something that the document lacks, each with the section that has it.
 */
/** Fields, by their schema. */
export const missingFields: [schema: string, field: string, is: Schema, section: string][] = [
  ["Service", "instances_retrievable", flag, "Service Offering Object"],
  ["Service", "bindings_retrievable", flag, "Service Offering Object"],
  ["Service", "allow_context_updates", flag, "Service Offering Object"],
  ["Provision", "maintenance_info", maintenance, "Provisioning"],
  ["Update", "maintenance_info", maintenance, "Updating a Service Instance"],
  ["PreviousValues", "maintenance_info", maintenance, "Previous Values Object"],
];
/** Answers, by their operation. */
export const missingAnswers: [operations: string[], status: number, is: Body, section: string][] = [
  [["catalog.get"], 304, {}, "Catalog Management"],
  [
    ["catalog.get", "serviceInstance.get", "serviceBinding.get"],
    401,
    error,
    "Platform to Service Broker Authentication",
  ],
  [operationIds, 412, error, "API Version Header"],
  [["serviceInstance.get"], 422, error, "Fetching a Service Instance"],
  [["serviceInstance.get", "serviceBinding.get"], 400, error, "Service Broker Errors"],
  [["serviceInstance.update", "serviceBinding.binding"], 404, error, "Service Broker Errors"],
  [
    [
      "serviceInstance.provision",
      "serviceInstance.update",
      "serviceInstance.deprovision",
      "serviceBinding.binding",
      "serviceBinding.unbinding",
    ],
    500,
    error,
    "Service Broker Errors",
  ],
];
/** Headers; like those that the document has, for all operations (section "Headers"). */
export const missingHeaders: Parameter[] = [
  { name: "X-Broker-API-Request-Identity", in: "header", schema: { ...text, minLength: 1 } },
];

function completed(): Document {
  const document = serviceBroker();
  const { schemas } = document.components;
  for (const [schema, field, is] of missingFields)
    Object.assign(schemas[schema]?.properties ?? {}, { [field]: is });
  for (const { operationId, responses } of operationsOf(document))
    for (const [operations, status, is] of missingAnswers)
      if (operations.includes(operationId)) responses[status] = is;
  for (const schema of Object.values(schemas)) if (schema.properties) schema["additionalProperties"] = false;
  return document;
}

/** The document with what it lacks, which allows no other fields. */
export const complete = completed();
