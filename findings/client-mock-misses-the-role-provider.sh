#!/usr/bin/env bash
# aws-sdk-client-mock 4.1.0 with @aws-sdk/client-sts and @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later.
# mockClient(STSClient) replaces what each client of that class sends, wherever it is created. But the AWS SDK's own providers call STS with another
# class of the same name, of @aws-sdk/nested-clients: fromTemporaryCredentials, fromIni and the default chain are not mocked. A test of code
# that assumes a role through them sends its request to the real STS, with whatever keys the machine has; the mock has seen no call and says nothing.
# Seen: the same AssumeRole by the mocked client and by the provider: a reply of the mock, then a request to the host of AWS.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-sdk-client-mock@4.1.0 @aws-sdk/client-sts@3.1173.0 @aws-sdk/credential-providers@3.1173.0
cat > mocked.mjs <<'JS'
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { mockClient } from "aws-sdk-client-mock";

const mock = mockClient(STSClient);
const Credentials = { AccessKeyId: "ASIAIOSFODNN7EXAMPLE", SecretAccessKey: "example", SessionToken: "example" };
mock.on(AssumeRoleCommand).resolves({ Credentials });

const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const params = { RoleArn: "arn:aws:iam::123456789012:role/example", RoleSessionName: "example" };
const requestHandler = {
  handle: async ({ hostname }) => {
    throw new Error(`would be sent to ${hostname}`);
  },
};
const clientConfig = { region: "us-east-1", requestHandler, maxAttempts: 1 };
const answer = await new STSClient({ ...clientConfig, credentials: keys }).send(new AssumeRoleCommand(params));
console.log(answer.Credentials.AccessKeyId, mock.calls().length);
const provider = fromTemporaryCredentials({ masterCredentials: keys, params, clientConfig });
const error = await provider().catch((failure) => failure);
console.log(error.message, mock.calls().length);
JS
seen=$(NODE_NO_WARNINGS=1 node mocked.mjs)
echo "$seen"
expected="ASIAIOSFODNN7EXAMPLE 1
would be sent to sts.us-east-1.amazonaws.com 1"
[ "$seen" = "$expected" ]
