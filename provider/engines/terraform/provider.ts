import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Severity } from "../../host/engine-port";
import { ProviderProcess } from "../../host/process";
import type { Clock } from "../../../sdk/wait";
import { type DataSource, dataSources } from "./data-sources";
import { EPHEMERAL, EphemeralBinding, ephemeralInputs, ephemeralOutputs } from "./ephemeral-binding";
import { type ProviderFunction, functions } from "./functions";
import { attributesOf, propertiesOf } from "./managed/attributes";
import { errorOf, warningsOf } from "./managed/diagnostics";
import { INTENT, intentInputs, intentOutputs, intentResource } from "./managed/intent";
import { managedKinds } from "./managed/kinds";
import { serviceBindingKind } from "./managed/kinds/service-binding";
import { Managed } from "./managed/managed";
import type { ManagedResource, TfDiagnostic, TfObject, TfPath } from "./managed/managed-resource";
import { READY, readyInputs, readyOutputs, readyResource } from "./managed/ready";
import { Records } from "./managed/records";
import { managedResource } from "./managed/resource";
import { RunMemory } from "./managed/run-memory";
import { TerraformPort } from "./port";
import type { Fields } from "./protocol/messages";
import type { Calls } from "./protocol/server";
import { type Block, dataBlock, managedBlock, simpleBlock } from "./schema";
import { ProviderSettings, providerBlock } from "./settings";
import { type TfType, typeBytes } from "./types";
import { decode, encode, ofJson } from "./values";

/** What the provider needs of where it runs. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Terraform's working directory. */
  readonly folder: string;
  /** False once Terraform is gone. */
  isConnected(): boolean;
  /** Takes a line of the log. */
  write(severity: Severity, line: string): void;
  /** Ends this process. */
  end(): void;
  readonly streams: readonly NodeJS.WriteStream[];
  readonly clock?: Clock;
}

/** The calls of the protocol (tfplugin6, service Provider), served by this process. */
export function providerCalls(surroundings: Surroundings): Calls {
  const settings = new ProviderSettings();
  const { env, folder, clock, streams } = surroundings;
  const port = new TerraformPort(
    () => surroundings.isConnected(),
    (severity, line) => surroundings.write(severity, line),
  );
  const process = new ProviderProcess(port, () => surroundings.end(), clock);
  process.configure((name) => settings.get(name), streams);
  const data = env["TF_DATA_DIR"] ?? join(folder, ".terraform");
  const records = new Records(join(data, "provisor", workspaceOf(env, data)));
  const memory = new RunMemory();
  const provider = providerBlock();
  const resources = new Map(
    managedKinds.map((kind) => {
      const managed = new Managed(kind, process, port, memory, records, () => settings.isOpen);
      return [kind.typeName, { block: managedBlock(kind), resource: managedResource(managed) }] as const;
    }),
  );
  const ready = readyResource(memory);
  const intent = intentResource(process, memory);
  resources.set(ready.typeName, { block: simpleBlock(READY, readyInputs, readyOutputs), resource: ready });
  resources.set(intent.typeName, {
    block: simpleBlock(INTENT, intentInputs, intentOutputs),
    resource: intent,
  });
  const sources = new Map(dataSources.map((one) => [one.typeName, { block: dataBlock(one), source: one }]));

  const served = (by: ProviderProcess): Managed =>
    new Managed(serviceBindingKind, by, port, memory, records, () => settings.isOpen);
  const ending = new ProviderProcess(port, () => surroundings.end(), clock);
  ending.configure((name) => settings.get(name), []);
  const binding = new EphemeralBinding(served(process), served(ending));
  const ephemeral = simpleBlock(EPHEMERAL, ephemeralInputs, ephemeralOutputs, ["timeouts"]);

  const resourceOf = ({ typeName }: Fields): { block: Block; resource: ManagedResource } =>
    found(resources, typeName);
  const sourceOf = ({ typeName }: Fields): { block: Block; source: DataSource } => found(sources, typeName);

  const calls: Calls = {
    GetMetadata: async () => ({
      serverCapabilities: CAPABILITIES,
      resources: [...resources.keys()].map((typeName) => ({ typeName })),
      dataSources: [...sources.keys()].map((typeName) => ({ typeName })),
      functions: functions.map(({ name }) => ({ name })),
      ephemeralResources: [{ typeName: binding.typeName }],
    }),
    GetProviderSchema: async () => ({
      provider: provider.schema,
      serverCapabilities: CAPABILITIES,
      resourceSchemas: schemasOf(resources),
      dataSourceSchemas: schemasOf(sources),
      functions: describedFunctions(),
      ephemeralResourceSchemas: { [binding.typeName]: ephemeral.schema },
    }),
    ValidateProviderConfig: async () => ({}),
    ConfigureProvider: async ({ config }) => {
      settings.configure((valueOf(provider.type, config) ?? {}) as TfObject);
      return {};
    },
    ValidateResourceConfig: async (request) => {
      const { block, resource } = resourceOf(request);
      const config = valueOf(block.type, request["config"]);
      return { diagnostics: (await resource.validate(config as TfObject)).map(diagnosticOf) };
    },
    UpgradeResourceState: async (request) => {
      const { block } = resourceOf(request);
      const { json = new Uint8Array() } = (request["rawState"] ?? {}) as { json?: Uint8Array };
      const state = ofJson(block.type, JSON.parse(Buffer.from(json).toString()));
      return { upgradedState: messageOf(block.type, state) };
    },
    ReadResource: async (request) => {
      const { block, resource } = resourceOf(request);
      const current = valueOf(block.type, request["currentState"]) as TfObject;
      const answer = await resource.read({ current, private: textOf(request["private"]) });
      return {
        newState: messageOf(block.type, answer.state),
        private: Buffer.from(answer.private),
        diagnostics: answer.diagnostics.map(diagnosticOf),
      };
    },
    PlanResourceChange: async (request) => {
      const { block, resource } = resourceOf(request);
      const value = (name: string): TfObject | null => objectOf(valueOf(block.type, request[name]));
      const answer = await resource.plan({
        prior: value("priorState"),
        proposed: value("proposedNewState"),
        config: value("config"),
        priorPrivate: textOf(request["priorPrivate"]),
      });
      return {
        plannedState: messageOf(block.type, answer.planned),
        requiresReplace: answer.requiresReplace.map(pathOf),
        plannedPrivate: Buffer.from(answer.plannedPrivate),
        diagnostics: answer.diagnostics.map(diagnosticOf),
      };
    },
    ApplyResourceChange: async (request) => {
      const { block, resource } = resourceOf(request);
      const value = (name: string): TfObject | null => objectOf(valueOf(block.type, request[name]));
      const answer = await resource.apply({
        prior: value("priorState"),
        planned: value("plannedState"),
        config: value("config"),
        plannedPrivate: textOf(request["plannedPrivate"]),
      });
      return {
        newState: messageOf(block.type, answer.state),
        private: Buffer.from(answer.private),
        diagnostics: answer.diagnostics.map(diagnosticOf),
      };
    },
    ImportResourceState: async (request) => {
      const { block, resource } = resourceOf(request);
      const { imported, diagnostics } = await resource.importState(String(request["id"]));
      return {
        importedResources: imported.map((one) => ({
          typeName: resource.typeName,
          state: messageOf(block.type, one.state),
          private: Buffer.from(one.private),
        })),
        diagnostics: diagnostics.map(diagnosticOf),
      };
    },
    ValidateDataResourceConfig: async () => ({}),
    ReadDataSource: async (request) => {
      const { block, source } = sourceOf(request);
      const config = valueOf(block.type, request["config"]) as TfObject;
      const done = await port.during(() => readSource(source, process, settings, config));
      const warnings = warningsOf(done.warnings);
      if ("error" in done) {
        const shown = spoken(port, process, done.error);
        return { diagnostics: [...warnings, errorOf("Not read", shown)].map(diagnosticOf) };
      }
      return { state: messageOf(block.type, done.result), diagnostics: warnings.map(diagnosticOf) };
    },
    ValidateEphemeralResourceConfig: async () => ({}),
    OpenEphemeralResource: async ({ config }) => {
      const {
        result,
        private: id,
        renewAt,
        diagnostics,
      } = await binding.open(valueOf(ephemeral.type, config) as TfObject);
      return {
        ...(result ? { result: messageOf(ephemeral.type, result) } : {}),
        private: Buffer.from(id),
        ...timeOf(renewAt),
        diagnostics: diagnostics.map(diagnosticOf),
      };
    },
    RenewEphemeralResource: async (request) => {
      const { private: id, renewAt, diagnostics } = await binding.renew(textOf(request["private"]));
      return {
        private: Buffer.from(id),
        ...timeOf(renewAt),
        diagnostics: diagnostics.map(diagnosticOf),
      };
    },
    CloseEphemeralResource: async (request) => ({
      diagnostics: (await binding.close(textOf(request["private"]))).map(diagnosticOf),
    }),
    GetFunctions: async () => ({ functions: describedFunctions() }),
    CallFunction: async (request) => calledFunction(request),
    StopProvider: async () => {
      process.stop();
      return {};
    },
  };
  // What nobody has thought of is said as well, without a secret in it.
  const shown = async (work: Promise<Fields>): Promise<Fields> =>
    work.catch((error: unknown) => ({
      diagnostics: [diagnosticOf(errorOf("The provider failed", spoken(port, process, error)))],
    }));
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [name, async (request: Fields) => shown(call(request))]),
  );
}

/** What one workspace has asked for is no other one's. */
function workspaceOf(env: Surroundings["env"], data: string): string {
  const named = env["TF_WORKSPACE"];
  if (named !== undefined && named !== "") return encodeURIComponent(named);
  try {
    return encodeURIComponent(readFileSync(join(data, "environment"), "utf8").trim() || "default");
  } catch {
    return "default";
  }
}

const CAPABILITIES = { planDestroy: true, getProviderSchemaOptional: true };

function found<T>(served: ReadonlyMap<string, T>, typeName: unknown): T {
  const one = served.get(String(typeName));
  if (!one) throw new Error(`There is no ${String(typeName)}.`);
  return one;
}

const schemasOf = (served: ReadonlyMap<string, { block: Block }>): Record<string, Fields> =>
  Object.fromEntries([...served].map(([name, { block }]) => [name, block.schema]));

async function readSource(
  source: DataSource,
  process: ProviderProcess,
  settings: ProviderSettings,
  config: TfObject,
): Promise<TfObject> {
  if (settings.isOpen)
    throw new Error(
      "the provider's block has values that are known after apply only, so that nothing can be asked yet. Apply what they come " +
        "from first, with -target.",
    );
  const args = propertiesOf(source.arguments, config);
  const results = await source.read(process, args);
  return { ...attributesOf(source.results, results), ...attributesOf(source.arguments, args) };
}

const spoken = ({ speech }: TerraformPort, { session }: ProviderProcess, error: unknown): Error =>
  new Error(session.redact(speech.text(error instanceof Error ? error.message : String(error))));

const describedFunctions = (): Record<string, Fields> =>
  Object.fromEntries(
    functions.map(({ name, parameters, result, summary, description }) => [
      name,
      {
        parameters: parameters.map((one) => ({
          name: one.name,
          type: typeBytes(one.type),
          description: one.description,
          allowNullValue: one.allowsNull,
        })),
        return: { type: typeBytes(result) },
        summary,
        description,
      },
    ]),
  );

function calledFunction(request: Fields): Fields {
  const called = functions.find(({ name }) => name === request["name"]) as ProviderFunction;
  const given = request["arguments"] as unknown[];
  const values = given.map((one, index) => valueOf(called.parameters[index]?.type ?? "dynamic", one));
  try {
    return { result: messageOf(called.result, called.call(values)) };
  } catch (error) {
    return { error: { text: (error as Error).message } };
  }
}

/** A value that a message holds, in either of its forms. */
function valueOf(type: TfType, message: unknown): unknown {
  const { msgpack, json } = (message ?? {}) as { msgpack?: Uint8Array; json?: Uint8Array };
  if (msgpack && msgpack.length > 0) return decode(type, msgpack);
  return json && json.length > 0 ? ofJson(type, JSON.parse(Buffer.from(json).toString())) : null;
}

const timeOf = (moment: Date | undefined): Fields =>
  moment === undefined ? {} : { renewAt: { seconds: BigInt(Math.floor(moment.getTime() / 1_000)) } };

const objectOf = (value: unknown): TfObject | null => (value ?? null) as TfObject | null;

const messageOf = (type: TfType, value: unknown): Fields => ({ msgpack: encode(type, value) });

const textOf = (bytes: unknown): string => Buffer.from((bytes ?? new Uint8Array()) as Uint8Array).toString();

const diagnosticOf = ({ severity, summary, detail, path }: TfDiagnostic): Fields => ({
  severity: severity === "error" ? 1 : 2,
  summary,
  detail,
  ...(path ? { attribute: pathOf(path) } : {}),
});

const pathOf = (path: TfPath): Fields => ({
  steps: path.map((step) => ({
    selector:
      typeof step === "number"
        ? { case: "elementKeyInt", value: BigInt(step) }
        : { case: "attributeName", value: step },
  })),
});
