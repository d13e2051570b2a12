// `npm run demo`: does all set-up that is needed, then the main job on the real engine, against the simulator.
import { createRequire } from "node:module";
import { describeAccount } from "./lib/account.mjs";
import { inCheckout } from "./lib/checkout.mjs";
import { createStack } from "./lib/demo-stack.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { ensureDist } from "./lib/dist.mjs";
import { findEngine } from "./lib/engine.mjs";
import { main } from "./lib/main.mjs";
import { onSupportedNode } from "./lib/node.mjs";

const at = ["--yes", "--skip-preview"];

const steps = [
  ["Preview: what would be allocated, from which license, and what would remain", ["preview"]],
  ["Up: one POST, then waiting until every instance is done", ["up", ...at]],
  ["The outputs of the stack", ["stack", "output"]],
  ["Up again: nothing to do, so nothing is sent", ["up", ...at, "--expect-no-changes"]],
  ["Refresh: compares the state with what the API shows", ["refresh", ...at]],
  ["Destroy: the API has no delete, so the instances are only taken out of the state", ["destroy", ...at]],
];

const heading = (text) => console.log(`\n=== ${text}\n`);

await main(async () => {
  await onSupportedNode();
  await installDependencies();
  await ensureDist();
  const engine = await findEngine();

  const { startSimulator } = createRequire(import.meta.url)(inCheckout("dist", "sdk", "simulator"));
  const simulator = await startSimulator({ port: 0 });
  try {
    console.log(`The API is a simulator at ${simulator.url}, the engine is the Pulumi CLI in ${engine}.`);
    const stack = createStack(inCheckout("examples", "child-instance"), engine, simulator.env);
    await stack.pulumi("stack", "init", "demo");
    for (const [what, command] of steps) {
      heading(`${what} (pulumi ${command.join(" ")})`);
      await stack.pulumi(...command);
    }
    heading("What the API saw");
    console.log(describeAccount(simulator.simulator.account()));
  } finally {
    await simulator.stop();
  }
});
