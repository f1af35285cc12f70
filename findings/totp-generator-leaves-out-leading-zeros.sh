#!/usr/bin/env bash
# totp-generator 2.0.1 and otpauth 9.5.2, Node.js 20 and later.
# By RFC 4226 a code of six digits has six digits, leading zeros included. totp-generator takes the last six digits of a number of 31 bits, which
# are six unless that number is below 100000, as it is once in 21475 codes: about once in a week for a device. Then the code is too short, and STS,
# whose TokenCode is exactly six digits, refuses it. The option explicitZeroPad, off by default, mends it; its README shows it for eight digits.
# Seen for the README's secret at 2026-01-06T02:22:00Z: by default, with the option, and from otpauth.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund totp-generator@2.0.1 otpauth@9.5.2
cat > code.mjs <<'JS'
import { TOTP as OtpAuth } from "otpauth";
import { TOTP } from "totp-generator";

const secret = "JBSWY3DPEHPK3PXP";
const timestamp = Date.parse("2026-01-06T02:22:00Z");
const byDefault = await TOTP.generate(secret, { timestamp });
const padded = await TOTP.generate(secret, { timestamp, explicitZeroPad: true });
console.log(byDefault.otp, padded.otp, new OtpAuth({ secret }).generate({ timestamp }));
JS
seen=$(node code.mjs)
echo "$seen"
[ "$seen" = "11771 011771 011771" ]
