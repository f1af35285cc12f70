import {
  type CredentialsProvider,
  fromAssumeRole,
  fromMfaSession,
  type MfaCodeSource,
} from "@org/sts-client/credentials";
import { diskCache, fromIni, readSharedConfig } from "@org/sts-client/credentials/node";

/**
 * Credentials of a profile, with one MFA code for all roles of a user.
 *
 * `mfa_serial` can be in the profile with the keys or in a role's profile, as in the AWS CLI. The AWS CLI asks for a code
 * for each role; here one code gets a session of the user, which then assumes the roles. Sessions are kept in
 * `~/.aws/cli/cache`.
 */
export async function findCredentials(
  profile: string,
  mfaCodeSource: MfaCodeSource,
): Promise<CredentialsProvider> {
  const { profiles } = await readSharedConfig();
  const cache = diskCache();

  const providerOf = (name: string, visited: readonly string[], mfaSerial?: string): CredentialsProvider => {
    const section = profiles[name] ?? {};
    const serialNumber = section["mfa_serial"] ?? mfaSerial;
    const { role_arn: RoleArn, source_profile, duration_seconds } = section;
    const hasKeys = section["aws_access_key_id"] !== undefined;
    // A role may be in the same profile as the keys that assume it: the profile is then its own source.
    const isRole = RoleArn !== undefined && source_profile !== undefined && !(hasKeys && visited.length > 0);
    if (isRole && (source_profile === name || !visited.includes(source_profile))) {
      return fromAssumeRole({
        source: providerOf(source_profile, [...visited, name], serialNumber),
        params: {
          RoleArn,
          RoleSessionName: section["role_session_name"] ?? "aws-login",
          ExternalId: section["external_id"],
          DurationSeconds: duration_seconds === undefined ? undefined : Number(duration_seconds),
        },
        clientConfig: { profile: name },
        cache,
      });
    }
    if (hasKeys && serialNumber !== undefined)
      return fromMfaSession({ profile: name, serialNumber, mfaCodeSource, cache });
    // Everything else that a profile can contain, and the errors in it.
    return fromIni({ profile: name, mfaCodeSource, cache });
  };
  return providerOf(profile, []);
}

/** The region of a profile. Default: `us-east-1`, because every region can say whose credentials they are. */
export async function findRegion(profile: string): Promise<string> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const { profiles } = await readSharedConfig();
  return AWS_REGION || AWS_DEFAULT_REGION || profiles[profile]?.["region"] || "us-east-1";
}
