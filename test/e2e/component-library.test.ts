import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { STORY_MS, Stacks } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

/** Where package managers put a library, and what only the library depends on. */
const layouts = [
  {
    manager: "npm or yarn",
    library: "node_modules/acme-databases",
    own: "node_modules/acme-databases/node_modules/provisor",
  },
  {
    manager: "pnpm",
    library: "node_modules/.pnpm/acme-databases@1.0.0/node_modules/acme-databases",
    own: "node_modules/.pnpm/acme-databases@1.0.0/node_modules/provisor",
  },
];

/** A component library that brings provisor along, in a project that does not depend on it. */
test.each(layouts)(
  "a project without provisor, of which a library has it by $manager, is told what to install where, and nothing is done",
  async ({ library, own }) => {
    const { project, broker } = await stacks.brokered("");
    for (const folder of [library, dirname(own)]) mkdirSync(project.path(folder), { recursive: true });
    renameSync(project.path("node_modules/provisor"), project.path(own));
    writeFileSync(
      project.path(`${library}/index.js`),
      `const provisor = require("provisor");
exports.database = (name) => new provisor.ServiceInstance(name, { service: "postgres", plan: "small" });`,
    );
    if (library !== "node_modules/acme-databases")
      symlinkSync(project.path(library), project.path("node_modules/acme-databases"), "junction");
    project.write(`require("acme-databases").database("db");`);
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("The package provisor is no dependency of this project");
    expect(output).toContain(
      "Install it there, in the version that the other package has: `npm install provisor`",
    );
    expect(output).not.toMatch(/\n\s+at |Cannot find module/);
    expect(broker.ledger.of("request")).toEqual([]);

    cpSync(project.path(own), project.path("node_modules/provisor"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    expect((await project.up()).code).toBe(0);
  },
);
