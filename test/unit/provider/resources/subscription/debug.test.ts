import { RunState } from "../../../../../provider/host/run-state";
import { openAccount } from "../../../../../provider/resources/subscription/account";
import { describeRequest } from "../../../../../provider/resources/subscription/account";
import { startSimulator } from "../../../../../sdk/simulator";
import { settingsFrom } from "../../../../support/host";
import { FastClock } from "../../../../support/fast-clock";

const event = { method: "GET", url: "https://api/x?a=…", durationMs: 12, attempt: 1 };

describe("a request in the log of the setting debug", () => {
  test.each([
    ["that was answered", { status: 200 }, "GET https://api/x?a=… 200 after 12 ms (parent TSG 1)"],
    [
      "that failed, and was sent again",
      { status: 503, attempt: 2, error: "GET /x was answered 503" },
      "GET https://api/x?a=… 503 after 12 ms (parent TSG 1, attempt 2): GET /x was answered 503",
    ],
    ["without an answer", {}, "GET https://api/x?a=… no answer after 12 ms (parent TSG 1)"],
  ])("is one line: %s", (_how, more, words) => {
    expect(describeRequest({ ...event, ...more }, "1")).toBe(words);
  });
});

describe("an account", () => {
  async function said(env: Record<string, string>): Promise<string[]> {
    const simulator = await startSimulator();
    const lines: string[] = [];
    const session = new RunState(
      new FastClock(),
      () => Promise.resolve(),
      (line) => lines.push(line),
    );
    await openAccount(session, settingsFrom({ ...simulator.env, ...env }), undefined).licenses.get(0);
    await simulator.stop();
    return lines;
  }

  test("tells each request where the setting debug asks for it", async () => {
    expect(await said({ PROVISOR_DEBUG: "1" })).toEqual([
      expect.stringMatching(/^POST .*access_token 200 after/),
      expect.stringMatching(/^GET .*licenses 200 after/),
    ]);
  });

  test.each<Record<string, string>>([{}, { PROVISOR_DEBUG: "false" }, { PROVISOR_DEBUG: "0" }])(
    "tells none else: %p",
    async (env) => {
      expect(await said(env)).toEqual([]);
    },
  );
});
