import * as pulumi from "@pulumi/pulumi";
import { areMocksSet } from "./mocks";
import { sdkRequire } from "./sdk-internals";

interface InvokeRequest {
  setTok(token: string): void;
  setArgs(args: unknown): void;
}

interface InvokeResponse {
  getReturn(): { toJavaScript(): unknown } | undefined;
}

interface Monitor {
  invoke(request: InvokeRequest, done: (error: Error | null, response: InvokeResponse) => void): void;
}

/**
 * An invoke of the engine's own, past `runtime.invoke`: that one writes the whole answer to the log under `--debug`,
 * and ours holds the secrets of the stack.
 * @returns The answer as the engine writes it, secret marks included. Nothing where mocks are set: they know of functions
 *   that a program calls, and of no others.
 */
export async function quietInvoke(token: string, args: Record<string, unknown>): Promise<unknown> {
  if (areMocksSet()) return undefined;
  const sdk = sdkRequire();
  const { getMonitor } = sdk("./runtime/settings") as { getMonitor(): Monitor | undefined };
  const { ResourceInvokeRequest } = sdk("./proto/resource_pb") as {
    ResourceInvokeRequest: new () => InvokeRequest;
  };
  const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb") as {
    Struct: { fromJavaScript(value: object): unknown };
  };
  const monitor = getMonitor();
  if (!monitor) return undefined;
  const request = new ResourceInvokeRequest();
  request.setTok(token);
  request.setArgs(Struct.fromJavaScript(args));
  const done = pulumi.runtime.rpcKeepAlive();
  try {
    return await new Promise((resolve, reject) => {
      monitor.invoke(request, (error, response) => {
        if (error) reject(error);
        else resolve(response.getReturn()?.toJavaScript());
      });
    });
  } finally {
    done();
  }
}
