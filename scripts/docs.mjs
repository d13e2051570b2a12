// `npm run docs`: writes the reference of inputs, outputs and settings into README.md, from the declarations
// themselves. With --check it only says whether that was done.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inCheckout } from "./lib/checkout.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { ensureDist } from "./lib/dist.mjs";
import { main } from "./lib/main.mjs";
import { onSupportedNode } from "./lib/node.mjs";

const require = createRequire(import.meta.url);

const cell = (text) => String(text).replaceAll("|", "\\|").replaceAll("\n", " ");

const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

/** The kinds of value a schema takes, in words. */
function typeWords(z, schema) {
  if (schema instanceof z.ZodOptional) return typeWords(z, schema.unwrap());
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `"${option}"`).join(" or ");
  if (schema instanceof z.ZodLiteral)
    return [...schema.values].map((value) => JSON.stringify(value)).join(" or ");
  if (schema instanceof z.ZodUnion)
    return [...new Set(schema.options.map((option) => typeWords(z, option)))].join(" or ");
  if (schema instanceof z.ZodArray) return `list of ${typeWords(z, schema.element)}`;
  if (schema instanceof z.ZodRecord) return "map";
  if (schema instanceof z.ZodObject) return "object";
  if (schema instanceof z.ZodPipe) return typeWords(z, schema.in);
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (schema instanceof z.ZodNumber) return "number";
  return "string";
}

/** Rows of an object's properties, those inside its objects and lists under dotted names. */
function rows(z, shape, prefix = "") {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const meta = schema.meta() ?? {};
    if (meta.internal) return [];
    const optional = schema instanceof z.ZodOptional;
    let inner = optional ? schema.unwrap() : schema;
    const list = inner instanceof z.ZodArray;
    if (list) inner = inner.element;
    const path = `${prefix}${name}${list ? "[]" : ""}`;
    const nested = inner instanceof z.ZodObject ? rows(z, inner.shape, `${path}.`) : [];
    return [{ path, type: typeWords(z, schema), optional, meta }, ...nested];
  });
}

function reference() {
  const z = require("zod");
  const { childInstanceInputs, childInstanceOutputs, fullInstance } = require(
    inCheckout("dist", "provider", "resources", "child-instance", "schema.js"),
  );
  const { allDefinitions } = require(inCheckout("dist", "provider", "settings"));
  const computed = Object.fromEntries(
    Object.entries(childInstanceOutputs.shape).filter(([, schema]) => schema.meta()?.computed),
  );
  const inputs = rows(z, childInstanceInputs.shape).map(({ path, type, optional, meta }) => [
    `\`${path}\``,
    type,
    optional ? (meta.default ?? "") : "required",
    meta.description ?? "",
  ]);
  const outputs = [
    ...rows(z, { ...computed, instances: z.array(fullInstance).meta(computed.instances.meta()) }),
  ].map(({ path, type, meta }) => [`\`${path}\``, type, meta.description ?? ""]);
  const settings = allDefinitions.map((d) => [
    `\`provisor:${d.name}\``,
    `\`${d.env}\``,
    d.fileKey ? `\`${d.fileKey}\`` : "",
    d.default ?? "",
    d.description,
  ]);
  return {
    inputs: table(["Input", "Type", "Default", "Meaning"], inputs),
    outputs: table(["Output", "Type", "Meaning"], outputs),
    settings: table(["Pulumi config, profile", "Environment", "Auth file", "Default", "Meaning"], settings),
  };
}

await main(async () => {
  await onSupportedNode();
  await installDependencies();
  await ensureDist();
  const file = inCheckout("README.md");
  const before = readFileSync(file, "utf8");
  let after = before;
  for (const [name, text] of Object.entries(reference()))
    after = after.replace(
      new RegExp(
        `(<!-- ${name}: .*\n<!-- prettier-ignore-start -->\n)[^]*?(\n<!-- prettier-ignore-end -->\n<!-- end)`,
      ),
      (_all, start, end) => `${start}\n${text}\n${end}`,
    );
  if (!process.argv.includes("--check")) writeFileSync(file, after);
  else if (after !== before) throw new Error("The reference in README.md is not up to date: npm run docs");
});
