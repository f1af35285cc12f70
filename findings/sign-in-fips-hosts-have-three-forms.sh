#!/usr/bin/env bash
# @aws-sdk/nested-clients 3.998.3, Node.js 20 and later.
# The hosts that renew an `aws login` session follow no single pattern with FIPS. In commercial regions the FIPS host leaves the website's domain for
# that of the APIs; in GovCloud it stays on the website's domain and the word moves behind the region; and us-gov-west-1 alone has no region in
# its host. Who derives the FIPS host from the ordinary one by a rule gets a name that does not exist. Seen: the four hosts below.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/nested-clients@3.998.3
cat > hosts.cjs <<'JS'
const { CreateOAuth2TokenCommand, SigninClient } = require("@aws-sdk/nested-clients/signin");

async function hostOf(region, useFipsEndpoint) {
  let host;
  const requestHandler = {
    handle: async (request) => {
      host = request.hostname;
      throw new Error("nothing is sent");
    },
  };
  const client = new SigninClient({ region, useFipsEndpoint, requestHandler, maxAttempts: 1 });
  const tokenInput = { clientId: "example", grantType: "refresh_token", refreshToken: "example" };
  await client.send(new CreateOAuth2TokenCommand({ tokenInput })).catch(() => {});
  return host;
}
(async () => {
  console.log(await hostOf("us-east-1", false));
  for (const region of ["us-east-1", "us-gov-east-1", "us-gov-west-1"]) console.log(await hostOf(region, true));
})();
JS
seen=$(NODE_NO_WARNINGS=1 node hosts.cjs)
echo "$seen"
expected="us-east-1.signin.aws.amazon.com
signin-fips.us-east-1.amazonaws.com
us-gov-east-1.signin-fips.amazonaws-us-gov.com
signin-fips.amazonaws-us-gov.com"
[ "$seen" = "$expected" ]
