import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";

let opened = 0;

/**
 * An address of this machine that no other gateway has. While one refuses, its port is free: on an address that all share, the
 * gateway of another case might get it.
 */
function addressOfItsOwn(): string {
  const worker = Number(process.env["JEST_WORKER_ID"] ?? 1) % 200;
  opened++;
  return `127.${10 + worker}.${Math.floor(opened / 250) % 250}.${1 + (opened % 250)}`;
}

/** Pauses before a port is asked for again that somebody else has for a moment. */
const RETRY_MS = 5;

/**
 * The way to a server, at the level of connections: it hands on bytes, and can refuse. Nobody listens on its port while
 * it does, so that a client meets a true ECONNREFUSED, and meets it before anything was sent.
 */
export class Gateway {
  private server: Server | undefined;
  private readonly connections = new Set<Connection>();
  private turning: Promise<void> = Promise.resolve();
  readonly host = addressOfItsOwn();
  port = 0;

  constructor(private readonly target: { host: string; port: number }) {}

  /** Listens on a port of its own, and on the same one again after a refusal. */
  open(): Promise<void> {
    return this.then(() => this.listen());
  }

  /** From now on connections are refused. What was asked already is answered; then those connections end. */
  refuse(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    server?.close();
    for (const connection of this.connections) connection.end();
    return this.then(async () => {
      if (server?.listening) await new Promise((resolve) => server.once("close", resolve));
    });
  }

  async close(): Promise<void> {
    const closed = this.refuse();
    for (const connection of this.connections) connection.close();
    await closed;
  }

  private then(work: () => Promise<void>): Promise<void> {
    return (this.turning = this.turning.then(work));
  }

  private async listen(): Promise<void> {
    if (this.server) return;
    const server = createServer((client) => {
      const connection = new Connection(client, connect(this.target), () =>
        this.connections.delete(connection),
      );
      this.connections.add(connection);
    });
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(this.port, this.host, resolve);
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      return this.listen();
    }
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }
}

/** One connection through the gateway. */
class Connection {
  private isAsking = false;
  private isEnding = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    onClose: () => void,
  ) {
    client.setNoDelay().on("data", (data) => {
      this.isAsking = true;
      server.write(data);
    });
    server.setNoDelay().on("data", (data) => {
      this.isAsking = false;
      client.write(data);
      if (this.isEnding) client.end();
    });
    // A reset is handed on as one.
    const breakOff = (): void => this.break();
    client
      .on("error", breakOff)
      .on("end", () => server.end())
      .on("close", onClose)
      .on("close", () => server.destroy());
    server.on("error", breakOff).on("end", () => client.end());
  }

  /** Ends it when what was asked is answered, or now. */
  end(): void {
    this.isEnding = true;
    if (!this.isAsking) this.client.end();
  }

  close(): void {
    this.client.destroy();
    this.server.destroy();
  }

  private break(): void {
    // A socket that is shutting down cannot be reset any more, and would never close.
    if (this.client.writableEnded) this.client.destroy();
    else this.client.resetAndDestroy();
    this.server.destroy();
  }
}
