#!/usr/bin/env bash
# aws-azure-login 3.6.4, Node.js 20 and later.
# This tool signs in at Azure AD and assumes a role with the SAML response. It asks for the length of the session in hours, up to 12, and accepts any
# number above 0, also as azure_default_duration_hours of a profile; then it keeps the digits before the point only. With 1.5 the session lasts an
# hour. With 0.5 it asks for 0 seconds, and STS, whose least is 900, refuses after the whole sign-in. Seen, by the functions between the sign-in and
# the request: DurationSeconds for 1, 1.5 and 0.5 hours.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts aws-azure-login@3.6.4
cat > hours.cjs <<'JS'
const { createServer } = require("node:http");
const { login } = require("aws-azure-login/lib/login.js");

let seconds;
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (data) => (body += data)).on("end", () => {
    seconds = new URLSearchParams(body).get("DurationSeconds");
    response.setHeader("content-type", "text/xml").end(`<AssumeRoleWithSAMLResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithSAMLResult></AssumeRoleWithSAMLResult></AssumeRoleWithSAMLResponse>`);
  });
});
server.listen(0, "127.0.0.1", async () => {
  process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${server.address().port}`;
  const account = "arn:aws:iam::123456789012";
  const roles = [{ roleArn: `${account}:role/example`, principalArn: `${account}:saml-provider/example` }];
  for (const hours of ["1", "1.5", "0.5"]) {
    const { role, durationHours } = await login._askUserForRoleAndDurationAsync(roles, true, roles[0].roleArn, hours);
    await login._assumeRoleAsync("default", "example", role, durationHours, false, "us-east-1");
    console.log("hours", hours, "seconds", seconds);
  }
  server.close();
  server.closeAllConnections();
});
JS
export HOME="$folder" NODE_NO_WARNINGS=1
seen=$(node hours.cjs | grep ^hours)
echo "$seen"
expected="hours 1 seconds 3600
hours 1.5 seconds 3600
hours 0.5 seconds 0"
[ "$seen" = "$expected" ]
