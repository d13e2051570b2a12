import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeFolders, runModule, temporaryFolder, writeEngine, writeProgram } from "./run-module";

afterEach(removeFolders);

/** The engine that is found with these folders on PATH. */
const search = (path: string[], home = temporaryFolder(), env = {}): Promise<unknown> =>
  runModule(
    `import { searchEngine } from "./engine-search.mjs";
     console.log(JSON.stringify((await searchEngine(process.env)) ?? null));`,
    { PATH: path.join(":"), HOME: home, ...env },
  );

describe("the search for an engine", () => {
  it.each(["v3.200.0", "v3.274.1", "v3.300.1-alpha.2", "3.270.0"])("takes %s from PATH", async (version) => {
    const bin = writeEngine(temporaryFolder(), version);
    expect(await search([bin])).toBe(bin);
  });

  it.each(["v3.199.9", "v2.300.0", "v4.0.0", "nonsense"])("passes over %s", async (version) => {
    expect(await search([writeEngine(temporaryFolder(), version)])).toBeNull();
  });

  it("goes on to the next folder of PATH", async () => {
    const old = writeEngine(temporaryFolder(), "v3.100.0");
    const good = writeEngine(temporaryFolder(), "v3.250.0");
    expect(await search([old, good])).toBe(good);
  });

  it("passes over the launcher that npm puts on PATH while a script runs", async () => {
    const bin = join(temporaryFolder(), "node_modules", ".bin");
    expect(await search([writeEngine(bin, "v3.274.1")])).toBeNull();
  });

  it("passes over a CLI without the language host for Node.js", async () => {
    const bin = writeEngine(temporaryFolder(), "v3.274.1");
    rmSync(join(bin, "pulumi-language-nodejs"));
    expect(await search([bin])).toBeNull();
  });

  it("takes a CLI whose language host is elsewhere on PATH", async () => {
    const bin = writeEngine(temporaryFolder(), "v3.274.1");
    rmSync(join(bin, "pulumi-language-nodejs"));
    const other = temporaryFolder();
    writeProgram(join(other, "pulumi-language-nodejs"));
    expect(await search([bin, other])).toBe(bin);
  });

  it("passes over a CLI that cannot be run", async () => {
    const bin = writeEngine(temporaryFolder(), "v3.274.1");
    writeProgram(join(bin, "pulumi"), "exit 1");
    expect(await search([bin])).toBeNull();
  });

  it("takes the cached one where PATH has none", async () => {
    const home = temporaryFolder();
    const bin = writeEngine(join(home, ".pulumi", "versions", "3.274.1", "bin"), "v3.274.1");
    expect(await search(["/nowhere"], home)).toBe(bin);
  });

  it("asks the cached one for its version, whatever its folder is called", async () => {
    const home = temporaryFolder();
    writeEngine(join(home, ".pulumi", "versions", "3.274.1", "bin"), "v3.259.0");
    expect(await search(["/nowhere"], home)).toBeNull();
  });

  it("takes no other version than PROVISOR_ENGINE_VERSION names, from PATH or from the cache", async () => {
    const home = temporaryFolder();
    const newer = writeEngine(temporaryFolder(), "v3.274.1");
    const only = { PROVISOR_ENGINE_VERSION: "3.259.0" };
    expect(await search([newer], home, only)).toBeNull();
    const cached = writeEngine(join(home, ".pulumi", "versions", "3.259.0", "bin"), "v3.259.0");
    expect(await search([newer], home, only)).toBe(cached);
    const near = writeEngine(temporaryFolder(), "v3.259.0");
    expect(await search([newer, near], home, only)).toBe(near);
  });

  it("looks for the cached one in PULUMI_HOME", async () => {
    const home = temporaryFolder();
    const bin = writeEngine(join(home, "versions", "3.274.1", "bin"), "v3.274.1");
    const cached = await runModule(
      `import { searchEngine } from "./engine-search.mjs";
       console.log(JSON.stringify(await searchEngine(process.env)));`,
      { PATH: "/nowhere", HOME: temporaryFolder(), PULUMI_HOME: home },
    );
    expect(cached).toBe(bin);
  });

  it("does not let the CLI that it asks for its version write to the user's home", async () => {
    const home = temporaryFolder();
    const bin = writeEngine(temporaryFolder(), "v3.274.1");
    writeProgram(join(bin, "pulumi"), ': > "${PULUMI_HOME:-$HOME}/written"', "echo v3.274.1");
    await search([bin], home);
    expect(readdirSync(home)).toEqual([]);
  });
});
