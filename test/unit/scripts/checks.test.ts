import { runModule } from "./run-module";

const description = { exports: { ".": { types: "./dist/sdk/a.d.ts", default: "./dist/sdk/a.js" } }, bin: {} };
const bundle = ["dist/terraform/provider.js", "dist/terraform/licenses.txt"];
const whole = ["package.json", "README.md", "LICENSE", "dist/sdk/a.js", "dist/sdk/a.d.ts", ...bundle];

const contents = (files: string[]): Promise<unknown> =>
  runModule(
    `import { checkContents } from "./checks.mjs";
     console.log(JSON.stringify(checkContents(${JSON.stringify(files)}, ${JSON.stringify(description)}) ?? null));`,
  );

const lockfile = (packages: object): Promise<unknown> =>
  runModule(
    `import { checkLockfile } from "./checks.mjs";
     console.log(JSON.stringify(checkLockfile(${JSON.stringify(JSON.stringify({ packages }))}) ?? null));`,
  );

describe("the check of the tarball", () => {
  it("passes when it holds what the manifest promises", async () => {
    expect(await contents(whole)).toBeNull();
  });

  it("names a file that the manifest promises and that is not there", async () => {
    expect(await contents(whole.filter((file) => file !== "dist/sdk/a.d.ts"))).toBe(
      "missing: dist/sdk/a.d.ts",
    );
  });

  it.each(["dist/test/a.js", "dist/terraform/a.js", "dist/sdk/a.js.map", "src/a.ts", ".env"])(
    "names %s as out of place",
    async (file) => {
      expect(await contents([...whole, file])).toBe(`does not belong: ${file}`);
    },
  );
});

describe("the check of package-lock.json", () => {
  it("passes when no package names where it came from", async () => {
    expect(await lockfile({ "node_modules/zod": { version: "4.0.0" } })).toBeNull();
  });

  it("names a package that does", async () => {
    const resolved = "https://registry.example.com/zod.tgz";
    expect(await lockfile({ "node_modules/zod": { resolved } })).toContain("node_modules/zod");
  });
});
