#!/usr/bin/env bash
# @aws-sdk/client-sts 3.1173.0 with @aws-sdk/xml-builder 3.972.43, Node.js 20 and later.
# XML may write any character as a number. The reader of the AWS SDK keeps the lower 16 bits of such a number only: a character above U+FFFF, such as
# the first letter of a Japanese family name, U+20BB7, becomes U+0BB7, a letter of the Tamil script. Written in UTF-8 it is read
# rightly, so the same answer differs by how its server writes XML. Seen: the subject of a SAML session, as number and in UTF-8.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-sts@3.1173.0 @aws-sdk/xml-builder@3.972.43
cat > letters.mjs <<'JS'
import { createServer } from "node:http";
import { AssumeRoleWithSAMLCommand, STSClient } from "@aws-sdk/client-sts";

let subject;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response.setHeader("content-type", "text/xml").end(`<AssumeRoleWithSAMLResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithSAMLResult><Subject>${subject}</Subject></AssumeRoleWithSAMLResult></AssumeRoleWithSAMLResponse>`);
  });
});
server.listen(0, "127.0.0.1", async () => {
  const client = new STSClient({ region: "us-east-1", endpoint: `http://127.0.0.1:${server.address().port}` });
  const provider = "arn:aws:iam::123456789012:saml-provider/example";
  const input = { RoleArn: "arn:aws:iam::123456789012:role/example", PrincipalArn: provider, SAMLAssertion: "example" };
  for (subject of ["&#x20BB7;", "\u{20BB7}"]) {
    const { Subject } = await client.send(new AssumeRoleWithSAMLCommand(input));
    console.log(Subject.codePointAt(0).toString(16));
  }
  server.close();
  client.destroy();
});
JS
seen=$(NODE_NO_WARNINGS=1 node letters.mjs | tr '\n' ' ')
echo "$seen"
[ "$seen" = "bb7 20bb7 " ]
