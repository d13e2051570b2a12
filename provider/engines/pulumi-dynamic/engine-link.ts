import type { EngineLink, Severity } from "../../host/engine-port";
import { sdkRequire } from "./sdk-internals";

interface LogRequest {
  setSeverity(value: number): void;
  setMessage(value: string): void;
  setUrn(value: string): void;
  setEphemeral(value: boolean): void;
}

interface EngineClient {
  log(
    request: LogRequest,
    metadata: unknown,
    options: { deadline: Date },
    done: (error: { code: number } | null) => void,
  ): void;
}

/** An engine on this machine answers in milliseconds. */
const ANSWER_MS = 3_000;

/** gRPC's code for a peer that cannot be connected to. */
const UNAVAILABLE = 14;

/**
 * Connects to the engine at `address`. The SDK's own client is used, with the gRPC that the SDK itself has: it is
 * not ours to depend on.
 */
export function connectEngine(address: string): EngineLink {
  const sdk = sdkRequire();
  const grpc = sdk("@grpc/grpc-js") as {
    credentials: { createInsecure(): unknown };
    Metadata: new () => unknown;
  };
  const messages = sdk("./proto/engine_pb") as {
    LogRequest: new () => LogRequest;
    LogSeverity: Record<string, number>;
  };
  const services = sdk("./proto/engine_grpc_pb") as {
    EngineClient: new (
      address: string,
      credentials: unknown,
      options: Record<string, number>,
    ) => EngineClient;
  };
  // The engine is on this machine. By itself gRPC goes even there through a proxy that https_proxy names.
  const client = new services.EngineClient(address, grpc.credentials.createInsecure(), {
    "grpc.enable_http_proxy": 0,
  });
  const send = (severity: Severity, message: string, urn: string, ephemeral: boolean): Promise<boolean> =>
    new Promise((resolve) => {
      const request = new messages.LogRequest();
      request.setSeverity(messages.LogSeverity[severity.toUpperCase()] ?? 0);
      request.setMessage(message);
      request.setUrn(urn);
      request.setEphemeral(ephemeral);
      client.log(request, new grpc.Metadata(), { deadline: new Date(Date.now() + ANSWER_MS) }, (error) => {
        // An engine that is late (stopped, asleep, very busy) is still there.
        resolve(error?.code !== UNAVAILABLE);
      });
    });
  return {
    log: (severity, message, urn, ephemeral = false) => {
      void send(severity, message, urn, ephemeral);
    },
    isAlive: () => send("debug", "", "", true),
  };
}
