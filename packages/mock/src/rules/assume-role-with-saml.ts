import {
  type AssumeRoleWithSAMLRequest,
  type AssumeRoleWithSAMLResponse,
  InvalidIdentityTokenException,
} from "@org/sts-protocol";

import { refuseByRule, refuseUnknownRole, requireTrustOfProvider } from "../fake/authorize.ts";
import type { ConditionContext } from "../fake/policy-variables.ts";
import { samlAttributeContext } from "../fake/identity-provider-keys.ts";
import { requestContext, roleContext, sessionTagContext } from "../fake/request-context.ts";
import { SAML_ATTRIBUTES, type SamlIdentity } from "../fake/saml.ts";
import { accessDenied, validationError } from "../fake/service-errors.ts";
import { findRole, issueRoleSession } from "./role-session.ts";
import type { UnsignedRule } from "./rule.ts";
import { checkSessionParameters } from "./session-parameters.ts";

/** Signature, provider and trust policy; session name, duration, tags and source identity come from the assertion. */
export const assumeRoleWithSaml: UnsignedRule<AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse> = async (
  input,
  context,
) => {
  const role = findRole(context, input.RoleArn);
  const provider = context.providers.findSaml(input.PrincipalArn);
  if (provider === undefined) {
    throw new InvalidIdentityTokenException({ message: "Specified provider doesn't exist" });
  }
  // Loaded here, because it brings an XML signature library; where that cannot run, a replacement is loaded.
  const { verifySaml } = await import("#verify-saml");
  const identity = verifySaml(input.SAMLAssertion, provider, context.now);
  const read = (name: string): readonly string[] => identity.attributes.get(SAML_ATTRIBUTES + name) ?? [];

  const wantsRole = read("Role").some((value) => {
    // AWS is reported to accept a comma at the end. More than two ARNs are several roles in one value, as some libraries write them.
    const arns = value
      .split(",")
      .map((arn) => arn.trim())
      .filter(Boolean);
    return arns.length === 2 && arns.includes(input.RoleArn) && arns.includes(input.PrincipalArn);
  });
  if (!wantsRole) {
    throw refuseByRule(
      context,
      accessDenied("Not authorized to perform sts:AssumeRoleWithSAML"),
      `no value of the attribute ${SAML_ATTRIBUTES}Role pairs ${input.RoleArn} with ${input.PrincipalArn}`,
    );
  }
  const [sessionName] = read("RoleSessionName");
  if (sessionName === undefined || !SESSION_NAME.test(sessionName)) {
    throw new InvalidIdentityTokenException({ message: "RoleSessionName is required in AuthnResponse" });
  }
  const [sourceIdentity] = read("SourceIdentity");
  if (sourceIdentity !== undefined && !SESSION_NAME.test(sourceIdentity)) {
    throw new InvalidIdentityTokenException({ message: "SourceIdentity in AuthnResponse is not acceptable" });
  }
  const parameters = checkSessionParameters(context, {
    ...input,
    ...readTags(identity),
    TransitiveTagKeys: [...read("TransitiveTagKeys")],
  });
  const NameQualifier = await qualifierOf(identity.issuer, provider.account, provider.name);
  if (role === undefined) {
    throw refuseUnknownRole(context, accessDenied("Not authorized to perform sts:AssumeRoleWithSAML"), {
      action: "sts:AssumeRoleWithSAML",
      resource: input.RoleArn,
    });
  }
  const conditions: ConditionContext = {
    ...requestContext(context),
    ...roleContext(role, context.world),
    ...sessionTagContext(parameters.requestTags, parameters.transitiveTagKeys),
    ...samlAttributeContext(identity.attributes),
    "saml:aud": identity.audience,
    "saml:iss": identity.issuer,
    "saml:sub": identity.subject,
    "saml:sub_type": identity.subjectType,
    "saml:namequalifier": NameQualifier,
    "saml:doc": `${provider.account}/${provider.name}`,
    "sts:rolesessionname": sessionName,
    "sts:sourceidentity": sourceIdentity,
    "aws:federatedprovider": provider.arn,
  };
  const actions = [
    "sts:AssumeRoleWithSAML",
    ...(parameters.isTagged ? ["sts:TagSession"] : []),
    ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
  ];
  for (const action of actions) {
    requireTrustOfProvider(context, role, { action, conditions, providerNames: [provider.arn] });
  }
  const session = await issueRoleSession(context, {
    role,
    sessionName,
    durationSeconds: input.DurationSeconds ?? durationOf(read("SessionDuration")[0]),
    parameters,
    sourceIdentity,
    minimumTokenBytes: input.MinimumSessionTokenSize,
    endsBy: identity.sessionEnd,
    originSubject: identity.subject,
    federatedProvider: provider.arn,
  });
  return {
    ...session,
    Subject: identity.subject,
    SubjectType: identity.subjectType,
    Issuer: identity.issuer,
    Audience: identity.audience,
    NameQualifier,
  };
};

/** Names of sessions and source identities have the same form. */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

function readTags({ attributes }: SamlIdentity): { Tags: { Key: string; Value: string }[] } {
  const prefix = `${SAML_ATTRIBUTES}PrincipalTag:`;
  return {
    Tags: [...attributes]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => ({ Key: name.slice(prefix.length), Value: values[0] ?? "" })),
  };
}

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200) return seconds;
  throw validationError("The SessionDuration attribute must be a number of seconds from 900 to 43200");
}

/** Base64 of the SHA-1 of issuer, account and provider, as the service documents it. */
async function qualifierOf(issuer: string, account: string, provider: string): Promise<string> {
  const text = new TextEncoder().encode(`${issuer}${account}/${provider}`);
  return btoa(String.fromCodePoint(...new Uint8Array(await crypto.subtle.digest("SHA-1", text))));
}
