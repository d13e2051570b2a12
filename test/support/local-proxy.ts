import * as http from "node:http";
import * as https from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Identity } from "./certificates";

/** A request for a tunnel as it arrived. */
export interface Connect {
  target: string;
  authorization: string | undefined;
}

/** A real HTTP proxy on a free loopback port. It opens tunnels to loopback, whatever host is named. */
export interface LocalProxy {
  /** Host and port. */
  readonly host: string;
  readonly connects: Connect[];
  /** Other requests than for a tunnel, which would show the proxy what is sent. */
  readonly plain: string[];
  close(): Promise<void>;
}

/** What the proxy says instead of a tunnel: a head, nothing ever (`hang`), or nothing and the connection closed. */
export type Refusal = { status: number; headers?: string; body?: string } | "hang" | "reset";

export async function startProxy(refusal?: Refusal, tls?: Identity): Promise<LocalProxy> {
  const connects: Connect[] = [];
  const plain: string[] = [];
  const sockets: Socket[] = [];
  const onRequest: http.RequestListener = (request, response) => {
    plain.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(500).end();
  };
  const server = tls ? https.createServer(tls, onRequest) : http.createServer(onRequest);
  server.on("connection", (socket: Socket) => sockets.push(socket));
  server.on("connect", (request: http.IncomingMessage, socket: Socket) => {
    socket.on("error", () => undefined);
    const target = request.url ?? "";
    connects.push({ target, authorization: request.headers["proxy-authorization"] });
    if (refusal === "hang") return;
    if (refusal === "reset") {
      socket.destroy();
    } else if (refusal) {
      const { status, headers = "", body = "" } = refusal;
      socket.end(`HTTP/1.1 ${status} No\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`);
    } else {
      const through = connect(Number(new URL(`http://${target}`).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        through.pipe(socket).pipe(through);
      });
      through.on("error", () => socket.destroy());
      sockets.push(through);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `${tls ? "localhost" : "127.0.0.1"}:${(server.address() as AddressInfo).port}`,
    connects,
    plain,
    close: () =>
      new Promise((resolve) => {
        sockets.forEach((socket) => socket.destroy());
        server.close(() => resolve());
      }),
  };
}
