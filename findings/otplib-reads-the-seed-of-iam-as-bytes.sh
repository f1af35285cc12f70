#!/usr/bin/env bash
# @aws-sdk/client-iam 3.1169.0 with otplib 13.5.0, speakeasy 2.0.0 and otpauth 9.5.2, Node.js 20 and later.
# CreateVirtualMFADevice of IAM returns the secret of a new device as Base32StringSeed, which its API declares as binary data. The AWS SDK makes bytes
# of it: not the bytes of the secret, but those of the Base32 text that people type. otplib takes bytes for the secret itself, and speakeasy takes a
# Buffer so, even with the encoding base32: both give other codes than the device does, without an error. String(seed) is no text either, but
# "74,66,..."; Buffer.from(seed).toString() is. Seen: the codes of one moment, from the text and from the bytes.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-iam@3.1169.0 otplib@13.5.0 speakeasy@2.0.0 otpauth@9.5.2
cat > seed.mjs <<'JS'
import { Readable } from "node:stream";
import { CreateVirtualMFADeviceCommand, IAMClient } from "@aws-sdk/client-iam";
import { Secret, TOTP } from "otpauth";
import { generate } from "otplib";
import speakeasy from "speakeasy";

const text = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const xml = `<CreateVirtualMFADeviceResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateVirtualMFADeviceResult><VirtualMFADevice>
<SerialNumber>arn:aws:iam::123456789012:mfa/example</SerialNumber><Base32StringSeed>${btoa(text)}</Base32StringSeed>
</VirtualMFADevice></CreateVirtualMFADeviceResult></CreateVirtualMFADeviceResponse>`;
const answer = { statusCode: 200, headers: { "content-type": "text/xml" }, body: Readable.from([xml]) };
const iam = new IAMClient({
  region: "us-east-1",
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
  requestHandler: { handle: async () => ({ response: answer }) },
});
const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "example" }));
const seed = VirtualMFADevice.Base32StringSeed;

const seconds = Date.UTC(2026, 0, 6, 2, 22) / 1000;
console.log("seed", String(seed).slice(0, 6), Buffer.from(seed).toString() === text);
console.log("otpauth", new TOTP({ secret: Secret.fromBase32(text) }).generate({ timestamp: seconds * 1000 }));
console.log("otplib", await generate({ secret: text, epoch: seconds }), await generate({ secret: seed, epoch: seconds }));
const code = (secret) => speakeasy.totp({ secret, encoding: "base32", time: seconds });
console.log("speakeasy", code(text), code(Buffer.from(seed)));
JS
seen=$(NODE_NO_WARNINGS=1 node seed.mjs)
echo "$seen"
expected="seed 74,66, true
otpauth 353743
otplib 353743 463470
speakeasy 353743 463470"
[ "$seen" = "$expected" ]
