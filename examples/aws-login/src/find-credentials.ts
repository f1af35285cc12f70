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
 * `mfa_serial` may stand in the profile with the keys or in that of a role, as for the AWS CLI. The AWS CLI asks for a code
 * for each role; here the code buys a session of the user, and the roles are assumed with that. Sessions are kept in
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
    // A role may stand beside the keys that assume it: its profile is then its own source.
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
    // Everything else that a profile can say, and what is wrong with it.
    return fromIni({ profile: name, mfaCodeSource, cache });
  };
  return providerOf(profile, []);
}

/** The region of a profile. Without one it is `us-east-1`: whose credentials they are, every region knows. */
export async function findRegion(profile: string): Promise<string> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const { profiles } = await readSharedConfig();
  return AWS_REGION || AWS_DEFAULT_REGION || profiles[profile]?.["region"] || "us-east-1";
}
