import { existsSync } from "node:fs";
import { startModule, written } from "./run-module";

describe("the end of a script", () => {
  it("ends what the engine left running in process groups of its own", async () => {
    // The sleeper holds on to the output, so that this ends with it.
    const running = startModule(
      `import { spawn } from "node:child_process";
       import { markedEnvironment } from "./marked-processes.mjs";
       const options = { detached: true, stdio: "inherit", env: markedEnvironment({}) };
       spawn("/bin/sleep", ["600"], options).once("spawn", () => process.exit(7));`,
    );
    expect((await running.ended).code).toBe(7);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("removes its temporary folders on %s", async (signal) => {
    const running = startModule(
      `import { temporaryFolder } from "./temporary.mjs";
       console.log(temporaryFolder("test").path);
       setInterval(() => {}, 1000);`,
    );
    await written(running, "\n");
    running.child.kill(signal);
    const { stdout } = await running.ended;
    expect(existsSync(stdout.trim())).toBe(false);
  });

  it("ends the programs that it runs, with their children", async () => {
    // The child's child holds on to the output, so that this ends with it.
    const running = startModule(
      `import { run } from "./processes.mjs";
       await run("/bin/sh", ["-c", "/bin/sleep 600 & echo started; wait"], { group: true });`,
    );
    await written(running, "started");
    running.child.kill("SIGTERM");
    expect((await running.ended).code).toBe(143);
  });
});
