import { type ConditionContext, findContextValue } from "./policy-variables.ts";

/**
 * Condition keys that requests to STS can have, or that a policy can use without being wrong: the global keys of
 * the IAM User Guide and those of STS, IAM and SAML in the Service Authorization Reference, both as of 2026-09-26. Many
 * never occur in a fake, such as those of a VPC.
 */
const KNOWN_KEYS: ReadonlySet<string> = new Set(
  `
  aws:PrincipalArn aws:PrincipalAccount aws:PrincipalOrgPaths aws:PrincipalOrgID aws:PrincipalIsAWSService
  aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:PrincipalType aws:userid aws:username
  aws:AssumedRoot aws:FederatedProvider aws:TokenIssueTime aws:MultiFactorAuthAge aws:MultiFactorAuthPresent
  aws:ChatbotSourceArn aws:Ec2InstanceSourceVpc aws:Ec2InstanceSourcePrivateIPv4 aws:SourceIdentity
  aws:SignInSessionArn aws:SourceIp aws:SourceVpc aws:SourceVpce aws:SourceVpcArn aws:VpceAccount aws:VpceOrgID
  aws:VpceOrgPaths aws:VpcSourceIp aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:CalledVia
  aws:CalledViaFirst aws:CalledViaLast aws:ViaAWSService aws:CurrentTime aws:EpochTime aws:Referer
  aws:RequestedRegion aws:TagKeys aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceOrgID
  aws:SourceOrgPaths aws:UserAgent
  sts:AWSServiceName sts:DurationSeconds sts:ExternalId sts:IdentityTokenAudience sts:RequestContextProviders
  sts:RoleAuthorizedByIdp sts:RoleSessionName sts:SigningAlgorithm sts:SourceIdentity sts:TaskPolicyArn
  sts:TransitiveTagKeys
  codebuild:BuildArn codebuild:ProjectArn ec2:RoleDelivery ec2:SourceInstanceArn glue:CredentialIssuingService
  glue:RoleAssumedBy identitystore:UserId lambda:SourceFunctionArn ssm:SourceInstanceArn
  `
    .toLowerCase()
    .trim()
    .split(/\s+/),
);

/** Prefixes of keys that end in the name of a tag or of a context. */
const FAMILIES = [
  "aws:principaltag/",
  "aws:requesttag/",
  "aws:resourcetag/",
  "iam:resourcetag/",
  "sts:requestcontext/",
];

/** The fake's message about a condition key that does not exist; `undefined` for one that does. */
export function findUnknownKey(key: string, context: ConditionContext): string | undefined {
  if (KNOWN_KEYS.has(key) || FAMILIES.some((family) => key.startsWith(family))) return undefined;
  if (findContextValue(context, key) !== undefined) return undefined;
  const prefix = key.slice(0, key.indexOf(":"));
  // Keys of an identity provider begin with its host, and those of SAML are checked with the assertion.
  if (prefix.includes(".") || prefix === "saml") return undefined;
  return `${key} is no condition key that the fake knows; it counts as absent from every request`;
}
