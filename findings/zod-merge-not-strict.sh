#!/bin/sh
# zod 4.6.7 (Node).
#
# A strict object that is merged with an ordinary one is strict no more, and drops unknown keys without a word: merge()
# takes over how the *second* treats them. extend() with the same fields keeps the first's way.
#
# Seen: extend() refuses, merge() takes {"a":"","b":""} and forgets c.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . zod@4.6.7 > /dev/null

cat > merge.js <<'JS'
const { z } = require("zod");

const strict = z.strictObject({ a: z.string() });
const more = { b: z.string() };
const value = { a: "", b: "", c: 1 };
for (const schema of [strict.extend(more), strict.merge(z.object(more))]) {
  const { success, data } = schema.safeParse(value);
  console.log(success, JSON.stringify(data));
}
JS
node merge.js > seen
printf 'false undefined\ntrue {"a":"","b":""}\n' | diff - seen
echo "as described: merge() undoes strictness"
