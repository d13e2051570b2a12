#!/bin/sh
# zod 4.6.7 (Node).
#
# What is said of a schema is not said of what is made from it: `.describe()` and `.meta()` are lost as soon as
# `.optional()` follows, so that a walk over an object's shape finds no description on exactly the optional fields.
# Said last, it stays. (zod 3 handed a description on.)
#
# Seen: undefined undefined, "text" {"description":"text"}.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . zod@4.6.7 > /dev/null

cat > describe.js <<'JS'
const { z } = require("zod");

const before = z.string().describe("text").optional();
const after = z.string().optional().describe("text");
for (const schema of [before, after]) console.log(JSON.stringify(schema.description), JSON.stringify(schema.meta()));
JS
node describe.js > seen
printf 'undefined undefined\n"text" {"description":"text"}\n' | diff - seen
echo "as described: optional() forgets what was said before it"
