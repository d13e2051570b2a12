/** Pages in the layout of the Terraform Registry, from the schemas that the provider serves. */

const TYPES = { string: "String", number: "Number", bool: "Boolean", dynamic: "Any" };

function typeText({ type, nestedType }) {
  if (nestedType) return { 1: "Object", 2: "List of objects", 4: "Map of objects" }[nestedType.nesting];
  const parsed = JSON.parse(Buffer.from(type).toString());
  if (typeof parsed === "string") return TYPES[parsed];
  return `${{ list: "List", set: "Set", map: "Map" }[parsed[0]]} of ${TYPES[parsed[1]].toLowerCase()}s`;
}

const marks = ({ sensitive, writeOnly }) => [
  ...(sensitive ? ["Sensitive"] : []),
  ...(writeOnly ? ["Write-only"] : []),
];

function line(attribute, prefix = "") {
  const notes = [typeText(attribute), ...marks(attribute)].join(", ");
  const own = `- \`${prefix}${attribute.name}\` (${notes}) ${attribute.description ?? ""}`.trimEnd();
  const within = attribute.nestedType?.attributes ?? [];
  return [own, ...within.flatMap((one) => line(one, `${prefix}${attribute.name}.`))];
}

const section = (title, attributes) =>
  attributes.length === 0 ? [] : [`### ${title}`, "", ...attributes.flatMap((one) => line(one)), ""];

/** What a schema has, as the registry groups it. */
export function schemaText({ block }) {
  const blocks = (block.blockTypes ?? []).map(({ typeName, block: inner }) => ({
    name: typeName,
    description: `${inner.description} A block.`,
    optional: true,
    nestedType: { nesting: 1, attributes: inner.attributes },
  }));
  const all = [...block.attributes, ...blocks];
  return [
    "## Schema",
    "",
    ...section(
      "Required",
      all.filter((one) => one.required),
    ),
    ...section(
      "Optional",
      all.filter((one) => one.optional),
    ),
    ...section(
      "Read-Only",
      all.filter((one) => one.computed && !one.optional),
    ),
  ].join("\n");
}

/** A page of one thing. */
export function page({ title, description, example, body, more = "" }) {
  const fence = "```";
  const parts = [
    `# ${title}`,
    description,
    ...(example ? ["## Example Usage", `${fence}terraform\n${example.trim()}\n${fence}`] : []),
    ...(more ? [more.trim()] : []),
    body.trim(),
  ];
  return `${parts.join("\n\n")}\n`;
}
