// `npm run demo`: does all set-up that is needed, then the main job on the real engine, against the simulators.
import { createRequire } from "node:module";
import { basename } from "node:path";
import { inCheckout } from "./lib/checkout.mjs";
import { parts } from "./lib/demo-parts.mjs";
import { createStack } from "./lib/demo-stack.mjs";
import { createConfiguration, findTerraform, terraformParts } from "./lib/demo-terraform.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { ensureDist } from "./lib/dist.mjs";
import { findEngine } from "./lib/engine.mjs";
import { main } from "./lib/main.mjs";
import { onSupportedNode } from "./lib/node.mjs";

const heading = (text) => console.log(`\n=== ${text}\n`);

async function show({ title, example, start, settings, steps, account }, engine) {
  const simulators = createRequire(import.meta.url)(inCheckout("dist", "sdk", "simulator"));
  const simulator = await start(simulators);
  try {
    console.log(`\n${title}\nThe API is a simulator at ${simulator.url}.`);
    const stack = createStack(inCheckout("examples", example), engine, { ...simulator.env, ...settings });
    await stack.pulumi("stack", "init", "demo");
    for (const { what, commands } of steps) {
      heading(`${what} (${commands.map((command) => `pulumi ${command.join(" ")}`).join("; ")})`);
      for (const command of commands) await stack.pulumi(...command);
    }
    heading("What the API saw");
    console.log(account(simulator.simulator.account()));
  } finally {
    await simulator.stop();
  }
}

async function showTerraform({ title, example, start, steps, account }, program) {
  const simulators = createRequire(import.meta.url)(inCheckout("dist", "sdk", "simulator"));
  const simulator = await start(simulators);
  try {
    console.log(`\n${title}\nThe API is a simulator at ${simulator.url}.`);
    const configuration = await createConfiguration(example, program, simulator.env);
    for (const { what, command } of steps) {
      heading(`${what} (${basename(program)} ${command.join(" ")})`);
      await configuration.terraform(...command);
    }
    heading("What the API saw");
    console.log(account(simulator.simulator.account()));
  } finally {
    await simulator.stop();
  }
}

await main(async () => {
  await onSupportedNode();
  await installDependencies();
  await ensureDist();
  const engine = await findEngine();
  console.log(`The engine is the Pulumi CLI in ${engine}.`);
  for (const part of parts) await show(part, engine);
  const terraform = findTerraform();
  if (terraform === undefined)
    console.log("\nNeither Terraform nor OpenTofu is on PATH: their examples were not run.");
  else for (const part of terraformParts) await showTerraform(part, terraform);
});
