#!/usr/bin/env bash
# zod 4.6.7: z.unknown() and z.any() take undefined, and an object refuses to be without a property of theirs. A property that was
# written as JSON while its value was undefined is gone when it is read, so that what a program wrote by its own schema is refused by
# the same schema. No error names the reason: "Invalid input: expected nonoptional, received undefined".
# Output seen (Node 20.20.2):
#   alone: true
#   in an object: true
#   through JSON: false
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent zod@4.6.7
cat >shown.mjs <<'END'
import { z } from "zod";
const note = z.object({ name: z.string(), decision: z.unknown() });
const written = { name: "db", decision: undefined };
console.log("alone:", z.unknown().safeParse(undefined).success);
console.log("in an object:", note.safeParse(written).success);
console.log("through JSON:", note.safeParse(JSON.parse(JSON.stringify(written))).success);
END
diff <(node shown.mjs) - <<'END'
alone: true
in an object: true
through JSON: false
END
echo "As described."
