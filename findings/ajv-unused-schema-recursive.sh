#!/bin/sh
# ajv 8.20.0 (Node).
#
# `addUsedSchema: false` keeps what is compiled out of the instance, so that many schemas with one `$id` can be compiled,
# one after another. With it a schema that has no `$id` and refers to itself, `{ "$ref": "#" }`, valid and ordinary for
# anything that nests, does not compile: its own root is not found. With an `$id`, or without the option, it does.
#
# Seen: compiled, MissingRefError, compiled.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . ajv@8.20.0 > /dev/null

cat > compile.js <<'JS'
const Ajv = require("ajv");

const tree = { type: "object", properties: { children: { type: "array", items: { $ref: "#" } } } };
const named = { $id: "https://example.com/tree", ...tree };
for (const [schema, options] of [
  [named, { addUsedSchema: false }],
  [tree, { addUsedSchema: false }],
  [tree, {}],
])
  try {
    console.log(typeof new Ajv(options).compile(schema) === "function" ? "compiled" : "nothing");
  } catch (error) {
    console.log(error.constructor.name);
  }
JS
node compile.js > seen
printf 'compiled\nMissingRefError\ncompiled\n' | diff - seen
echo "as described: without an id it does not compile, with one it does, and without the option too"
