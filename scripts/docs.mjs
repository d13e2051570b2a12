// `npm run docs`: writes the reference of inputs, outputs and settings into docs, and the types that programs see,
// from the declarations themselves. With --check it only says whether that was done.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { checkout, inCheckout } from "./lib/checkout.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { replaceBetween } from "./lib/figures.mjs";
import { main } from "./lib/main.mjs";
import { onSupportedNode } from "./lib/node.mjs";
import { kebab, programTypes } from "./lib/program-types.mjs";
import { loadTypeScriptSources } from "./lib/typescript-sources.mjs";

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

/** What Pulumi asks of a setting that is secret. */
const SECRECY = {
  value: " In Pulumi config it must be a secret (`--secret`).",
  key: " In Pulumi config the key itself must be a secret (`--secret`).",
};

const meaning = ({ description, secret }) => `${description}${SECRECY[secret] ?? ""}`;

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

/** Only what is computed: the inputs are outputs too. */
function outputsTable(z, schema) {
  const computed = Object.fromEntries(
    Object.entries(schema.shape).filter(([, property]) => property.meta()?.computed),
  );
  return table(
    ["Output", "Type", "Meaning"],
    rows(z, computed).map(({ path, type, meta }) => [`\`${path}\``, type, meta.description ?? ""]),
  );
}

/** The outputs of a ChildInstance as a program sees them: its instances with their secrets. */
const seenOutputs = (z, outputs, fullInstance) =>
  outputs.extend({ instances: z.array(fullInstance).meta(outputs.shape.instances.meta()) });

const provider = (...path) => inCheckout("provider", ...path);

/** The schemas of a resource. */
const schemaOf = (resource) => require(provider("resources", resource, "schema"));

function reference(z) {
  const { childInstanceInputs, childInstanceOutputs, fullInstance } = schemaOf("child-instance");
  const { serviceInstanceInputs, serviceInstanceOutputs } = schemaOf("service-instance");
  const { serviceBindingInputs, serviceBindingOutputs } = schemaOf("service-binding");
  const { brokerDefinitions, subscriptionDefinitions } = require(provider("settings"));
  const settings = subscriptionDefinitions.map((d) => [
    ...places(d),
    d.fileKey ? `\`${d.fileKey}\`` : "",
    d.default ?? "",
    meaning(d),
  ]);
  const brokerSettings = brokerDefinitions.map((d) => [...places(d), d.default ?? "", meaning(d)]);
  return {
    inputs: inputsTable(z, childInstanceInputs),
    outputs: outputsTable(z, seenOutputs(z, childInstanceOutputs, fullInstance)),
    serviceInstanceInputs: inputsTable(z, serviceInstanceInputs),
    serviceInstanceOutputs: outputsTable(z, serviceInstanceOutputs),
    serviceBindingInputs: inputsTable(z, serviceBindingInputs),
    serviceBindingOutputs: outputsTable(z, serviceBindingOutputs),
    settings: table(["Pulumi config, profile", "Environment", "Auth file", "Default", "Meaning"], settings),
    brokerSettings: table(["Pulumi config, profile", "Environment", "Default", "Meaning"], brokerSettings),
  };
}

/** The types that a program sees of each resource. */
function resourceTypes(z) {
  const { childInstanceInputs, childInstanceOutputs, fullInstance } = schemaOf("child-instance");
  const { serviceInstanceInputs, serviceInstanceOutputs } = schemaOf("service-instance");
  const { serviceBindingInputs, serviceBindingOutputs } = schemaOf("service-binding");
  return [
    {
      name: "ChildInstance",
      summary:
        "Arguments of a ChildInstance: exactly one of `freeApp` and `onboard`, and optionally a profile, policies and what to adopt. Every one may be an output of another resource.",
      inputs: childInstanceInputs,
      outputs: seenOutputs(z, childInstanceOutputs, fullInstance),
      outputNames: {
        instances: "ChildInstanceItem",
        "instances.associations": "ChildInstanceAssociation",
      },
    },
    {
      name: "ServiceInstance",
      summary:
        "Arguments of a ServiceInstance: service and plan, and optionally what the broker is to be told beside them, a profile and policies. Every one may be an output of another resource.",
      inputs: serviceInstanceInputs,
      outputs: serviceInstanceOutputs,
    },
    {
      name: "ServiceBinding",
      summary:
        "Arguments of a ServiceBinding: the instance, and optionally what the broker is to be told, when to rotate, a profile and policies. Every one may be an output of another resource.",
      inputs: serviceBindingInputs,
      outputs: serviceBindingOutputs,
      argumentNames: { instance: "InstanceReference" },
      outputNames: {
        endpoints: "ServiceBindingEndpoint",
        predecessors: "ServiceBindingPredecessor",
        volumeMounts: "ServiceBindingVolumeMount",
        "volumeMounts.device": "ServiceBindingVolumeMountDevice",
      },
    },
  ];
}

/** Which page has which tables. */
const pages = {
  "resources/child-instance.md": ["inputs", "outputs"],
  "resources/service-instance.md": ["serviceInstanceInputs", "serviceInstanceOutputs"],
  "resources/service-binding.md": ["serviceBindingInputs", "serviceBindingOutputs"],
  "settings.md": ["settings", "brokerSettings"],
};

/** The pages with tables as they should be, by file. */
function pagesWritten(z) {
  const tables = reference(z);
  return Object.entries(pages).map(([page, names]) => {
    const file = inCheckout("docs", ...page.split("/"));
    let text = readFileSync(file, "utf8");
    for (const name of names)
      text = replaceBetween(
        text,
        `<!-- ${name}: generated by npm run docs -->\n<!-- prettier-ignore-start -->`,
        `<!-- prettier-ignore-end -->\n<!-- end ${name} -->`,
        tables[name],
      );
    return [file, text];
  });
}

/** All that is written, by file. */
async function written() {
  // Loaded here, since they are there only once the dependencies are.
  const { format, resolveConfig } = await import("prettier");
  loadTypeScriptSources();
  const z = require("zod");
  const files = new Map(pagesWritten(z));
  for (const declared of resourceTypes(z)) {
    const file = provider("engines", "pulumi-dynamic", "types", `${kebab(declared.name)}.ts`);
    const options = { ...(await resolveConfig(file)), filepath: file };
    files.set(file, await format(programTypes(z, declared), options));
  }
  return files;
}

await main(async () => {
  await onSupportedNode();
  await installDependencies();
  for (const [file, text] of await written()) {
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    if (process.argv.includes("--check"))
      throw new Error(`${relative(checkout, file)} is not up to date: npm run docs`);
    writeFileSync(file, text);
  }
});
