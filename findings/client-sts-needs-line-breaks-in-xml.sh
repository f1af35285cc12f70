#!/usr/bin/env bash
# @aws-sdk/client-sts 3.1173.0 with @aws-sdk/xml-builder 3.972.43, Node.js 20 and later.
# White space between XML elements means nothing, but to the reader of the AWS SDK it does. With nothing or line breaks between the elements an
# answer is read; with a blank or a tab and no line break the white space is taken for the element's text and the children are lost. AssumeRole
# then succeeds without Credentials, and a refusal, here with the service's code ExpiredTokenException, becomes a TypeError about a string.
# Who writes a compatible server or a test double has to write XML as AWS does. Seen: the four results below, each for "\n" and for " ".
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-sts@3.1173.0 @aws-sdk/xml-builder@3.972.43
cat > answers.mjs <<'JS'
import { createServer } from "node:http";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

const namespace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
const assumed = [
  `<AssumeRoleResponse ${namespace}>`, "<AssumeRoleResult>", "<Credentials>", "<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>",
  "<SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>", "<SessionToken>example</SessionToken>",
  "<Expiration>2030-01-01T00:00:00Z</Expiration>", "</Credentials>", "</AssumeRoleResult>", "</AssumeRoleResponse>",
];
const refused = [
  `<ErrorResponse ${namespace}>`, "<Error>", "<Type>Sender</Type>", "<Code>ExpiredTokenException</Code>",
  "<Message>Expired.</Message>", "</Error>", "</ErrorResponse>",
];
let answer;
const server = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body));
});
server.listen(0, "127.0.0.1", async () => {
  const client = new STSClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${server.address().port}`,
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
  });
  const command = new AssumeRoleCommand({ RoleArn: "arn:aws:iam::123456789012:role/example", RoleSessionName: "example" });
  for (const [status, parts] of [[200, assumed], [400, refused]]) {
    for (const between of ["\n", " "]) {
      answer = { status, body: parts.join(between) };
      const result = await client.send(command).then(
        (output) => output.Credentials?.AccessKeyId ?? "no credentials",
        (error) => error.name,
      );
      console.log(`${status} ${JSON.stringify(between)}: ${result}`);
    }
  }
  server.close();
  client.destroy();
});
JS
seen=$(NODE_NO_WARNINGS=1 node answers.mjs)
echo "$seen"
expected='200 "\n": ASIAIOSFODNN7EXAMPLE
200 " ": no credentials
400 "\n": ExpiredTokenException
400 " ": TypeError'
[ "$seen" = "$expected" ]
