const AWS = require("aws-sdk");

const sts = new AWS.STS({
  region: "eu-west-1",
  endpoint: process.env.AWS_ENDPOINT_URL_STS,
  maxRetries: 1, // a script can be run again
  httpOptions: { timeout: 5000 },
});

sts.getCallerIdentity(async (err, data) => {
  if (err) throw err;
  console.log(data.Account);
  try {
    const RoleArn = `arn:aws:iam::${data.Account}:role/absent`;
    await sts.assumeRole({ RoleArn, RoleSessionName: "release" }).promise();
  } catch (error) {
    console.log(error.code === "AccessDenied" ? `denied: ${error.statusCode}` : error);
  }
});
