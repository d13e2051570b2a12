import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { STORY_MS, Stacks } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

/** A component library that brings provisor along, in a project that does not depend on it. */
test("a project without provisor, of which a library has it, is told what to install where, and nothing is done", async () => {
  const { project, broker } = await stacks.brokered("");
  const library = project.path("node_modules/acme-databases");
  mkdirSync(join(library, "node_modules"), { recursive: true });
  renameSync(project.path("node_modules/provisor"), join(library, "node_modules/provisor"));
  writeFileSync(
    join(library, "index.js"),
    `const provisor = require("provisor");
exports.database = (name) => new provisor.ServiceInstance(name, { service: "postgres", plan: "small" });`,
  );
  project.write(`require("acme-databases").database("db");`);
  const { code, output } = await project.up();
  expect(code).not.toBe(0);
  expect(output).toContain("The package provisor is no dependency of this project");
  expect(output).toContain(
    "Install it there, in the version that the other package has: `npm install provisor`",
  );
  expect(output).not.toMatch(/\n\s+at |Cannot find module/);
  expect(broker.ledger.of("request")).toEqual([]);

  renameSync(join(library, "node_modules/provisor"), project.path("node_modules/provisor"));
  expect((await project.up()).code).toBe(0);
});
