const { STS } = require("@org/sts-client");

const sts = new STS({
  region: "eu-west-1",
  endpoint: process.env.AWS_ENDPOINT_URL_STS,
  maxAttempts: 2, // a script can be run again
  requestTimeout: 5000,
});

sts.getCallerIdentity({}, async (err, data) => {
  if (err) throw err;
  console.log(data.Account);
  try {
    const RoleArn = `arn:aws:iam::${data.Account}:role/absent`;
    await sts.assumeRole({ RoleArn, RoleSessionName: "release" });
  } catch (error) {
    console.log(error.Code === "AccessDenied" ? `denied: ${error.$metadata?.httpStatusCode}` : error);
  }
});
