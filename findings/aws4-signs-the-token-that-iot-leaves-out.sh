#!/usr/bin/env bash
# aws4 1.13.2, aws4fetch 1.0.20 and aws-iot-device-sdk 2.2.16, Node.js 20 and later.
# Services sign the session token in a presigned URL like any other parameter, except AWS IoT, which wants it added after the signature. AWS's own
# device SDK and aws4fetch do so for the service iotdevicegateway; aws4, asked for the same URL of the same service, signs the token too.
# With long-term keys all three agree, so the mistake shows only with temporary credentials. Seen: whether the signatures of aws4 and of
# aws4fetch equal the device SDK's, without and with a token.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws4@1.13.2 aws4fetch@1.0.20 aws-iot-device-sdk@2.2.16
cat > mqtt.mjs <<'JS'
import aws4 from "aws4";
import { AwsV4Signer } from "aws4fetch";
import iot from "aws-iot-device-sdk";

const host = "example-ats.iot.us-east-1.amazonaws.com";
const scope = { service: "iotdevicegateway", region: "us-east-1" };
const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
for (const sessionToken of [undefined, "example"]) {
  const credentials = { ...keys, sessionToken };
  const own = new URL(iot.device.prepareWebSocketUrl({ host, region: scope.region }, keys.accessKeyId, keys.secretAccessKey, sessionToken));
  const time = own.searchParams.get("X-Amz-Date");
  const other = aws4.sign({ ...scope, host, path: `/mqtt?X-Amz-Date=${time}`, signQuery: true }, credentials);
  const third = await new AwsV4Signer({ ...scope, ...credentials, url: `wss://${host}/mqtt`, signQuery: true, datetime: time }).sign();
  const [expected, ...found] = [own, new URL(other.path, own), third.url].map((url) => url.searchParams.get("X-Amz-Signature"));
  console.log(found.map((signature) => signature === expected).join(" "));
}
JS
seen=$(node mqtt.mjs | tr '\n' ';')
echo "aws4 and aws4fetch agree with the device SDK, without and with a token: $seen"
[ "$seen" = "true true;false true;" ]
