'use strict';

const { STSClient, GetCallerIdentityCommand, AssumeRoleCommand } = require('@aws-sdk/client-sts');

const sts = new STSClient({ region: 'eu-west-1' }); // one client for the whole program

sts.send(new GetCallerIdentityCommand({}), function (err, data) {
  if (err) return console.error(err);
  console.log('account', data.Account);
  sts.send(new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${data.Account}:role/demo`,
    RoleSessionName: 'cli',
  }), (error, role) => {
    if (error) return console.error(error);
    console.log('role', role.AssumedRoleUser.Arn);
  });
});
