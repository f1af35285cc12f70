#!/usr/bin/env bash
# @aws-sdk/client-sts 3.1173.0 with @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later.
# The AWS SDK learns from the Date header of an answer that the local clock is wrong, and signs with the corrected time. Whether credentials have
# expired it still asks the local clock. With a clock one hour fast, a role's session of one hour looks expired when it arrives: each signature is
# right, everything works, and each call assumes the role several times. With a right clock three calls need one session.
# Seen: 1 AssumeRole request for three calls with a right clock, 9 with one that is an hour fast (one of them refused, to learn the time).
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-sts@3.1173.0 @aws-sdk/credential-providers@3.1173.0
cat > clock.mjs <<'JS'
import { createServer } from "node:http";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";

const HOUR = 3_600_000;
const namespace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

async function countRoles(localAhead) {
  let roles = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => (body += data)).on("end", () => {
      const now = Date.now() - localAhead;
      const action = new URLSearchParams(body).get("Action");
      if (action === "AssumeRole") roles += 1;
      const signed = request.headers["x-amz-date"].replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z");
      const isRight = Math.abs(Date.parse(signed) - now) < 300_000;
      response.writeHead(isRight ? 200 : 403, { "content-type": "text/xml", date: new Date(now).toUTCString() });
      const credentials = `<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey>
<SessionToken>example</SessionToken><Expiration>${new Date(now + HOUR).toISOString()}</Expiration></Credentials>`;
      const result = action === "AssumeRole" ? credentials : "<Account>123456789012</Account>";
      response.end(
        isRight
          ? `<${action}Response ${namespace}><${action}Result>${result}</${action}Result></${action}Response>`
          : `<ErrorResponse ${namespace}><Error><Code>SignatureDoesNotMatch</Code><Message>Time.</Message></Error></ErrorResponse>`,
      );
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const clientConfig = { region: "us-east-1", endpoint: `http://127.0.0.1:${server.address().port}` };
  const credentials = fromTemporaryCredentials({
    masterCredentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
    params: { RoleArn: "arn:aws:iam::123456789012:role/example", RoleSessionName: "example" },
    clientConfig,
  });
  const client = new STSClient({ ...clientConfig, credentials });
  for (let call = 0; call < 3; call += 1) await client.send(new GetCallerIdentityCommand({}));
  client.destroy();
  server.closeAllConnections();
  server.close();
  return roles;
}
console.log(`${await countRoles(0)} ${await countRoles(HOUR)}`);
JS
seen=$(NODE_NO_WARNINGS=1 node clock.mjs)
echo "AssumeRole requests for three calls, clock right and one hour fast: $seen"
[ "$seen" = "1 9" ]
