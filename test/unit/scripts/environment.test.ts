import { dirname } from "node:path";
import { runModule } from "./run-module";

const clean = (env: Record<string, string>, ...first: string[]): Promise<unknown> =>
  runModule(
    `import { cleanEnvironment } from "./environment.mjs";
     console.log(JSON.stringify(cleanEnvironment(${JSON.stringify(env)}, ...${JSON.stringify(first)})));`,
  );

describe("the environment of the demo and the tests", () => {
  it("has no settings of the user's shell", async () => {
    const settings = {
      SCM_CLIENT_SECRET: "s",
      PROVISOR_SCOPE: "t",
      OSB_URL: "u",
      PULUMI_CONFIG_PASSPHRASE: "p",
    };
    expect(Object.keys((await clean({ ...settings, LANG: "C" })) as object).sort()).toEqual([
      "LANG",
      "NO_PROXY",
      "PATH",
      "no_proxy",
    ]);
  });

  it("finds the node that runs the script first, then the engine, then what the user has", async () => {
    expect(await clean({ PATH: "/usr/bin:/bin" }, "/engine")).toMatchObject({
      PATH: `${dirname(process.execPath)}:/engine:/usr/bin:/bin`,
    });
  });

  it("uses no proxy for servers on this machine", async () => {
    expect(await clean({ NO_PROXY: "example.com" })).toMatchObject({
      NO_PROXY: "example.com,127.0.0.1,localhost",
    });
  });
});
