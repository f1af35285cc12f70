// An agent on an instance: metadata first, the environment where there is none.
const providers = require("@aws-sdk/credential-providers");
const GetAccessKeyInfo = require("@aws-sdk/client-sts").GetAccessKeyInfoCommand;
const { STSClient } = require("@aws-sdk/client-sts");

function credentials() {
  if (process.env.ON_INSTANCE) return providers.fromInstanceMetadata({ timeout: 500, maxRetries: 1 });
  return providers.fromEnv();
}

(async function () {
  const sts = new STSClient({ region: "eu-west-1", credentials: credentials() });
  const { Account } = await sts.send(new GetAccessKeyInfo({ AccessKeyId: "AKIAIOSFODNN7EXAMPLE" }));
  console.log(Account);
})();
