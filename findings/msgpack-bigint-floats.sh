#!/usr/bin/env bash
# @msgpack/msgpack 3.1.3: the option useBigInt64, which is about reading and writing bigint, changes how plain numbers are written:
# a whole number beyond 32 bits becomes a float (cb) where it is a 64-bit integer without the option (cf). A reader that tells the two
# apart, as typed ones do, is handed another kind of value for the same input. With a bigint in its place it is an integer again.
# Output seen (Node 20.20.2):
#   4294967295 ceffffffff ceffffffff
#   4294967296 cf0000000100000000 cb41f0000000000000
#   4294967296n cf0000000100000000
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @msgpack/msgpack@3.1.3
cat >shown.mjs <<'END'
import { encode } from "@msgpack/msgpack";
const hex = (bytes) => Buffer.from(bytes).toString("hex");
for (const number of [2 ** 32 - 1, 2 ** 32])
  console.log(number, hex(encode(number)), hex(encode(number, { useBigInt64: true })));
console.log("4294967296n", hex(encode(2n ** 32n, { useBigInt64: true })));
END
node shown.mjs
diff <(node shown.mjs) - <<'END'
4294967295 ceffffffff ceffffffff
4294967296 cf0000000100000000 cb41f0000000000000
4294967296n cf0000000100000000
END
echo "As described."
