#!/bin/sh
# @pulumi/pulumi 3.276.0 (Node).
#
# A test of a program says what a function of a provider answers (`call` of the mocks). Where that is a list, which
# functions of providers may answer, the program is given no list but an object with the keys "0", "1", …: it has no
# length, and cannot be iterated over. No type and no word warns of it.
#
# Seen: Array.isArray false, {"0":"a","1":"b"}.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . @pulumi/pulumi@3.276.0 typescript@5.9.3 > /dev/null

cat > call.js <<'JS'
const pulumi = require("@pulumi/pulumi");

(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => ["a", "b"],
  });
  const answer = await pulumi.runtime.invoke("example:index:getNames", {});
  console.log(Array.isArray(answer), JSON.stringify(answer));
})();
JS
node call.js > seen
printf 'false {"0":"a","1":"b"}\n' | diff - seen
echo "as described: the list has become an object"
