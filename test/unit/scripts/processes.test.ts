import { existsSync } from "node:fs";
import { runModule, startModule, written } from "./run-module";

/** A program in a process group of its own that says its id and then runs for ten minutes. */
const sleeper = `const { spawn } = await import("node:child_process");
  const child = spawn("/bin/sleep", ["600"], { detached: true, stdio: "ignore", env: { DEMO_RUN: "mark-of-this-test" } });`;

describe("the end of a script", () => {
  it("ends what the engine left running in process groups of its own", async () => {
    const signal = await runModule(
      `import { killMarked } from "./marked-processes.mjs";
       ${sleeper}
       await new Promise((spawned) => child.once("spawn", spawned));
       killMarked("DEMO_RUN=mark-of-this-test");
       child.once("exit", (code, signal) => console.log(JSON.stringify(signal)));`,
    );
    expect(signal).toBe("SIGKILL");
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
