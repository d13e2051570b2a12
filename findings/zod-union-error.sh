#!/bin/sh
# zod 4.6.7 (Node).
#
# The error that is given to a union is not always the one that is shown. Where the value has the type of just one of
# the alternatives and fails its checks, that alternative's own words come instead, and nothing of the union's.
#
# Seen: for 5 "must be true or a name", for "ab" the words of the text alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . zod@4.6.7 > /dev/null

cat > union.js <<'JS'
const { z } = require("zod");

const schema = z.union([z.literal(true), z.string().min(3, "short")], { error: "must be true or a name" });
for (const value of [5, "ab"]) console.log(schema.safeParse(value).error.issues.map((one) => one.message).join());
JS
node union.js > seen
printf 'must be true or a name\nshort\n' | diff - seen
echo "as described: a union's own error gives way to that of one alternative"
