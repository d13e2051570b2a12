// `npm run build`, and before a package is packed: compiles sdk and provider into dist.
import { installDependencies } from "./lib/dependencies.mjs";
import { buildDist } from "./lib/dist.mjs";
import { main } from "./lib/main.mjs";

await main(async () => {
  await installDependencies();
  await buildDist();
});
