import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type Handler, listen, type Listener } from "../../../../sdk/simulator/listen";
import { jsonAnswer } from "../../../../sdk/simulator/protocol";
import { systemClock } from "../../../../sdk/wait/clock";

let listener: Listener;
afterEach(() => listener.stop());

const serving = async (handle: Handler["handle"]): Promise<void> => {
  listener = await listen({ clock: systemClock, handle }, {});
};

/** The status line and the body of the answer to a GET of this very target. */
async function answerTo(target: string): Promise<{ status: string; body: string }> {
  const socket = connect(Number(listener.port), listener.host);
  socket.end(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
  return { status: head.split(" ")[1] ?? "", body };
}

test("what throws in a handler is answered 500, in words", async () => {
  await serving(() => Promise.reject(new Error("can't resolve reference")));
  expect(await answerTo("/v2/catalog")).toEqual({
    status: "500",
    body: expect.stringContaining("The simulator itself failed: can't resolve reference") as string,
  });
});

test.each([
  ["//", "//"],
  ["//v2/catalog", "//v2/catalog"],
  ["http://example.com/v2/catalog", "/v2/catalog"],
])("the path of a request for %s is %s", async (target, path) => {
  await serving((request) => Promise.resolve(jsonAnswer(200, request.path)));
  expect(await answerTo(target)).toEqual({ status: "200", body: JSON.stringify(path) });
});

test("a request for an address that is none is answered 400", async () => {
  await serving(() => Promise.resolve(jsonAnswer(200, {})));
  expect((await answerTo("http://[/v2/catalog")).status).toBe("400");
});
