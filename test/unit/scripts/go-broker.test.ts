import { rmSync } from "node:fs";
import { join } from "node:path";
import { removeFolders, type RunningModule, startModule, temporaryFolder, writeGo } from "./run-module";

afterEach(removeFolders);

/** Has the broker built into a folder, on a machine with this PATH. */
function goBroker(target: string, path: string): RunningModule {
  return startModule(
    `import { goBroker } from "./go-broker.mjs";
     import { main } from "./main.mjs";
     await main(async () => { console.log(await goBroker(process.env, ${JSON.stringify(target)})); });`,
    { HOME: temporaryFolder(), PATH: path },
  );
}

describe("the broker of the contract test", () => {
  it("is built where there is Go", async () => {
    const target = join(temporaryFolder(), "broker-go");
    const { stdout } = await goBroker(target, writeGo().path).ended;
    expect(stdout.trim().split("\n").at(-1)).toBe(join(target, "broker"));
  });

  it("is built once for the same sources", async () => {
    const target = join(temporaryFolder(), "broker-go");
    const go = writeGo();
    for (let count = 0; count < 2; count += 1) await goBroker(target, go.path).ended;
    expect(go.builds()).toHaveLength(1);
  });

  it("is built anew where the program is missing", async () => {
    const target = join(temporaryFolder(), "broker-go");
    const go = writeGo();
    await goBroker(target, go.path).ended;
    rmSync(join(target, "broker"));
    await goBroker(target, go.path).ended;
    expect(go.builds()).toHaveLength(2);
  });

  it("needs no Go once it is built", async () => {
    const target = join(temporaryFolder(), "broker-go");
    await goBroker(target, writeGo().path).ended;
    expect((await goBroker(target, "/nowhere").ended).code).toBe(0);
  });

  it("cannot be had without Go: two lines say why, and what to install", async () => {
    const { code, stderr } = await goBroker(join(temporaryFolder(), "broker-go"), "/nowhere").ended;
    expect({ code, lines: stderr.trim().split("\n") }).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(/^No broker for the contract test: it is built with Go/),
        expect.stringMatching(/^Install Go 1\.26 or newer \(https:/),
      ],
    });
  });

  it("cannot be had where its build fails: the error says what Go said", async () => {
    const go = writeGo({ build: "echo 'go: proxy answered 403 Forbidden' >&2; exit 1" });
    const { stderr } = await goBroker(join(temporaryFolder(), "broker-go"), go.path).ended;
    expect(stderr).toContain("its build failed: go: proxy answered 403 Forbidden");
  });
});
