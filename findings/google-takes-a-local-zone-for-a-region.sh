#!/usr/bin/env bash
# google-auth-library 10.9.1, Node.js 20 and later.
# To prove itself to Google Cloud as an AWS identity, a program on EC2 signs a request to STS of its region. The configuration that gcloud writes
# has the address of the instance's availability zone as `region_url`, and the library cuts off the last letter to get the region. That is right
# for us-west-2a, but not in a Local Zone or a Wavelength Zone, whose names go on behind the region: host and scope are then of a region that does
# not exist, and Google refuses the proof. AWS_REGION in the environment overrides the zone. Seen: the host for three zones.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund google-auth-library@10.9.1
cat > prove.mjs <<'JS'
import { createServer } from "node:http";
import { AwsClient } from "google-auth-library";

const session = { AccessKeyId: "ASIAIOSFODNN7EXAMPLE", SecretAccessKey: "example", Token: "example" };
let zone;
const metadata = createServer(({ url }, response) => {
  if (url === "/zone") response.end(zone);
  else if (url === "/roles") response.end("example");
  else response.setHeader("content-type", "application/json").end(JSON.stringify(session));
});
metadata.listen(0, "127.0.0.1", async () => {
  const address = `http://127.0.0.1:${metadata.address().port}`;
  for (zone of ["us-west-2a", "us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1"]) {
    const client = new AwsClient({
      type: "external_account",
      audience: "//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/example/providers/aws",
      subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
      token_url: "https://sts.googleapis.com/v1/token",
      credential_source: {
        environment_id: "aws1",
        region_url: `${address}/zone`,
        url: `${address}/roles`,
        regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
      },
    });
    const proof = JSON.parse(decodeURIComponent(await client.retrieveSubjectToken()));
    console.log(`${zone}: ${new URL(proof.url).hostname}`);
  }
  metadata.close();
});
JS
seen=$(env -u AWS_REGION -u AWS_DEFAULT_REGION -u AWS_ACCESS_KEY_ID -u HTTP_PROXY -u http_proxy timeout 60 node prove.mjs)
echo "$seen"
expected="us-west-2a: sts.us-west-2.amazonaws.com
us-west-2-lax-1a: sts.us-west-2-lax-1.amazonaws.com
us-east-1-wl1-bos-wlz-1: sts.us-east-1-wl1-bos-wlz-.amazonaws.com"
[ "$seen" = "$expected" ]
