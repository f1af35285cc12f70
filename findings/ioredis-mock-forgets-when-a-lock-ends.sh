#!/usr/bin/env bash
# ioredis-mock 8.13.1, Node.js 20 and later.
# Tests of locks and sessions in Redis that use ioredis-mock in place of a server pass or fail for other reasons than with one. SET with KEEPTTL,
# which writes a value and keeps its expiry, removes the expiry; so does GET before PX; and options in lower case, which Redis reads like those in
# upper case, are not read at all, so that "nx" gives the lock to everybody. There is no error. Redis documents KEEPTTL and GET under SET.
# Seen: whether the key expires after PX, and after each of the three; then the replies to two callers who take one lock with NX and with nx.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ioredis-mock@8.13.1 ioredis@5.8.2
cat > locks.cjs <<'JS'
const Redis = require("ioredis-mock");

async function expiryOf(redis, key) {
  return (await redis.pttl(key)) > 0 ? "expires" : "stays";
}
(async () => {
  const redis = new Redis();
  const seen = [];
  await redis.set("a", "first", "PX", 60_000, "NX");
  seen.push(await expiryOf(redis, "a"));
  await redis.set("a", "second", "KEEPTTL");
  seen.push(await expiryOf(redis, "a"));
  await redis.set("b", "first", "GET", "PX", 60_000);
  seen.push(await expiryOf(redis, "b"));
  await redis.set("c", "first", "px", 60_000);
  seen.push(await expiryOf(redis, "c"));
  const upper = [await redis.set("d", "first", "NX"), await redis.set("d", "second", "NX")];
  const lower = [await redis.set("e", "first", "nx"), await redis.set("e", "second", "nx")];
  console.log(`${seen.join(" ")}, ${upper.map(String).join(" ")}, ${lower.join(" ")}`);
  redis.disconnect();
})();
JS
seen=$(node locks.cjs)
echo "$seen"
[ "$seen" = "expires stays stays stays, OK null, OK OK" ]
