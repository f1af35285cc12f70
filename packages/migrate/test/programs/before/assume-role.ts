import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput, // the input as the service names it
  type Credentials,
  STSClient,
  type STSClientConfig,
  STSServiceException,
} from '@aws-sdk/client-sts'

const config: STSClientConfig = { region: 'eu-west-1', maxAttempts: 2 }

/** Gets a session of a role. */
async function assume(input: AssumeRoleCommandInput): Promise<Credentials> {
  const sts = new STSClient(config)
  try {
    const { Credentials: found } = await sts.send(new AssumeRoleCommand(input))
    if (!found?.AccessKeyId) throw new Error('No credentials came back')
    return found
  } finally {
    sts.destroy()
  }
}

const role = await assume({ RoleArn: 'arn:aws:iam::123456789012:role/demo', RoleSessionName: 'build' })
console.log(role.AccessKeyId?.slice(0, 4), role.Expiration instanceof Date)

try {
  await assume({ RoleArn: 'arn:aws:iam::123456789012:role/absent', RoleSessionName: 'build' })
} catch (error) {
  if (!(error instanceof STSServiceException)) throw error
  console.log(error.name, error.$fault, error.$metadata.httpStatusCode)
}
