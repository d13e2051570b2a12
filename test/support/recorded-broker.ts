import { createServer, request as sendOn, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type BrokerClient, type BrokerClientOptions, createBrokerClient } from "../../sdk/broker";
import {
  type BrokerSimulator,
  type BrokerSimulatorOptions,
  type RunningBrokerSimulator,
  startBrokerSimulator,
} from "../../sdk/simulator";

/** A request and its answer, as they went over the wire. */
export interface Exchange {
  method: string;
  /** Path below the broker's address, and query, as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  answer: { status: number; headers: IncomingHttpHeaders; body: string };
}

/** A simulated broker on a port, and in front of it a port that writes down all that passes. */
export class RecordedBroker {
  readonly exchanges: Exchange[] = [];
  private readonly recorder = createServer();
  private constructor(private readonly running: RunningBrokerSimulator) {}

  static async start(options: BrokerSimulatorOptions): Promise<RecordedBroker> {
    const broker = new RecordedBroker(await startBrokerSimulator(options));
    await broker.listen();
    return broker;
  }

  get simulator(): BrokerSimulator {
    return this.running.simulator;
  }

  /** A client that sends everything once. */
  client(options: Partial<BrokerClientOptions> = {}): BrokerClient {
    const { OSB_USERNAME: username, OSB_PASSWORD: password } = this.running.env;
    const { port } = this.recorder.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}${this.simulator.settings.basePath}`;
    return createBrokerClient({ url, username, password, retry: { maxAttempts: 1 }, ...options });
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.recorder.close(resolve));
    this.recorder.closeAllConnections();
    await Promise.all([closed, this.running.stop()]);
  }

  private async listen(): Promise<void> {
    const { hostname, port, pathname: base } = new URL(this.running.url);
    this.recorder.on("request", (request, response) => {
      const { method = "", url: path = "", headers } = request;
      const url = path.startsWith(base) ? path.slice(base.length) : path;
      void text(request).then((body) => {
        const onward = sendOn({ hostname, port, method, path, headers }, (answer) => {
          void text(answer).then((answered) => {
            const { statusCode: status = 0, headers: told } = answer;
            this.exchanges.push({
              method,
              url,
              headers,
              body,
              answer: { status, headers: told, body: answered },
            });
            response.writeHead(status, told).end(answered);
          });
        });
        onward.on("error", () => response.destroy()).end(body);
      });
    });
    await new Promise<void>((resolve) => this.recorder.listen(0, "127.0.0.1", resolve));
  }
}
