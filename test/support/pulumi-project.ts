import { type ChildProcess, spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

const checkout = resolve(__dirname, "../..");

/** How a command of the CLI ended, and all that it wrote. */
export interface Run {
  code: number;
  /** Standard output and standard error as they came, without colours. */
  output: string;
  /** Standard output alone. */
  stdout: string;
}

/** A command of the CLI that is under way. */
export interface Running {
  /** Settles when it has ended; 137 where it was killed. */
  done: Promise<Run>;
  /** What it wrote up to now. */
  output(): string;
  /** Sends a signal to the CLI alone: what it started is not told. */
  signal(signal: Signal): void;
  /** Sends a signal to its whole process group, as a terminal or a CI system does. */
  signalGroup(signal: Signal): void;
}

type Signal = "SIGINT" | "SIGTERM" | "SIGKILL";

export interface ProjectOptions {
  /** Text of index.js. */
  program: string;
  /** What the program, the CLI and the provider get in their environment beside what they need to run. */
  env?: Record<string, string>;
  /** Lines added to Pulumi.yaml. */
  yaml?: string;
  /** Where the state is. Default: an empty folder of the project's own. */
  backend?: string;
}

/** A resource in an exported state. */
export interface SavedResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
  protect?: boolean;
  parent?: string;
}

/**
 * A Pulumi project of a user's own, outside the checkout, run by the real engine: with a home, a file backend and a
 * temporary folder of its own, and nothing of the environment of whoever runs the tests.
 */
export class PulumiProject {
  readonly folder: string;
  readonly env: Record<string, string>;
  private readonly children = new Set<ChildProcess>();

  private constructor(
    private readonly engine: string,
    private readonly options: ProjectOptions,
  ) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), "provisor-e2e-")));
    for (const name of ["home", "state", "tmp", "program"]) mkdirSync(join(this.folder, name));
    this.env = {
      // The mark by which the test run finds what it has started, where it set one.
      ...(process.env["RUN_OF_PROVISOR"] === undefined
        ? {}
        : { RUN_OF_PROVISOR: process.env["RUN_OF_PROVISOR"] }),
      PATH: [dirname(process.execPath), this.engine, process.env["PATH"]].join(delimiter),
      HOME: join(this.folder, "home"),
      TMPDIR: join(this.folder, "tmp"),
      LANG: "C.UTF-8",
      PULUMI_HOME: join(this.folder, "home", ".pulumi"),
      // Without `metadata=skip` the engine keeps a side file of each state file, which it does not replace atomically: a
      // SIGKILL in that moment leaves a state that it cannot load (`failed to load checkpoint: EOF`).
      PULUMI_BACKEND_URL: options.backend ?? `file://${join(this.folder, "state")}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "e2e",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PROVISOR_POLL_INTERVAL: "200ms",
      PROVISOR_POLL_INTERVAL_MAX: "400ms",
      PROVISOR_APPEAR_TIMEOUT: "2s",
      ...options.env,
    };
    writeFileSync(
      this.path("Pulumi.yaml"),
      `name: e2e\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n${options.yaml ?? ""}`,
    );
    writeFileSync(this.path("package.json"), JSON.stringify({ name: "e2e", main: "index.js" }));
    mkdirSync(this.path("node_modules/@pulumi"), { recursive: true });
    symlinkSync(checkout, this.path("node_modules/provisor"), "junction");
    for (const name of ["@pulumi/pulumi", "typescript"])
      symlinkSync(join(checkout, "node_modules", name), this.path(`node_modules/${name}`), "junction");
    this.write(options.program);
  }

  /** A new project with an empty stack. Fails loudly where there is no engine: whoever starts the tests provides it. */
  static async create(options: ProjectOptions): Promise<PulumiProject> {
    const engine = process.env["PROVISOR_TEST_ENGINE"];
    if (engine === undefined || engine === "")
      throw new Error(
        "PROVISOR_TEST_ENGINE is not set: it names the folder of the Pulumi CLI. `npm test` finds or builds one.",
      );
    const project = new PulumiProject(engine, options);
    const command = options.backend === undefined ? "init" : "select";
    const { code, output } = await project.pulumi("stack", command, "dev");
    if (code !== 0) throw new Error(`The stack could not be used (stack ${command}):\n${output}`);
    return project;
  }

  /** The same program and stack on a fresh machine: another folder and another home, and the same backend. */
  elsewhere(): Promise<PulumiProject> {
    const backend = this.env["PULUMI_BACKEND_URL"] as string;
    return PulumiProject.create({
      ...this.options,
      program: readFileSync(this.path("index.js"), "utf8"),
      backend,
    });
  }

  /** A path in the program's folder. */
  path(name: string): string {
    return join(this.folder, "program", name);
  }

  /** Replaces the program. */
  write(program: string): void {
    writeFileSync(this.path("index.js"), program);
  }

  /** Starts a command of the CLI; it runs in a process group of its own. */
  start(...args: string[]): Running {
    return this.spawn(join(this.engine, "pulumi"), [...args, "--color", "never", "--non-interactive"]);
  }

  /** Runs a command of the CLI as in a terminal of 40 by 200 characters, by `script` of util-linux or of the BSDs. */
  inTerminal(...args: string[]): Promise<Run> {
    const command = `stty rows 40 cols 200; pulumi ${args.join(" ")} --color never`;
    const ofScript =
      process.platform === "linux"
        ? ["-qec", command, "/dev/null"]
        : ["-q", "/dev/null", "sh", "-c", command];
    return this.spawn("script", ofScript, { TERM: "xterm" }).done;
  }

  private spawn(command: string, args: string[], env: Record<string, string> = {}): Running {
    const child = spawn(command, args, {
      cwd: this.path(""),
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.children.add(child);
    let output = "";
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    const done = new Promise<Run>((settle, reject) => {
      child.on("error", reject);
      child.on("exit", (_code, signal) => {
        this.children.delete(child);
        // A provider that outlives a killed CLI may keep its pipes open.
        if (signal !== null) settle({ code: 137, output, stdout });
      });
      child.on("close", (code) => {
        settle({ code: code ?? 1, output, stdout });
      });
    });
    return {
      done,
      output: () => output,
      signal: (signal) => {
        child.kill(signal);
      },
      signalGroup: (signal) => {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      },
    };
  }

  /** Runs a command of the CLI to its end. */
  pulumi(...args: string[]): Promise<Run> {
    return this.start(...args).done;
  }

  preview(...args: string[]): Promise<Run> {
    return this.pulumi("preview", ...args);
  }

  /** `pulumi up` without its preview, which is a test of its own. */
  up(...args: string[]): Promise<Run> {
    return this.pulumi("up", "--yes", "--skip-preview", ...args);
  }

  refresh(...args: string[]): Promise<Run> {
    return this.pulumi("refresh", "--yes", "--skip-preview", ...args);
  }

  destroy(...args: string[]): Promise<Run> {
    return this.pulumi("destroy", "--yes", "--skip-preview", ...args);
  }

  /** The stack's outputs, decrypted with `--show-secrets`. */
  async outputs(...args: string[]): Promise<Record<string, unknown>> {
    return JSON.parse(await this.said("stack", "output", "--json", ...args)) as Record<string, unknown>;
  }

  /** The state as `pulumi stack export` writes it: secrets are ciphertext. */
  exported(): Promise<string> {
    return this.said("stack", "export");
  }

  /** The resources in the state. */
  async resources(): Promise<SavedResource[]> {
    const state = JSON.parse(await this.exported()) as { deployment: { resources?: SavedResource[] } };
    return state.deployment.resources ?? [];
  }

  /** The saved ChildInstance of this name. */
  childInstance(name: string): Promise<SavedResource | undefined> {
    return this.saved("ChildInstance", name);
  }

  /** The saved resource of this name, of one of our types. */
  async saved(type: string, name: string): Promise<SavedResource | undefined> {
    return (await this.resources()).find(({ urn }) => urn.endsWith(`:${type}::${name}`));
  }

  /** Ids of the instances that the state's ChildInstances hold, in order, each as often as it is held. */
  async heldInstances(): Promise<string[]> {
    return (await this.resources())
      .filter(({ type }) => type.endsWith(":ChildInstance"))
      .flatMap(({ outputs }) => (outputs?.["instances"] ?? []) as { instanceId: string }[])
      .map(({ instanceId }) => instanceId)
      .sort();
  }

  /** Kills whatever belongs to this project, the provider processes that outlive the CLI among it. */
  killAll(): void {
    for (const child of this.children) child.kill("SIGKILL");
    for (const pid of this.processes()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
  }

  /** Ends all that still runs and removes all files. */
  remove(): void {
    this.killAll();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** Ids of the processes that run in this project's environment, where the system shows them. */
  processes(): number[] {
    const mark = `PULUMI_HOME=${this.env["PULUMI_HOME"] ?? ""}`;
    return processIds().filter((pid) => pid !== process.pid && fileOf(pid, "environ").includes(mark));
  }

  /** Those of its processes that serve dynamic resources. */
  providers(): number[] {
    return this.processesOf("dynamic-provider");
  }

  /** Those of its processes whose command line holds this text. */
  processesOf(text: string): number[] {
    return this.processes().filter((pid) => fileOf(pid, "cmdline").includes(text));
  }

  private async said(...args: string[]): Promise<string> {
    const { code, output, stdout } = await this.pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
    return stdout;
  }
}

function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function fileOf(pid: number, name: "environ" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${name}`, "latin1");
  } catch {
    return ""; // It ended in the meantime.
  }
}
