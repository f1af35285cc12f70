#!/usr/bin/env bash
# minio 8.0.7 (the JavaScript client) with @aws-sdk/credential-providers 3.1173.0 beside it, Node.js 20 and later.
# IamAwsProvider fetches the role's credentials of an EC2 instance, an ECS task or an EKS pod. On EC2 it looks for "AccessKeyID" in the answer, where
# AWS writes "AccessKeyId": the credentials have a secret and a token but no key, and the client's first call fails with an error about the type of
# accessKey. In a task or a pod it demands a member "Code", which AWS sends on EC2 only, and always throws. Seen: the key from EC2 and the error from
# a container's address, then what the AWS SDK reads from the same two.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund minio@8.0.7 @aws-sdk/credential-providers@3.1173.0
cat > role.mjs <<'JS'
import { createServer } from "node:http";
import { fromHttp, fromInstanceMetadata } from "@aws-sdk/credential-providers";
import { IamAwsProvider } from "minio";

const credentials = {
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "example",
  Token: "example",
  Expiration: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, ""),
};
const answers = {
  "/latest/api/token": "example",
  "/latest/meta-data/iam/security-credentials/": "example-role",
  "/latest/meta-data/iam/security-credentials/example-role": JSON.stringify({ Code: "Success", Type: "AWS-HMAC", ...credentials }),
  "/v2/credentials/example": JSON.stringify({ RoleArn: "arn:aws:iam::123456789012:role/example", ...credentials }),
};
const server = createServer((request, response) => response.end(answers[request.url.replace(/\/+/g, "/")]));
server.listen(0, "127.0.0.1", async () => {
  const customEndpoint = `http://127.0.0.1:${server.address().port}`;
  const show = (name, asked) => asked.then(
    (result) => console.log(name, result.accessKey ?? result.accessKeyId),
    (error) => console.log(name, error.message.replace(/.*example failed/, "failed")),
  );
  await show("minio, EC2:", new IamAwsProvider({ customEndpoint }).getCredentials());
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${customEndpoint}/v2/credentials/example`;
  await show("minio, container:", new IamAwsProvider({}).getCredentials());
  await show("AWS SDK, container:", fromHttp()());
  process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = customEndpoint;
  await show("AWS SDK, EC2:", fromInstanceMetadata()());
  server.close();
  server.closeAllConnections();
});
JS
unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
seen=$(NODE_NO_WARNINGS=1 node role.mjs)
echo "$seen"
expected='minio, EC2: undefined
minio, container: failed with code undefined and message undefined
AWS SDK, container: ASIAIOSFODNN7EXAMPLE
AWS SDK, EC2: ASIAIOSFODNN7EXAMPLE'
[ "$seen" = "$expected" ]
