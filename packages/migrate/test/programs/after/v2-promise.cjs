const { STS } = require('@org/sts-client');

// Two attempts are enough for a script.
const sts = new STS({
  region: 'eu-west-1',
  endpoint: process.env.AWS_ENDPOINT_URL_STS, // the fake, in tests
  maxAttempts: 2,
  requestTimeout: 5000,
  requestHandler: { connectionTimeout: 1000 },
});

async function main() {
  const who = await sts.getCallerIdentity();
  console.log(who.Arn);

  const role = await sts
    .assumeRole({
      RoleArn: 'arn:aws:iam::123456789012:role/demo',
      RoleSessionName: 'script',
      DurationSeconds: 900, // the least there is
    });
  console.log(role.AssumedRoleUser.Arn);

  try {
    await sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/absent', RoleSessionName: 'script' });
  } catch (err) {
    if (err.Code === 'AccessDenied') console.log('denied', err.$metadata?.httpStatusCode);
    else throw err;
  }
}

main();
