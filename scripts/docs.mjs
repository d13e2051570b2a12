// `npm run docs`: writes the reference of inputs, outputs and settings into README.md, from the declarations
// themselves. With --check it only says whether that was done.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inCheckout } from "./lib/checkout.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { ensureDist } from "./lib/dist.mjs";
import { replaceBetween } from "./lib/figures.mjs";
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
  if (schema instanceof z.ZodUnknown) return "any";
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

/** Where a setting is looked for. */
const places = ({ name, env }) => [`\`provisor:${name}\``, `\`${env}\``];

const inputsTable = (z, schema) =>
  table(
    ["Input", "Type", "Default", "Meaning"],
    rows(z, schema.shape).map(({ path, type, optional, meta }) => [
      `\`${path}\``,
      type,
      optional ? (meta.default ?? "") : "required",
      meta.description ?? "",
    ]),
  );

/** Only what is computed: the inputs are outputs too. `instead`: properties that a program sees in another shape. */
function outputsTable(z, schema, instead = () => ({})) {
  const computed = Object.fromEntries(
    Object.entries(schema.shape).filter(([, property]) => property.meta()?.computed),
  );
  return table(
    ["Output", "Type", "Meaning"],
    rows(z, { ...computed, ...instead(computed) }).map(({ path, type, meta }) => [
      `\`${path}\``,
      type,
      meta.description ?? "",
    ]),
  );
}

function reference() {
  const z = require("zod");
  const schemaOf = (resource) => require(inCheckout("dist", "provider", "resources", resource, "schema.js"));
  const { childInstanceInputs, childInstanceOutputs, fullInstance } = schemaOf("child-instance");
  const { serviceInstanceInputs, serviceInstanceOutputs } = schemaOf("service-instance");
  const { serviceBindingInputs, serviceBindingOutputs } = schemaOf("service-binding");
  const { brokerDefinitions, subscriptionDefinitions } = require(inCheckout("dist", "provider", "settings"));
  const settings = subscriptionDefinitions.map((d) => [
    ...places(d),
    d.fileKey ? `\`${d.fileKey}\`` : "",
    d.default ?? "",
    d.description,
  ]);
  const brokerSettings = brokerDefinitions.map((d) => [...places(d), d.default ?? "", d.description]);
  return {
    inputs: inputsTable(z, childInstanceInputs),
    outputs: outputsTable(z, childInstanceOutputs, ({ instances }) => ({
      instances: z.array(fullInstance).meta(instances.meta()),
    })),
    serviceInstanceInputs: inputsTable(z, serviceInstanceInputs),
    serviceInstanceOutputs: outputsTable(z, serviceInstanceOutputs),
    serviceBindingInputs: inputsTable(z, serviceBindingInputs),
    serviceBindingOutputs: outputsTable(z, serviceBindingOutputs),
    settings: table(["Pulumi config, profile", "Environment", "Auth file", "Default", "Meaning"], settings),
    brokerSettings: table(["Pulumi config, profile", "Environment", "Default", "Meaning"], brokerSettings),
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
    after = replaceBetween(
      after,
      `<!-- ${name}: generated by npm run docs -->\n<!-- prettier-ignore-start -->`,
      `<!-- prettier-ignore-end -->\n<!-- end ${name} -->`,
      text,
    );
  if (!process.argv.includes("--check")) writeFileSync(file, after);
  else if (after !== before) throw new Error("The reference in README.md is not up to date: npm run docs");
});
