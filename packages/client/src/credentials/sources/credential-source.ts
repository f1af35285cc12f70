import type { AwsCredentialIdentity } from "../provider.ts";

/**
 * Records on credentials where they came from, under the feature names and one-letter ids of the AWS SDKs.
 *
 * AWS clients report them in the user agent; here they also say whether assuming a further role would be role chaining.
 */
export function withSource(
  identity: AwsCredentialIdentity,
  feature: string,
  id: string,
): AwsCredentialIdentity {
  return { ...identity, $source: { ...identity.$source, [feature]: id } };
}

/**
 * Whether credentials are known to belong to a role, so that a role assumed with them is chained
 * and its session cannot last longer than an hour.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining Role chaining}
 */
export function isRoleSession(identity: AwsCredentialIdentity): boolean {
  return Object.values(identity.$source ?? {}).some((id) => ROLE_SOURCES.has(id));
}

// AssumeRole, SAML, web identity, SSO (both forms), container and instance metadata all return a role's
// credentials.
const ROLE_SOURCES = new Set(["i", "j", "k", "s", "u", "z", "0"]);
