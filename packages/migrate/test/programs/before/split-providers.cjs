const { fromEnv, fromProcess: runProcess, fromTokenFile } = require("@aws-sdk/credential-providers");
const client = require("@aws-sdk/client-sts");

async function main() {
  const sts = new client.STS({ region: "eu-west-1", credentials: fromEnv() });
  console.log((await sts.getCallerIdentity({})).UserId);

  for (const provider of [runProcess({ profile: "absent" }), fromTokenFile({ webIdentityTokenFile: "/absent/token" })]) {
    await provider().catch((error) => console.log(error.name));
  }
}

main();
