import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describeAccount, describeBrokerAccount } from "./account.mjs";
import { inCheckout } from "./checkout.mjs";
import { cleanEnvironment } from "./environment.mjs";
import { markedEnvironment } from "./marked-processes.mjs";
import { run } from "./processes.mjs";
import { programIn, searchPath } from "./programs.mjs";
import { temporaryFolder } from "./temporary.mjs";

const apply = ["apply", "-auto-approve", "-input=false"];
const destroy = ["destroy", "-auto-approve", "-input=false"];
const plan = ["plan", "-input=false", "-detailed-exitcode"];

/** Steps of the demo: what each shows, and the command that does it. */
const step = (what, command) => ({ what, command });

/** The parts of the demo that Terraform or OpenTofu runs. */
export const terraformParts = [
  {
    title: "provisor_child_instance: several tenants, allocated together",
    example: "terraform-child-instance",
    start: ({ startSimulator }) => startSimulator({ port: 0 }),
    account: describeAccount,
    steps: [
      step("Apply: one POST a tenant, then one wait for all of them", apply),
      step("Apply again: how each one ended is saved", apply),
      step("Plan: nothing to do, so nothing is sent", plan),
      step("Destroy: the API has no delete, so the instances are only taken out of the state", destroy),
    ],
  },
  {
    title: "provisor_service_instance and provisor_service_binding: an Open Service Broker",
    example: "terraform-service-broker",
    start: ({ startBrokerSimulator }) => startBrokerSimulator({ port: 0, operationMs: 900 }),
    account: describeBrokerAccount,
    steps: [
      step("Apply: a database, and a login for it", apply),
      step("Plan: nothing to do", plan),
      step("Destroy: unbound and deprovisioned, in order", destroy),
    ],
  },
];

/** `terraform` or `tofu`, whichever is there first; undefined where neither is. */
export function findTerraform(env = process.env) {
  const folders = searchPath(env);
  return programIn(folders, "terraform") ?? programIn(folders, "tofu");
}

/** A copy of an example in a temporary folder, with the provider installed, and the CLI to run on it. */
export async function createConfiguration(example, program, settings) {
  const { path: folder } = temporaryFolder("terraform");
  const [configuration, home] = ["configuration", "home"].map((name) => join(folder, name));
  mkdirSync(home);
  cpSync(inCheckout("examples", example), configuration, { recursive: true });
  const env = {
    ...markedEnvironment(cleanEnvironment(process.env)),
    ...settings,
    HOME: home,
    TMPDIR: folder,
    CHECKPOINT_DISABLE: "1",
    PROVISOR_POLL_INTERVAL: "500ms",
  };
  const ended = async (command, args) => {
    const code = await run(command, args, { cwd: configuration, env });
    if (code !== 0) throw new Error(`The demo failed: "${args.join(" ")}" ended with ${code}.`);
  };
  const commandLine = inCheckout("dist", "provider", "command-line", "index.js");
  await ended(process.execPath, [commandLine, "terraform", "install"]);
  await ended(program, ["init", "-input=false"]);
  return { terraform: (...args) => ended(program, args) };
}
