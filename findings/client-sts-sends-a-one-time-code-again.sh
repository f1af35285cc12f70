#!/usr/bin/env bash
# @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later.
# A code of an MFA device is good for one request. fromTemporaryCredentials asks its mfaCodeProvider once, and its client then repeats a request that
# failed, with the same code. When STS has issued the session but the answer gets lost, the repetition cannot succeed: its code is spent. The caller
# sees a denial instead of the lost connection, and looks for a mistake in code or clock.
# Seen: a server that answers the first request with 503, and each code once, gets the same code twice; the program's error is AccessDenied.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/credential-providers@3.1173.0
cat > once.mjs <<'JS'
import { createServer } from "node:http";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";

const codes = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (data) => (body += data)).on("end", () => {
    const code = new URLSearchParams(body).get("TokenCode");
    const isSpent = codes.includes(code);
    codes.push(code);
    response.writeHead(isSpent ? 403 : 503, { "content-type": "text/xml" });
    response.end(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
<Code>${isSpent ? "AccessDenied" : "ServiceUnavailable"}</Code>
<Message>MultiFactorAuthentication failed with invalid MFA one time pass code.</Message></Error></ErrorResponse>`);
  });
});
server.listen(0, "127.0.0.1", async () => {
  let asked = 0;
  const provider = fromTemporaryCredentials({
    masterCredentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
    mfaCodeProvider: async () => String(123_456 + asked++),
    params: {
      RoleArn: "arn:aws:iam::123456789012:role/example",
      RoleSessionName: "example",
      SerialNumber: "arn:aws:iam::123456789012:mfa/example",
    },
    clientConfig: { region: "us-east-1", endpoint: `http://127.0.0.1:${server.address().port}` },
  });
  const error = await provider().catch((refused) => refused);
  console.log(codes.join(" "), `asked ${asked}`, error.name);
  server.close();
  server.closeAllConnections();
});
JS
seen=$(NODE_NO_WARNINGS=1 node once.mjs)
echo "$seen"
[ "$seen" = "123456 123456 asked 1 AccessDenied" ]
