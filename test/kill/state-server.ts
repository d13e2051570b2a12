import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A state of Terraform's backend `http`, with locks. */
export interface StateServer {
  readonly url: string;
  /** Id of the lock that is held; undefined where none is. */
  lockId(): string | undefined;
  stop(): Promise<void>;
}

export async function startStateServer(): Promise<StateServer> {
  let state: string | undefined;
  let lock: string | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const answer = (status: number, text = ""): void => void response.writeHead(status).end(text);
      switch (request.method) {
        case "LOCK":
          if (lock !== undefined) return answer(423, lock);
          lock = body;
          return answer(200);
        case "UNLOCK":
          lock = undefined;
          return answer(200);
        case "POST":
          state = body;
          return answer(200);
        default:
          return state === undefined ? answer(404) : answer(200, state);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/state`,
    lockId: () => (lock === undefined ? undefined : (JSON.parse(lock) as { ID: string }).ID),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
