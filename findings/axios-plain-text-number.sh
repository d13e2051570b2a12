#!/bin/sh
# axios 1.21.1 (Node).
#
# An answer of type text/plain that happens to be a number arrives as a number, rounded to what JavaScript can hold:
# axios tries JSON on every answer, whatever its Content-Type says. An id of twenty digits that a service sends as plain
# text comes back as another id. With `responseType: "text"` it stays as it was sent.
#
# Seen: number 12345678901234567000, string 12345678901234567890.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . axios@1.21.1 > /dev/null

cat > get.js <<'JS'
const http = require("node:http");
const axios = require("axios");

const server = http.createServer((request, response) => {
  response.writeHead(200, { "Content-Type": "text/plain" }).end("12345678901234567890");
});
server.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}/`;
  for (const options of [{}, { responseType: "text" }]) {
    const { data } = await axios.get(url, { proxy: false, ...options });
    console.log(typeof data, data);
  }
  server.close();
});
JS
node get.js > seen
printf 'number 12345678901234567000\nstring 12345678901234567890\n' | diff - seen
echo "as described: plain text that looks like a number is one"
