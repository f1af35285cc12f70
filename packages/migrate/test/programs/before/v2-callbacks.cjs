'use strict'
var STS = require('aws-sdk/clients/sts')

var sts = new STS({
  apiVersion: '2011-06-15',
  region: 'eu-west-1',
  endpoint: process.env.AWS_ENDPOINT_URL_STS,
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY
})

function report (err, data) {
  if (err) {
    console.error('failed', err.code)
    return
  }
  console.log(data.Arn || data.AssumedRoleUser.Arn)
}

sts.getCallerIdentity(function (err, data) {
  report(err, data)
  sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/demo', RoleSessionName: 'old' }, report)
  sts.getSessionToken({ DurationSeconds: 900 }).send(function (failure, session) {
    if (failure) throw failure
    console.log(session.Credentials.SessionToken.length > 0)
  })
})
