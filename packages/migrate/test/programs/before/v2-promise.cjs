const AWS = require('aws-sdk');

// Two attempts are enough for a script.
const sts = new AWS.STS({
  region: 'eu-west-1',
  endpoint: process.env.AWS_ENDPOINT_URL_STS, // the fake, in tests
  maxRetries: 1,
  signatureVersion: 'v4',
  correctClockSkew: true,
  httpOptions: { timeout: 5000, connectTimeout: 1000 },
});

async function main() {
  const who = await sts.getCallerIdentity().promise();
  console.log(who.Arn);

  const role = await sts
    .assumeRole({
      RoleArn: 'arn:aws:iam::123456789012:role/demo',
      RoleSessionName: 'script',
      DurationSeconds: 900, // the least there is
    })
    .promise();
  console.log(role.AssumedRoleUser.Arn);

  try {
    await sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/absent', RoleSessionName: 'script' }).promise();
  } catch (err) {
    if (err.code === 'AccessDenied') console.log('denied', err.statusCode);
    else throw err;
  }
}

main();
