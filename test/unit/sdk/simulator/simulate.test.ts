import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { simulate, wholeNumber } from "../../../../sdk/simulator/simulate";

describe("provisor simulate", () => {
  test("prints how to reach it, then a line for each request", async () => {
    const lines: string[] = [];
    const running = await simulate({ seed: 3 }, (line) => lines.push(line));
    const answer = await fetch(`${running.url}/subscription/v1/licenses?license_id=1`);
    await answer.text();
    await running.stop();
    const { port } = new URL(running.url);
    expect(lines).toEqual([
      `The simulator listens on ${running.url}. Stop it with Ctrl-C. To use it:`,
      "export SCM_HOST='127.0.0.1'",
      "export SCM_PROTOCOL='http'",
      `export SCM_PORT='${port}'`,
      `export SCM_AUTH_URL='${running.url}/oauth2/access_token'`,
      "export SCM_CLIENT_ID='provisor@1000000001.iam.panserviceaccount.com'",
      "export SCM_CLIENT_SECRET='simulated-secret'",
      "export SCM_SCOPE='tsg_id:1000000001'",
      expect.stringMatching(/Z GET \/subscription\/v1\/licenses\?license_id=1 401$/),
    ]);
  });

  test("is a broker of actions with --kind", async () => {
    const lines: string[] = [];
    const running = await simulate({ api: "broker", kind: "actions" }, (line) => lines.push(line));
    const put = await fetch(`${running.url}/v2/service_instances/i1`, { method: "PATCH" });
    await put.text();
    await running.stop();
    expect(lines).toEqual([
      `The simulator listens on ${running.url}. Stop it with Ctrl-C. To use it:`,
      `export OSB_URL='${running.url}'`,
      `export OSB_TOKEN_URL='${running.url}/oauth/token'`,
      "export OSB_CLIENT_ID='broker-client'",
      "export OSB_CLIENT_SECRET='simulated-client-secret'",
      "export OSB_KEEPS_INSTANCES='false'",
      "export OSB_SENDS_PLATFORM='false'",
      expect.stringMatching(/Z PATCH \/v2\/service_instances\/i1 401$/),
    ]);
  });

  test("refuses --kind where there is no broker to be like it", async () => {
    await expect(simulate({ kind: "actions" }, () => undefined)).rejects.toThrow("--api broker");
  });

  test.each(["", "x", "1.5", "-1", "65536"])("takes no port %j", (text) => {
    expect(() => wholeNumber(0, 65535)(text)).toThrow("whole number");
  });

  test("is compiled into a program that a shell can run", () => {
    const source = readFileSync(join(__dirname, "../../../../provider/command-line/index.ts"), "utf8");
    expect(ts.transpileModule(source, {}).outputText).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
