#!/usr/bin/env bash
# msw 2.15.0 in Jest 30.5.2, Node.js 24.21.0.
# msw ships CommonJS, and Node.js requires it without complaint. In Jest's ordinary mode, which is CommonJS, the same line fails: msw's CommonJS files
# require rettime, until-async and @open-draft/deferred-promise, which exist as ES modules only, and Jest has a module loader of its own. Its message
# advises Node.js 24.9, where Jest can require ES modules; but on 24.21 (and 26.10) it fails in the same way, with the same advice, unless Node.js is
# also started with --experimental-vm-modules, which the message does not mention.
# Seen: "function" from Node.js; a failed test that names rettime and advises Node.js 24.9 from Jest; a passed one with the flag.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund msw@2.15.0 jest@30.5.2 node@24.21.0
export PATH="$folder/node_modules/node/bin:$PATH" NODE_NO_WARNINGS=1
printf 'test("msw can be required", () => {\n  expect(typeof require("msw").http.get).toBe("function");\n});\n' > msw.test.js
plain=$(node -p 'typeof require("msw").http.get')
ordinary=$(node node_modules/jest/bin/jest.js --no-cache 2>&1 || true)
with_flag=$(node --experimental-vm-modules node_modules/jest/bin/jest.js --no-cache 2>&1 || true)
count() { printf '%s' "$1" | grep -oE '1 (passed|failed)' | head -n 1; }
named=$(printf '%s' "$ordinary" | grep -oE 'rettime/|v24\.9\+' | sort -u | tr '\n' ' ')
seen="$plain; $(count "$ordinary"): $named; $(count "$with_flag")"
echo "$seen"
[ "$seen" = "function; 1 failed: rettime/ v24.9+ ; 1 passed" ]
