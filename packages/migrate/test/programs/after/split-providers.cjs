const { fromEnv } = require("@org/sts-client/credentials");
const { fromProcess: runProcess, fromTokenFile } = require("@org/sts-client/credentials/node");
const client = require("@org/sts-client");

async function main() {
  const sts = new client.STS({ region: "eu-west-1", credentials: fromEnv() });
  console.log((await sts.getCallerIdentity({})).UserId);

  for (const provider of [runProcess({ profile: "absent" }), fromTokenFile({ webIdentityTokenFile: "/absent/token" })]) {
    await provider().catch((error) => console.log(error.name));
  }
}

main();
