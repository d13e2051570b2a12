import { type DescService, type FileRegistry, create, createFileRegistry } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

/**
 * The messages of Terraform's plugin protocol, version 6.8 (package tfplugin6), as far as this provider speaks it, and those
 * of go-plugin beside it. Names and numbers are the interface; the table is our own, so that no file of theirs is needed.
 * What is not in it is skipped when it is read.
 */

/**
 * A field: its number, then its type. `[]` in front means several, `{}` a map from text, `?` that the default is told from
 * nothing, `|` a choice of which one is set. A capital begins the name of another message.
 */
type Field = readonly [number, string];
type Table = Readonly<Record<string, Readonly<Record<string, Field>>>>;

const typed = { type_name: [1, "string"] } as const;
const said = (number: number): Readonly<Record<string, Field>> => ({
  diagnostics: [number, "[]Diagnostic"],
});
const named = { name: [1, "string"] } as const;

const terraform: Table = {
  DynamicValue: { msgpack: [1, "bytes"], json: [2, "bytes"] },
  Diagnostic: {
    severity: [1, "enum"],
    summary: [2, "string"],
    detail: [3, "string"],
    attribute: [4, "AttributePath"],
  },
  FunctionError: { text: [1, "string"], function_argument: [2, "?int64"] },
  AttributePath: { steps: [1, "[]Step"] },
  Step: {
    attribute_name: [1, "|string"],
    element_key_string: [2, "|string"],
    element_key_int: [3, "|int64"],
  },
  RawState: { json: [1, "bytes"] },
  Schema: { version: [1, "int64"], block: [2, "Block"] },
  Block: {
    version: [1, "int64"],
    attributes: [2, "[]Attribute"],
    block_types: [3, "[]NestedBlock"],
    description: [4, "string"],
    description_kind: [5, "enum"],
  },
  Attribute: {
    name: [1, "string"],
    type: [2, "bytes"],
    nested_type: [10, "Object"],
    description: [3, "string"],
    required: [4, "bool"],
    optional: [5, "bool"],
    computed: [6, "bool"],
    sensitive: [7, "bool"],
    description_kind: [8, "enum"],
    write_only: [11, "bool"],
  },
  NestedBlock: { ...typed, block: [2, "Block"], nesting: [3, "enum"] },
  Object: { attributes: [1, "[]Attribute"], nesting: [3, "enum"] },
  Function: {
    parameters: [1, "[]Parameter"],
    return: [3, "Return"],
    summary: [4, "string"],
    description: [5, "string"],
    description_kind: [6, "enum"],
  },
  Parameter: {
    ...named,
    type: [2, "bytes"],
    allow_null_value: [3, "bool"],
    allow_unknown_values: [4, "bool"],
    description: [5, "string"],
    description_kind: [6, "enum"],
  },
  Return: { type: [1, "bytes"] },
  ServerCapabilities: { plan_destroy: [1, "bool"], get_provider_schema_optional: [2, "bool"] },
  Named: named,
  Typed: typed,
  GetMetadataRequest: {},
  GetMetadataResponse: {
    server_capabilities: [1, "ServerCapabilities"],
    ...said(2),
    data_sources: [3, "[]Typed"],
    resources: [4, "[]Typed"],
    functions: [5, "[]Named"],
    ephemeral_resources: [6, "[]Typed"],
  },
  GetProviderSchemaRequest: {},
  GetProviderSchemaResponse: {
    provider: [1, "Schema"],
    resource_schemas: [2, "{}Schema"],
    data_source_schemas: [3, "{}Schema"],
    ...said(4),
    server_capabilities: [6, "ServerCapabilities"],
    functions: [7, "{}Function"],
    ephemeral_resource_schemas: [8, "{}Schema"],
  },
  ValidateProviderConfigRequest: { config: [1, "DynamicValue"] },
  ValidateProviderConfigResponse: said(2),
  ValidateResourceConfigRequest: { ...typed, config: [2, "DynamicValue"] },
  ValidateResourceConfigResponse: said(1),
  ValidateDataResourceConfigRequest: { ...typed, config: [2, "DynamicValue"] },
  ValidateDataResourceConfigResponse: said(1),
  UpgradeResourceStateRequest: { ...typed, version: [2, "int64"], raw_state: [3, "RawState"] },
  UpgradeResourceStateResponse: { upgraded_state: [1, "DynamicValue"], ...said(2) },
  ConfigureProviderRequest: { terraform_version: [1, "string"], config: [2, "DynamicValue"] },
  ConfigureProviderResponse: said(1),
  ReadResourceRequest: { ...typed, current_state: [2, "DynamicValue"], private: [3, "bytes"] },
  ReadResourceResponse: { new_state: [1, "DynamicValue"], ...said(2), private: [3, "bytes"] },
  PlanResourceChangeRequest: {
    ...typed,
    prior_state: [2, "DynamicValue"],
    proposed_new_state: [3, "DynamicValue"],
    config: [4, "DynamicValue"],
    prior_private: [5, "bytes"],
  },
  PlanResourceChangeResponse: {
    planned_state: [1, "DynamicValue"],
    requires_replace: [2, "[]AttributePath"],
    planned_private: [3, "bytes"],
    ...said(4),
  },
  ApplyResourceChangeRequest: {
    ...typed,
    prior_state: [2, "DynamicValue"],
    planned_state: [3, "DynamicValue"],
    config: [4, "DynamicValue"],
    planned_private: [5, "bytes"],
  },
  ApplyResourceChangeResponse: { new_state: [1, "DynamicValue"], private: [2, "bytes"], ...said(3) },
  ImportResourceStateRequest: { ...typed, id: [2, "string"] },
  ImportedResource: { ...typed, state: [2, "DynamicValue"], private: [3, "bytes"] },
  ImportResourceStateResponse: { imported_resources: [1, "[]ImportedResource"], ...said(2) },
  ReadDataSourceRequest: { ...typed, config: [2, "DynamicValue"] },
  ReadDataSourceResponse: { state: [1, "DynamicValue"], ...said(2) },
  ValidateEphemeralResourceConfigRequest: { ...typed, config: [2, "DynamicValue"] },
  ValidateEphemeralResourceConfigResponse: said(1),
  Timestamp: { seconds: [1, "int64"] },
  OpenEphemeralResourceRequest: { ...typed, config: [2, "DynamicValue"] },
  OpenEphemeralResourceResponse: {
    ...said(1),
    renew_at: [2, "Timestamp"],
    result: [3, "DynamicValue"],
    private: [4, "bytes"],
  },
  RenewEphemeralResourceRequest: { ...typed, private: [2, "bytes"] },
  RenewEphemeralResourceResponse: { ...said(1), renew_at: [2, "Timestamp"], private: [3, "bytes"] },
  CloseEphemeralResourceRequest: { ...typed, private: [2, "bytes"] },
  CloseEphemeralResourceResponse: said(1),
  GetFunctionsRequest: {},
  GetFunctionsResponse: { functions: [1, "{}Function"], ...said(2) },
  CallFunctionRequest: { ...named, arguments: [2, "[]DynamicValue"] },
  CallFunctionResponse: { result: [1, "DynamicValue"], error: [2, "FunctionError"] },
  StopProviderRequest: {},
  StopProviderResponse: { Error: [1, "string"] },
};

const plugin: Table = { Empty: {}, StdioData: { channel: [1, "enum"], data: [2, "bytes"] } };
const health: Table = {
  HealthCheckRequest: { service: [1, "string"] },
  HealthCheckResponse: { status: [1, "enum"] },
};

const scalars: Readonly<Record<string, Type>> = {
  string: Type.STRING,
  bytes: Type.BYTES,
  bool: Type.BOOL,
  int64: Type.INT64,
  // As a number: no name of a value is needed here.
  enum: Type.INT32,
};

const entryOf = (field: string): string =>
  `${field.replace(/(^|_)([a-z])/g, (_, _start, letter: string) => letter.toUpperCase())}Entry`;

function messageOf(name: string, fields: Table[string], inPackage: string): DescriptorProto {
  const message = create(DescriptorProtoSchema, { name });
  for (const [field, [number, text]] of Object.entries(fields)) {
    const [, mark = "", type = ""] = /^(\[\]|\{\}|\?|\|)?(.*)$/.exec(text) ?? [];
    const scalar = scalars[type];
    const one = create(FieldDescriptorProtoSchema, {
      name: field,
      number,
      label: mark === "[]" || mark === "{}" ? Label.REPEATED : Label.OPTIONAL,
      type: scalar ?? Type.MESSAGE,
      ...(scalar === undefined ? { typeName: `.${inPackage}.${type}` } : {}),
    });
    if (mark === "{}") {
      const entry = entryOf(field);
      const value = { ...one, name: "value", number: 2, label: Label.OPTIONAL };
      const key = { name: "key", number: 1, label: Label.OPTIONAL, type: Type.STRING };
      message.nestedType.push(
        create(DescriptorProtoSchema, {
          name: entry,
          field: [key, value],
          options: { mapEntry: true },
        }),
      );
      one.typeName = `.${inPackage}.${name}.${entry}`;
    }
    if (mark === "?" || mark === "|") {
      one.oneofIndex = message.oneofDecl.length - (mark === "|" && message.oneofDecl.length > 0 ? 1 : 0);
      if (one.oneofIndex === message.oneofDecl.length)
        message.oneofDecl.push({ name: mark === "?" ? `_${field}` : "selector" } as never);
      if (mark === "?") one.proto3Optional = true;
    }
    message.field.push(one);
  }
  return message;
}

interface Method {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly isStreaming?: boolean;
}

function registryOf(
  inPackage: string,
  table: Table,
  service: string,
  methods: readonly Method[],
): FileRegistry {
  const typeName = (name: string): string => `.${inPackage}.${name}`;
  const file = create(FileDescriptorProtoSchema, {
    name: `${inPackage}.proto`,
    package: inPackage,
    syntax: "proto3",
    messageType: Object.entries(table).map(([name, fields]) => messageOf(name, fields, inPackage)),
    service: [
      {
        name: service,
        method: methods.map(({ name, input, output, isStreaming = false }) => ({
          name,
          inputType: typeName(input),
          outputType: typeName(output),
          serverStreaming: isStreaming,
        })),
      },
    ],
  });
  return createFileRegistry(file, () => undefined);
}

function serviceOf(registry: FileRegistry, name: string): DescService {
  const service = registry.getService(name);
  if (!service) throw new Error(`The table has no service ${name}.`);
  return service;
}

const calls = Object.keys(terraform)
  .filter((name) => name.endsWith("Request"))
  .map((name) => name.replace(/Request$/, ""));

/** The calls of the service Provider. */
export const providerService = serviceOf(
  registryOf(
    "tfplugin6",
    terraform,
    "Provider",
    calls.map((name) => ({ name, input: `${name}Request`, output: `${name}Response` })),
  ),
  "tfplugin6.Provider",
);

/** How go-plugin asks a plugin to end. */
export const controllerService = serviceOf(
  registryOf("plugin", plugin, "GRPCController", [{ name: "Shutdown", input: "Empty", output: "Empty" }]),
  "plugin.GRPCController",
);

/** Where go-plugin would take what a plugin prints. */
export const stdioService = serviceOf(
  registryOf("plugin", plugin, "GRPCStdio", [
    { name: "StreamStdio", input: "Empty", output: "StdioData", isStreaming: true },
  ]),
  "plugin.GRPCStdio",
);

/** How gRPC's clients ask whether a server is well. */
export const healthService = serviceOf(
  registryOf("grpc.health.v1", health, "Health", [
    { name: "Check", input: "HealthCheckRequest", output: "HealthCheckResponse" },
  ]),
  "grpc.health.v1.Health",
);

/** A message as its fields, in camelCase. */
export type Fields = Record<string, unknown>;
