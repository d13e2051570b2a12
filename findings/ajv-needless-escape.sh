#!/bin/sh
# ajv 8.20.0 (Node).
#
# One harmless backslash in a `pattern` makes the whole schema unusable. ajv gives every pattern the flag `u`, under
# which an escape that is not needed is an error: `^[a-z\_]+$`, `^a\-b$` and `^\w+\@x$` are good patterns of ECMAScript
# without the flag, and common in published schemas, yet compile() throws for each, before any data is looked at.
# Inside of a class `\-` alone is fine. The option `unicodeRegExp: false` takes them all.
#
# Seen: throws, throws, throws, takes; with the option: takes, takes, takes, takes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . ajv@8.20.0 > /dev/null

cat > compile.js <<'JS'
const Ajv = require("ajv");

const patterns = ["^[a-z\\_]+$", "^a\\-b$", "^\\w+\\@x$", "^[a\\-b]+$"];
const outcome = (ajv, pattern) => {
  new RegExp(pattern); // a good one without the flag
  try {
    ajv.compile({ type: "string", pattern });
    return "takes";
  } catch {
    return "throws";
  }
};
for (const unicodeRegExp of [true, false])
  console.log(patterns.map((pattern) => outcome(new Ajv({ unicodeRegExp }), pattern)).join(" "));
JS
node compile.js > seen
printf 'throws throws throws takes\ntakes takes takes takes\n' | diff - seen
echo "as described: an escape that is not needed costs the whole schema"
