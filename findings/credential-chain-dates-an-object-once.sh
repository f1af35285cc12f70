#!/usr/bin/env bash
# @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later.
# `createCredentialChain(...).expireAfter(ms)` makes a client ask its providers again after that time. It does so by writing an expiration into the
# object that the provider returned, if it has none. A provider that returns the same object each time, such as one that holds keys of its own,
# gets it dated once: after that time the chain returns it with a moment that has passed, for good, and a client that was meant to ask every half
# hour asks before each request. Seen: seconds left, for two half hours: 1800 at first, then -60; and the provider's own object was changed.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/credential-providers@3.1173.0
cat > chain.cjs <<'JS'
const { createCredentialChain } = require("@aws-sdk/credential-providers");

const own = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const chain = createCredentialChain(async () => own).expireAfter(1_800_000);
let now = Date.parse("2030-01-01T00:00:00Z");
Date.now = () => now;
(async () => {
  const left = async () => ((await chain()).expiration - now) / 1000;
  const first = await left();
  now += 1_860_000;
  console.log(first, await left(), await left(), "expiration" in own);
})();
JS
seen=$(NODE_NO_WARNINGS=1 node chain.cjs)
echo "$seen"
[ "$seen" = "1800 -60 -60 true" ]
