import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

const checkout = resolve(__dirname, "../..");

/** How a command of the CLI ended, and all that it wrote, without colours. */
export interface Run {
  readonly code: number;
  readonly output: string;
}

/** A command that is under way. */
export interface Running {
  /** Settles when it has ended; 137 where it was killed. */
  readonly done: Promise<Run>;
  output(): string;
  /** Sends a signal to the CLI alone. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal to the CLI and all that it has started. */
  signalGroup(signal: NodeJS.Signals): void;
}

const HEAD = `
terraform {
  required_providers {
    provisor = {
      source = "provisor/provisor"
    }
  }
}
`;

/**
 * A configuration of a user's own, outside the checkout, run by the real Terraform: with a home and a temporary folder of
 * its own, the provider as \`provisor terraform install\` writes it, and nothing of the environment of whoever runs the tests.
 */
export class TerraformProject {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "provisor-terraform-")));
  readonly env: Record<string, string>;
  private readonly children = new Set<ChildProcess>();

  constructor(configuration: string, env: Readonly<Record<string, string>>) {
    for (const name of ["home", "tmp"]) mkdirSync(join(this.folder, name));
    this.env = {
      // The mark by which the test run finds what it has started, where it set one.
      ...(process.env["RUN_OF_PROVISOR"] === undefined
        ? {}
        : { RUN_OF_PROVISOR: process.env["RUN_OF_PROVISOR"] }),
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
      HOME: join(this.folder, "home"),
      TMPDIR: join(this.folder, "tmp"),
      LANG: "C.UTF-8",
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      PROVISOR_POLL_INTERVAL: "200ms",
      PROVISOR_POLL_INTERVAL_MAX: "400ms",
      PROVISOR_APPEAR_TIMEOUT: "2s",
      ...env,
    };
    this.write(configuration);
    const program = join(checkout, "dist", "provider", "command-line", "index.js");
    execFileSync(process.execPath, [program, "terraform", "install", "--dir", this.folder], {
      env: this.env,
    });
  }

  /** The configuration, beside what every one begins with. */
  write(configuration: string): void {
    writeFileSync(join(this.folder, "main.tf"), `${HEAD}${configuration}`);
  }

  /** A configuration that says itself which providers it needs. */
  writeWhole(configuration: string): void {
    writeFileSync(join(this.folder, "main.tf"), configuration);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  start(...args: string[]): Running {
    const child = spawn("terraform", args, { cwd: this.folder, env: this.env, detached: true });
    this.children.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    const done = new Promise<Run>((settle, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        this.children.delete(child);
        settle({ code: code ?? (signal === null ? 1 : 137), output });
      });
    });
    return {
      done,
      output: () => output,
      signal: (signal) => void child.kill(signal),
      signalGroup: (signal) => {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      },
    };
  }

  run(...args: string[]): Promise<Run> {
    return this.start(...args).done;
  }

  init(): Promise<Run> {
    return this.run("init", "-no-color", "-input=false");
  }

  /** With -detailed-exitcode: 0 where nothing is to be done, 2 where something is. */
  plan(...args: string[]): Promise<Run> {
    return this.run("plan", "-no-color", "-input=false", "-detailed-exitcode", ...args);
  }

  apply(...args: string[]): Promise<Run> {
    return this.run("apply", "-no-color", "-input=false", "-auto-approve", ...args);
  }

  destroy(): Promise<Run> {
    return this.run("destroy", "-no-color", "-input=false", "-auto-approve");
  }

  /** Objects in the state, with their attributes, by address. */
  async state(): Promise<Record<string, { values: Record<string, unknown>; tainted?: boolean }>> {
    const { output } = await this.run("show", "-json", "-no-color");
    const shown = JSON.parse(output) as {
      values?: {
        root_module: {
          resources?: { address: string; values: Record<string, unknown>; tainted?: boolean }[];
        };
      };
    };
    const resources = shown.values?.root_module.resources ?? [];
    return Object.fromEntries(resources.map(({ address, ...rest }) => [address, rest]));
  }

  /** How many provider processes of this project there are; those that have ended count for none. */
  providersRunning(): number {
    return readdirSync("/proc").filter((pid) => {
      try {
        const isOurs = readlinkSync(`/proc/${pid}/cwd`) === this.folder;
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("provider.js");
      } catch {
        return false; // No process, or one that has ended.
      }
    }).length;
  }

  /** The next command is run on another machine: what this one has written down is not there. */
  forgetRecords(): void {
    rmSync(this.path(".terraform", "provisor"), { recursive: true, force: true });
  }

  /** Files in which the text stands, of all that Terraform and the provider have left behind. */
  filesWith(text: string): string[] {
    return readdirSync(this.folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !file.endsWith("main.tf") && readFileSync(file, "latin1").includes(text));
  }

  /** Ends what is under way, and removes the folder. */
  dispose(): void {
    for (const { pid } of this.children)
      try {
        if (pid !== undefined) process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
