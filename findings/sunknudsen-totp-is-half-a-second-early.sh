#!/usr/bin/env bash
# @sunknudsen/totp 1.2.0 and otpauth 9.5.2, Node.js 20 and later.
# By RFC 6238 the number of a step is rounded down. @sunknudsen/totp first rounds the time to the nearest second, so in the last half second of every
# 30 its code is already that of the next step. STS has not reached that step yet; and who remembers which codes were used by the
# step, since each is good once, books it to the wrong one. Seen: half a second before a step ends it gives the next step's code, otpauth the right one.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @sunknudsen/totp@1.2.0 otpauth@9.5.2
cat > code.cjs <<'JS'
const { generateToken } = require("@sunknudsen/totp");
const { TOTP } = require("otpauth");

const secret = "DMJKP7AU22WKWRG3DNIQ3ERA";
const step = Date.parse("2030-01-01T00:00:00Z");
const own = (timestamp) => generateToken(secret, "SHA1", timestamp);
const other = (timestamp) => new TOTP({ secret }).generate({ timestamp });
const agree = [step, step + 29_499, step + 29_500, step + 29_999].map((time) => own(time) === other(time));
console.log(agree.join(" "), own(step + 29_500) === other(step + 30_000));
JS
seen=$(node code.cjs)
echo "agrees with otpauth at 0, 29.499, 29.5 and 29.999 s; is the next code at 29.5 s: $seen"
[ "$seen" = "true true false false true" ]
