import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  removeFolders,
  type RunningModule,
  startModule,
  temporaryFolder,
  writeEngine,
  writeGo,
  writeProgram,
  written,
} from "./run-module";

afterEach(removeFolders);

/** A machine without an engine, where the download fails, or does as `download` says. */
function findEngine(home: string, path: string, download = `"refused"`, env = {}): RunningModule {
  return startModule(
    `import { findEngine } from "./engine.mjs";
     import { buildEngine } from "./engine-build.mjs";
     import { main } from "./main.mjs";
     const download = async () => ${download};
     await main(async () => { console.log(await findEngine(process.env, { download, build: buildEngine })); });`,
    { HOME: home, PATH: path, ...env },
  );
}

const cache = (home: string): string => join(home, ".pulumi", "versions");

describe("an engine for a machine that has none", () => {
  it("is what npm's launcher downloads", async () => {
    const home = temporaryFolder();
    const downloaded = writeEngine(temporaryFolder(), "v3.274.1");
    const download = `{
      const { cpSync } = await import("node:fs");
      cpSync(${JSON.stringify(downloaded)}, process.env.HOME + "/.pulumi/versions/3.274.1/bin", { recursive: true });
    }`;
    const { stdout } = await findEngine(home, "/nowhere", `(async () => ${download})()`).ended;
    expect(stdout.trim().split("\n").at(-1)).toBe(join(cache(home), "3.274.1", "bin"));
  });

  it("is built from Go modules where the download fails", async () => {
    const home = temporaryFolder();
    const go = writeGo();
    const { code } = await findEngine(home, go.path).ended;
    expect({ code, programs: readdirSync(join(cache(home), "3.274.1", "bin")).sort() }).toEqual({
      code: 0,
      programs: ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
    });
  });

  it("touches nothing of the home but the cache", async () => {
    const home = temporaryFolder();
    await findEngine(home, writeGo().path).ended;
    expect([readdirSync(home), readdirSync(cache(home))]).toEqual([[".pulumi"], ["3.274.1"]]);
  });

  it("is built once when two ask for it at the same time", async () => {
    const home = temporaryFolder();
    const go = writeGo();
    const both = [findEngine(home, go.path), findEngine(home, go.path)];
    const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code);
    expect({ codes, builds: go.builds().length }).toEqual({ codes: [0, 0], builds: 2 });
  });

  /** Go, whose build of the CLI takes for ever while this file is there. */
  function goThatWaits(): ReturnType<typeof writeGo> & { slow: string } {
    const slow = join(temporaryFolder(), "slow");
    writeFileSync(slow, "");
    const build = `case "$*" in *cmd/pulumi) [ ! -e ${slow} ] || { echo waiting >&2; /bin/sleep 600; };; esac`;
    return { ...writeGo({ build }), slow };
  }

  it.each([
    ["interrupted", "SIGTERM", 143],
    ["killed", "SIGKILL", null],
  ] as const)("keeps what is built when it is %s, and the next run goes on", async (_how, signal, ended) => {
    const home = temporaryFolder();
    const go = goThatWaits();
    const stopped = findEngine(home, go.path);
    await written(stopped, "Building the Pulumi CLI");
    stopped.child.kill(signal);
    expect((await stopped.ended).code).toBe(ended);
    rmSync(go.slow);
    const { code } = await findEngine(home, go.path).ended;
    const host = go.builds().filter((module) => module.endsWith("pulumi-language-nodejs"));
    expect({ code, hosts: host.length, left: readdirSync(cache(home)) }).toEqual({
      code: 0,
      hosts: 1,
      left: ["3.274.1"],
    });
  });

  it("leaves nothing behind when its build is interrupted before anything is built", async () => {
    const home = temporaryFolder();
    const building = findEngine(home, writeGo({ build: "/bin/sleep 600" }).path);
    await written(building, "Building the language host");
    building.child.kill("SIGTERM");
    const { code } = await building.ended;
    expect({ code, left: readdirSync(home) }).toEqual({ code: 143, left: [] });
  });

  it("removes what an interrupted build has left where a download made it needless", async () => {
    const home = temporaryFolder();
    writeProgram(join(cache(home), "3.274.1.building", "programs", "host"));
    const downloaded = writeEngine(temporaryFolder(), "v3.274.1");
    const download = `(await import("node:fs")).cpSync(${JSON.stringify(downloaded)},
      process.env.HOME + "/.pulumi/versions/3.274.1/bin", { recursive: true })`;
    await findEngine(home, "/nowhere", download).ended;
    expect(readdirSync(cache(home))).toEqual(["3.274.1"]);
  });

  it("replaces one in the cache that is not what its folder's name says", async () => {
    const home = temporaryFolder();
    const bin = writeEngine(join(cache(home), "3.274.1", "bin"), "v3.259.0");
    const { stdout } = await findEngine(home, writeGo().path).ended;
    expect(stdout.trim().split("\n").at(-1)).toBe(bin);
    expect(readFileSync(join(bin, "pulumi"), "utf8")).toContain("v3.274.1");
  });

  it("is of the version that is asked for, built by its own recipe", async () => {
    const home = temporaryFolder();
    const version = { PROVISOR_ENGINE_VERSION: "3.259.0" };
    const go = writeGo({ built: "v3.259.0" });
    const { stdout } = await findEngine(home, go.path, undefined, version).ended;
    expect(stdout.trim().split("\n").at(-1)).toBe(join(cache(home), "3.259.0", "bin"));
    expect(go.folders().at(-1)).toMatch(/scripts\/engine\/cli-3\.259\.0$/);
  });

  it("cannot be built in a version that has no recipe", async () => {
    const version = { PROVISOR_ENGINE_VERSION: "3.111.0" };
    const { stderr } = await findEngine(temporaryFolder(), writeGo().path, undefined, version).ended;
    expect(stderr).toContain("no recipe for 3.111.0, only for 3.274.1 and 3.259.0");
    expect(stderr).toContain("Install Pulumi 3.111.0 (https:");
  });

  it("replaces one in the cache that does not run", async () => {
    const home = temporaryFolder();
    const bin = join(cache(home), "3.274.1", "bin");
    writeProgram(join(bin, "pulumi"), "exit 1");
    await findEngine(home, writeGo().path).ended;
    expect(readdirSync(bin)).toHaveLength(3);
  });

  it("cannot be had without Go: two lines say why, and what to install", async () => {
    const { code, stderr } = await findEngine(temporaryFolder(), "/nowhere").ended;
    expect({ code, lines: stderr.trim().split("\n") }).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(/^No Pulumi engine: .*refused/),
        expect.stringMatching(
          /^Install Pulumi 3\.200\.0 or newer \(https:.*\), or Go 1\.26 or newer \(https:/,
        ),
      ],
    });
  });

  it("cannot be had with a Go that is too old", async () => {
    const go = writeGo({ version: "1.25.9" });
    const { stderr } = await findEngine(temporaryFolder(), go.path).ended;
    expect(stderr).toContain("or Go 1.26 or newer");
  });

  it("leaves no folder in the home where it cannot be had", async () => {
    const home = temporaryFolder();
    await findEngine(home, "/nowhere").ended;
    expect(readdirSync(home)).toEqual([]);
  });

  it("cannot be had where its build fails: the error says what Go said", async () => {
    const go = writeGo({ build: "echo 'go: proxy answered 403 Forbidden' >&2; exit 1" });
    const { stderr } = await findEngine(temporaryFolder(), go.path).ended;
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringContaining("go: proxy answered 403 Forbidden"),
      expect.stringMatching(/^Install Pulumi/),
    ]);
  });
});
