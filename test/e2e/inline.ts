import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { type ConfigMap, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { withEnvironment } from "../support/environment";

const checkout = resolve(__dirname, "../..");

/** How a command ended, and all that it wrote. */
export interface Ended {
  isGreen: boolean;
  output: string;
}

export interface InlineOptions {
  project?: string;
  stack?: string;
  /** What a simulator gives a program to address it, and other settings; they become the stack's configuration. */
  settings?: Readonly<Record<string, string>>;
}

/**
 * Stacks that this very process runs with the Automation API: their programs are functions of it, and the real engine calls
 * them. They share a folder and a file backend, and nothing of the home of whoever runs the tests.
 */
export class InlineStacks {
  private folder = "";
  private restore = (): void => undefined;

  constructor() {
    beforeAll(() => {
      this.folder = realpathSync(mkdtempSync(join(tmpdir(), "provisor-inline-")));
      for (const name of ["home", "state", "tmp"]) mkdirSync(join(this.folder, name));
      const engine = process.env["PROVISOR_TEST_ENGINE"];
      if (engine === undefined || engine === "")
        throw new Error("PROVISOR_TEST_ENGINE is not set: it names the folder of the Pulumi CLI.");
      // The Automation API hands down all of this process's environment, and finds the CLI by it.
      this.restore = withEnvironment({
        PATH: [dirname(process.execPath), engine, process.env["PATH"]].join(delimiter),
        HOME: join(this.folder, "home"),
        TMPDIR: join(this.folder, "tmp"),
        PULUMI_HOME: join(this.folder, "home", ".pulumi"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: "e2e",
        PULUMI_SKIP_UPDATE_CHECK: "1",
      });
    });
    afterAll(() => {
      this.restore();
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
  }

  /** A new stack. Its program may be another one at each command. */
  async create({ project = "inline", stack = "dev", settings = {} }: InlineOptions): Promise<InlineStack> {
    const workDir = join(this.folder, project);
    mkdirSync(join(workDir, "node_modules", "@pulumi"), { recursive: true });
    for (const [name, target] of [
      ["provisor", checkout],
      ["@pulumi/pulumi", join(checkout, "node_modules", "@pulumi", "pulumi")],
    ] as const) {
      const link = join(workDir, "node_modules", name);
      rmSync(link, { force: true });
      symlinkSync(target, link, "junction");
    }
    const inline = new InlineStack(
      await LocalWorkspace.createStack(
        { projectName: project, stackName: stack, program: () => Promise.resolve() },
        // By itself the folder of the program is that of this process, where the package is not installed.
        { workDir, projectSettings: { name: project, runtime: "nodejs" } },
      ),
    );
    await inline.configure({ PROVISOR_POLL_INTERVAL: "200ms", PROVISOR_APPEAR_TIMEOUT: "2s", ...settings });
    return inline;
  }
}

/** `SCM_CLIENT_ID` is `clientId`, `OSB_URL` is `brokerUrl`. */
function settingOf(variable: string): string {
  const [prefix, ...words] = variable.toLowerCase().split("_");
  const all = prefix === "osb" ? ["broker", ...words] : words;
  return all
    .map((word, index) => (index === 0 ? word : `${word[0]?.toUpperCase() ?? ""}${word.slice(1)}`))
    .join("");
}

const SECRET = /SECRET|PASSWORD|TOKEN/;

export class InlineStack {
  constructor(readonly stack: Stack) {}

  /** Sets what these environment variables stand for, in the stack's configuration. */
  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const config: ConfigMap = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        `provisor:${settingOf(name)}`,
        { value, secret: SECRET.test(name) },
      ]),
    );
    await this.stack.setAllConfig(config);
  }

  up(program: PulumiFn, options: { replace?: string[] } = {}): Promise<Ended> {
    return ended((onOutput) => this.stack.up({ program, onOutput, color: "never", ...options }));
  }

  preview(program: PulumiFn): Promise<Ended> {
    return ended((onOutput) => this.stack.preview({ program, onOutput, color: "never" }));
  }

  destroy(): Promise<Ended> {
    return ended((onOutput) => this.stack.destroy({ onOutput, color: "never" }));
  }

  /** The resources in the state. */
  async resources(): Promise<SavedInline[]> {
    const { deployment } = await this.stack.exportStack();
    return ((deployment as { resources?: SavedInline[] }).resources ?? []).slice();
  }

  /** Ids of the instances that the state's ChildInstances hold. */
  async instanceIds(): Promise<string[]> {
    return (await this.resources())
      .filter(({ urn }) => urn.includes(":ChildInstance::"))
      .flatMap(({ outputs }) => (outputs?.["instances"] ?? []) as { instanceId: string }[])
      .map(({ instanceId }) => instanceId)
      .sort();
  }

  /** Gives the state other resources. */
  async changeState(change: (resources: SavedInline[]) => SavedInline[]): Promise<void> {
    const { version, deployment } = await this.stack.exportStack();
    const resources = change(await this.resources());
    await this.stack.importStack({ version, deployment: { ...(deployment as object), resources } });
  }

  /** URN of the saved resource of a type and a name. */
  async urn(type: string, name: string): Promise<string> {
    const found = (await this.resources()).find(({ urn }) => urn.endsWith(`:${type}::${name}`));
    if (!found) throw new Error(`There is no ${type} ${name} in the state.`);
    return found.urn;
  }
}

export interface SavedInline {
  urn: string;
  id?: string;
  delete?: boolean;
  outputs?: Record<string, unknown>;
}

/** What a command wrote that was to succeed. */
export function green({ isGreen, output }: Ended): string {
  if (!isGreen) throw new Error(`The command failed:\n${output}`);
  return output;
}

async function ended(run: (onOutput: (text: string) => void) => Promise<unknown>): Promise<Ended> {
  let output = "";
  try {
    await run((text) => (output += text));
    return { isGreen: true, output };
  } catch (error) {
    return { isGreen: false, output: `${output}\n${(error as Error).message}` };
  }
}
