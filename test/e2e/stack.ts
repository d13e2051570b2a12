import {
  type BrokerSimulator,
  type BrokerSimulatorOptions,
  type LedgerEvent,
  type RunningBrokerSimulator,
  type RunningSimulator,
  type Simulator,
  type SimulatorOptions,
  startBrokerSimulator,
  startSimulator,
} from "../../sdk/simulator";
import { type ProjectOptions, PulumiProject, type Run, type Running } from "../support/pulumi-project";

/** Time for a story of several commands of the CLI on a slow machine. */
export const STORY_MS = 180_000;

/** A project whose settings address a simulator of its own. */
export interface SimulatedStack {
  project: PulumiProject;
  simulator: Simulator;
}

/** A project whose settings address a broker of its own. */
export interface BrokerStack {
  project: PulumiProject;
  broker: BrokerSimulator;
}

const fast: SimulatorOptions = { appearAfterMs: 100, provisionMs: 600 };

/** Makes projects and simulators for the tests of a file, and removes all of them after the last test. */
export class Stacks {
  private readonly projects: PulumiProject[] = [];
  private readonly simulators: (RunningSimulator | RunningBrokerSimulator)[] = [];

  constructor() {
    afterAll(async () => {
      for (const project of this.projects) project.remove();
      for (const running of this.simulators) await running.stop();
    });
  }

  /** A project with a simulator; jobs take 0.6 s unless told otherwise. */
  async simulated(
    body: string,
    options: SimulatorOptions = {},
    more: Partial<ProjectOptions> = {},
  ): Promise<SimulatedStack> {
    const running = await this.simulator(options);
    const project = await this.project(body, { ...more, env: { ...running.env, ...more.env } });
    return { project, simulator: running.simulator };
  }

  /** A project with a simulated broker; operations take 0.4 s unless told otherwise. */
  async brokered(
    body: string,
    options: BrokerSimulatorOptions = {},
    more: Partial<ProjectOptions> = {},
  ): Promise<BrokerStack> {
    const running = await startBrokerSimulator({ operationMs: 400, ...options });
    this.simulators.push(running);
    const polling = { OSB_POLL_INTERVAL: "100ms", OSB_POLL_INTERVAL_MAX: "200ms" };
    const project = await this.project(body, { ...more, env: { ...polling, ...running.env, ...more.env } });
    return { project, broker: running.simulator };
  }

  async simulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
    const running = await startSimulator({ ...fast, ...options });
    this.simulators.push(running);
    return running;
  }

  /** The project's program and stack on a fresh machine that has only the backend. */
  async elsewhere(project: PulumiProject): Promise<PulumiProject> {
    const other = await project.elsewhere();
    this.projects.push(other);
    return other;
  }

  async project(body: string, more: Partial<ProjectOptions> = {}): Promise<PulumiProject> {
    const project = await PulumiProject.create({ ...more, program: program(body) });
    this.projects.push(project);
    return project;
  }
}

/** Text of a program that has `pulumi` and the package at hand. */
export const program = (body: string): string =>
  `const pulumi = require("@pulumi/pulumi");\nconst provisor = require("provisor");\n${body}\n`;

type Args = Record<string, unknown>;

/** A line of a program that makes a ChildInstance. */
export const child = (name: string, args: Args, options: Args = {}): string =>
  `const ${name} = new provisor.ChildInstance(${[name, args, options].map((part) => JSON.stringify(part)).join(", ")});`;

/** A line of a program that makes a ServiceInstance. */
export const serviceInstance = (name: string, args: Args, options: Args = {}): string =>
  `const ${name} = new provisor.ServiceInstance(${[name, args, options].map((part) => JSON.stringify(part)).join(", ")});`;

/** Inputs of a free app, which the parent itself gets. */
export const freeApp = (more: Args = {}, policies: Args = {}): Args => ({
  freeApp: {
    appId: "directory_sync",
    region: "americas",
    supportAccountId: "123456",
    supportAccountName: "Acme Ltd",
    isEulaAccepted: true,
    ...more,
  },
  ...policies,
});

/** An item that takes units of the simulator's license for prisma_access. */
export const prisma = (tsgName: string, units: number | string = 100, more: Args = {}): Args => ({
  appId: "prisma_access",
  licenseId: "123456789",
  allocationType: "SHARED",
  allocation: [{ appId: "prisma_access_edition", licenseType: "GBL-SKU", allocationSize: units }],
  platformRegion: "americas",
  tsgName,
  isEulaAccepted: true,
  ...more,
});

/** An item that takes units of the simulator's license for logging_service, under the bundle's tenant. */
export const logging = (units: number | string = 1, more: Args = {}): Args => ({
  appId: "logging_service",
  licenseId: "123456790",
  allocationType: "SHARED",
  allocation: [{ appId: "logging_service", licenseType: "LGS-SKU", allocationSize: units }],
  platformRegion: "americas",
  isEulaAccepted: true,
  ...more,
});

/** Instances as the simulator has them, by app. */
export const made = (simulator: Simulator, appId: string): string[] =>
  simulator.instances.filter((instance) => instance.appId === appId).map((instance) => instance.instanceId);

/** Ids of all instances that were allocated, in order. */
export const allocated = (simulator: Simulator): string[] =>
  simulator.instances.map((instance) => instance.instanceId).sort();

/** Gives the project the credentials of another parent TSG. Returns how to give it its own back. */
export function useOtherParent(project: PulumiProject, simulator: Simulator): () => void {
  const tsgId = "1000000002";
  const credentials = { clientId: "other@example", clientSecret: "other-secret" };
  simulator.clients.add({ ...credentials, tsgId });
  const own = { ...project.env };
  Object.assign(project.env, {
    SCM_CLIENT_ID: credentials.clientId,
    SCM_CLIENT_SECRET: credentials.clientSecret,
    SCM_SCOPE: `tsg_id:${tsgId}`,
  });
  return () => {
    Object.assign(project.env, own);
  };
}

/** True for the event of this kind that belongs to a POST. */
export const ofPost =
  (kind: LedgerEvent["kind"]) =>
  (event: LedgerEvent): boolean =>
    event.kind === kind && event.request === "post";

/** Starts an up, does something to it at the first event of the simulator that fits, and waits for its end. */
export async function upUntil(
  { project, simulator }: SimulatedStack,
  at: (event: LedgerEvent) => boolean,
  act: (running: Running) => void,
  ...args: string[]
): Promise<Run> {
  const running = project.start("up", "--yes", "--skip-preview", ...args);
  const stop = simulator.on((event) => {
    if (!at(event)) return;
    stop();
    act(running);
  });
  const run = await running.done;
  stop();
  return run;
}

/** Waits for something that another process brings about; gives up after half a minute. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("What was waited for did not happen within 30 s.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
