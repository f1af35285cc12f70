// An agent on an instance: metadata first, the environment where there is none.
const providers = require("@org/sts-client/credentials");
const GetAccessKeyInfo = require("@org/sts-client").GetAccessKeyInfoCommand;
const { STSClient } = require("@org/sts-client");

function credentials() {
  if (process.env.ON_INSTANCE) return providers.fromInstanceMetadata({ timeoutMs: 500, maxRetries: 1 });
  return providers.fromEnv();
}

(async function () {
  const sts = new STSClient({ region: "eu-west-1", credentials: credentials() });
  const { Account } = await sts.send(new GetAccessKeyInfo({ AccessKeyId: "AKIAIOSFODNN7EXAMPLE" }));
  console.log(Account);
})();
