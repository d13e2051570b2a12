#!/bin/sh
# @pulumi/pulumi 3.276.0 (Node).
#
# A secret within a secret is read halfway. A state may hold one: a leaf that a provider marked, in an object that the
# program declared secret as a whole. The SDK takes off one mark and no further, so that the program gets an object with
# two keys, one of them a hash, where its value should be. A secret in a plain object, or in a list, is read well.
#
# Seen: the keys of the value are {mark, value} for the first, {a} for the second.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . @pulumi/pulumi@3.276.0 typescript@5.9.3 > /dev/null

cat > read.js <<'JS'
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { runtime } = require("@pulumi/pulumi");
const { deserializeProperties, specialSigKey, specialSecretSig } = require("@pulumi/pulumi/runtime/rpc");

const secret = (value) => ({ [specialSigKey]: specialSecretSig, value });
for (const sent of [secret({ a: secret("x") }), { a: secret("x") }]) {
  const { read } = deserializeProperties(Struct.fromJavaScript({ read: sent }));
  // What an output of a resource is resolved with: the value, out of one mark.
  const keys = Object.keys(runtime.unwrapRpcSecret(read));
  console.log(keys.map((key) => (key === specialSigKey ? "mark" : key)).join());
}
JS
node read.js > seen
printf 'mark,value\na\n' | diff - seen
echo "as described: the inner mark is left on"
