// `npm run docs`: writes the reference of inputs, outputs and settings into docs, and the types that programs see,
// from the declarations themselves. With --check it only says whether that was done.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, relative } from "node:path";
import { checkout, inCheckout } from "./lib/checkout.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { replaceBetween } from "./lib/figures.mjs";
import { main } from "./lib/main.mjs";
import { onSupportedNode } from "./lib/node.mjs";
import { kebab, programTypes } from "./lib/program-types.mjs";
import { page, schemaText } from "./lib/terraform-reference.mjs";
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

/** What the pages of the provider for Terraform show of it. */
const terraformExamples = {
  provisor:
    'provider "provisor" {\n  # From the environment: SCM_CLIENT_ID, SCM_CLIENT_SECRET, SCM_SCOPE, or OSB_URL and so on.\n}',
  provisor_ready:
    'resource "provisor_ready" "all" {\n  ids = [for one in provisor_child_instance.tenant : one.id]\n}',
  provisor_intent:
    'resource "provisor_intent" "acme" {}\n\nresource "provisor_service_instance" "acme" {\n  intent  = provisor_intent.acme.key\n  service = "postgres"\n  plan    = "small"\n}',
  "ephemeral-resources/provisor_service_binding":
    'ephemeral "provisor_service_binding" "migration" {\n  instance = {\n    instance_id = provisor_service_instance.db.instance_id\n    service     = "postgres"\n    plan        = "small"\n  }\n}',
  provisor_licenses: 'data "provisor_licenses" "all" {}',
  provisor_instances: 'data "provisor_instances" "prisma" {\n  app_id = "prisma_access"\n}',
  provisor_tenants: 'data "provisor_tenants" "all" {}',
  provisor_catalog: 'data "provisor_catalog" "all" {}',
  provisor_service: 'data "provisor_service" "postgres" {\n  service = "postgres"\n}',
  provisor_plan: 'data "provisor_plan" "small" {\n  service = "postgres"\n  plan    = "small"\n}',
};

/** A block of an example, from its first line to the brace that ends it. */
function blockOf(example, begins) {
  const text = readFileSync(inCheckout("examples", example, "main.tf"), "utf8");
  const from = text.indexOf(begins);
  return text.slice(from, text.indexOf("\n}\n", from) + 2);
}

/** The reference of the provider for Terraform, in the layout of the Terraform Registry. */
function terraformPages() {
  const { referenced, functions } = require(provider("engines", "terraform", "reference"));
  const examples = {
    ...terraformExamples,
    provisor_child_instance: blockOf("terraform-child-instance", 'resource "provisor_child_instance"'),
    provisor_service_instance: blockOf("terraform-service-broker", 'resource "provisor_service_instance"'),
    "resources/provisor_service_binding": blockOf(
      "terraform-service-broker",
      'resource "provisor_service_binding"',
    ),
  };
  const folder = (...path) => inCheckout("docs", "terraform", ...path);
  const pages = referenced().map(({ folder: kind, name, description, schema }) => {
    const short = name.replace(/^provisor_/, "");
    const example = examples[`${kind}/${name}`] ?? examples[name];
    if (kind === "")
      return [
        folder("index.md"),
        page({
          title: "Provider provisor",
          description: "Service instances as code, for Terraform and OpenTofu: [the guide](guide.md).",
          example,
          body: schemaText(schema),
        }),
      ];
    const kindOf = {
      resources: "Resource",
      "data-sources": "Data Source",
      "ephemeral-resources": "Ephemeral Resource",
    };
    return [
      folder(kind, `${short}.md`),
      page({ title: `${name} (${kindOf[kind]})`, description, example, body: schemaText(schema) }),
    ];
  });
  const described = functions.map(({ name, summary, description, parameters, result }) => [
    folder("functions", `${name}.md`),
    page({
      title: `${name} (Function)`,
      description: `${summary}. ${description}`,
      example: "provider::provisor::secret_data(provisor_service_binding.app, null)",
      body: [
        "## Arguments",
        "",
        ...parameters.map((one) => `- \`${one.name}\` ${one.description}`),
        "",
        "## Result",
        "",
        `\`${JSON.stringify(result)}\``,
      ].join("\n"),
    }),
  ]);
  return [...pages, ...described];
}

/** All that is written, by file. */
async function written() {
  // Loaded here, since they are there only once the dependencies are.
  const { format, resolveConfig } = await import("prettier");
  loadTypeScriptSources();
  const z = require("zod");
  const files = new Map(pagesWritten(z));
  for (const [file, text] of terraformPages()) {
    const options = { ...(await resolveConfig(file)), filepath: file };
    files.set(file, await format(text, options));
  }
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
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
});
