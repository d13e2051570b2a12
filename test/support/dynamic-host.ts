import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { transformFileSync } from "@swc/core";

const root = join(__dirname, "..", "..");
/** Loads what the installed SDK itself loads, its gRPC among it. */
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

type Json = Record<string, unknown>;
type Callback = (error: (Error & { metadata?: Metadata }) | null, response?: unknown) => void;

interface Metadata {
  get(name: string): (string | Buffer)[];
}
interface Message {
  toObject(): Json;
}
interface Client {
  [method: string]: (request: unknown, done: Callback) => void;
}
interface LogRequest {
  getMessage(): string;
  getUrn(): string;
}
interface Server {
  addService(service: unknown, implementation: object): void;
  bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
  forceShutdown(): void;
}

const grpc = sdk("@grpc/grpc-js") as {
  Server: new () => Server;
  ServerCredentials: { createInsecure(): unknown };
  credentials: { createInsecure(): unknown };
};
const struct = (
  sdk("google-protobuf/google/protobuf/struct_pb") as { Struct: { fromJavaScript(value: Json): unknown } }
).Struct;
const empty = sdk("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => unknown };
const messages = sdk("./proto/provider_pb") as Record<string, new () => Json> & {
  ErrorResourceInitFailed: { deserializeBinary(bytes: Uint8Array): InitFailed };
};
const status = sdk("./proto/status_pb") as {
  Status: { deserializeBinary(bytes: Buffer): { getDetailsList(): Any[] } };
};
const services = sdk("./proto/provider_grpc_pb") as {
  ResourceProviderClient: new (address: string, credentials: unknown) => Client & { close(): void };
};
const engineService = sdk("./proto/engine_grpc_pb") as { EngineService: unknown };

interface Any {
  getValue_asU8(): Uint8Array;
}
interface InitFailed {
  getId(): string;
  getProperties(): { toJavaScript(): Json };
  getReasonsList(): string[];
}

/** What a create or update reports that is saved although it is not finished. */
export interface Unfinished {
  id: string;
  properties: Json;
  reasons: string[];
}

/** The dynamic provider host of the installed SDK, as a process, called as the engine calls it. */
export interface DynamicHost {
  /** What the provider said to the engine. */
  readonly said: { message: string; urn: string }[];
  /** Everything that the process printed. */
  printed(): string;
  /** Calls a method; fields ending in properties, olds, news, inputs and args are objects. */
  call(method: string, fields: Json): Promise<Json>;
  /** The unfinished state in an error of `call`. */
  unfinishedIn(error: unknown): Unfinished;
  /** Takes the engine away, as its death does. */
  loseEngine(): void;
  /** Settles when the process has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A folder with this package installed, built from its sources as they are. */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), "provisor-host-"));
  const home = join(folder, "node_modules", "provisor");
  mkdirSync(home, { recursive: true });
  cpSync(join(root, "package.json"), join(home, "package.json"));
  for (const part of ["sdk", "provider"])
    for (const file of readdirSync(join(root, part), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const target = join(home, "dist", part, file.replace(/\.ts$/, ".js"));
      mkdirSync(dirname(target), { recursive: true });
      const { code } = transformFileSync(join(root, part, file), {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
        swcrc: false,
      });
      writeFileSync(target, code);
    }
  return folder;
}

async function startEngine(said: DynamicHost["said"]): Promise<{ server: Server; address: string }> {
  const server = new grpc.Server();
  const log = ({ request }: { request: LogRequest }, done: Callback): void => {
    if (request.getMessage() !== "") said.push({ message: request.getMessage(), urn: request.getUrn() });
    done(null, new empty.Empty());
  };
  server.addService(engineService.EngineService, { log });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { server, address: `127.0.0.1:${port}` };
}

/** As the SDK sends it: without what is undefined. */
const toStruct = (value: Json): unknown => struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Json);

const setterOf = (field: string): string => `set${field[0]?.toUpperCase() ?? ""}${field.slice(1)}`;

function requestOf(method: string, fields: Json): unknown {
  const Request = messages[`${method}Request`];
  if (!Request) throw new Error(`The SDK has no ${method}Request.`);
  const request = new Request();
  for (const [field, value] of Object.entries(fields)) {
    const set = request[setterOf(field)] as (value: unknown) => void;
    set.call(request, typeof value === "object" ? toStruct(value as Json) : value);
  }
  return request;
}

/** A response as plain values. */
function plain(response: unknown): Json {
  const message = response as Message &
    Record<string, (() => { toJavaScript?: () => Json } | undefined) | undefined>;
  const result = message.toObject();
  for (const part of ["properties", "inputs"]) {
    const value = (
      message[`get${part[0]?.toUpperCase() ?? ""}${part.slice(1)}`] as
        (() => { toJavaScript(): Json } | undefined) | undefined
    )?.call(message);
    if (value) result[part] = value.toJavaScript();
  }
  return result;
}

/** Starts the host. `config` is the stack's configuration, with its namespaces; `flags` are what the engine hands down. */
export async function startDynamicHost(
  env: Record<string, string>,
  config: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<DynamicHost> {
  const said: DynamicHost["said"] = [];
  const folder = install();
  const engine = await startEngine(said);
  const main = sdk.resolve("./cmd/dynamic-provider");
  const child: ChildProcess = spawn(process.execPath, [main, ...flags, engine.address], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      ...env,
      NODE_PATH: join(root, "node_modules"),
      PULUMI_NODEJS_PROJECT: "test",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stderr?.on("data", (data: Buffer) => {
    output += data.toString();
  });
  const port = await new Promise<string>((resolve, reject) => {
    if (child.stdout)
      createInterface(child.stdout).on("line", (line) => {
        resolve(line);
        output += line;
      });
    child.once("exit", () => {
      reject(new Error(`The dynamic provider host ended: ${output}`));
    });
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call: DynamicHost["call"] = (method, fields) =>
    new Promise((resolve, reject) => {
      client[`${method[0]?.toLowerCase() ?? ""}${method.slice(1)}`]?.(
        requestOf(method, fields),
        (error, response) => {
          if (error) reject(error);
          else resolve(plain(response));
        },
      );
    });
  await call("Configure", { args: config });
  return {
    said,
    printed: () => output,
    call,
    unfinishedIn: (error) => {
      const [details] = (error as { metadata: Metadata }).metadata.get("grpc-status-details-bin");
      const [any] = status.Status.deserializeBinary(details as Buffer).getDetailsList();
      if (!any) throw new Error("The error has no details.");
      // An Any within an Any: the SDK packs it as bytes.
      const failed = messages.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
      return {
        id: failed.getId(),
        properties: failed.getProperties().toJavaScript(),
        reasons: failed.getReasonsList(),
      };
    },
    loseEngine: () => {
      engine.server.forceShutdown();
    },
    ended,
    stop: async () => {
      client.close();
      child.kill();
      await ended;
      engine.server.forceShutdown();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
