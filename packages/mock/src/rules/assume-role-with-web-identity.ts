import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from "@org/sts-protocol";

import { refuseUnknownRole, requireTrustOfProvider } from "../fake/authorize.ts";
import type { OneOrMany } from "../fake/policy-document.ts";
import type { ConditionContext } from "../fake/policy-variables.ts";
import { requestContext, roleContext, sessionTagContext } from "../fake/request-context.ts";
import { accessDenied, validationError } from "../fake/service-errors.ts";
import { findRole, issueRoleSession } from "./role-session.ts";
import type { UnsignedRule } from "./rule.ts";
import { checkSessionParameters } from "./session-parameters.ts";

const TAGS_CLAIM = "https://aws.amazon.com/tags";
const SOURCE_IDENTITY_CLAIM = "https://aws.amazon.com/source_identity";

/** Token, provider and trust policy; session tags and source identity come from the token's claims. */
export const assumeRoleWithWebIdentity: UnsignedRule<
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse
> = async (input, context) => {
  const role = findRole(context, input.RoleArn);
  const account = /::(\d{12}):/.exec(input.RoleArn)?.[1] ?? "";
  if (input.ProviderId !== undefined) {
    throw validationError(
      "ProviderId is only for OAuth 2.0 access tokens, which this fake does not verify; leave it out",
    );
  }
  // Loaded here: it brings a JOSE library.
  const { verifyWebIdentity } = await import("../fake/web-identity.ts");
  const { subject, issuer, audience, claims, provider } = await verifyWebIdentity(
    input.WebIdentityToken,
    (url) => context.providers.findOidc(account, url),
    context.now,
  );
  const tags = readTagsClaim(claims[TAGS_CLAIM]);
  const sourceIdentity = claims[SOURCE_IDENTITY_CLAIM];
  const parameters = checkSessionParameters({ ...input, ...tags });
  const prefix = provider.conditionPrefix.toLowerCase();
  if (role === undefined) {
    throw refuseUnknownRole(
      context,
      accessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity"),
      {
        action: "sts:AssumeRoleWithWebIdentity",
        resource: input.RoleArn,
      },
    );
  }
  const conditions: ConditionContext = {
    ...requestContext(context),
    ...roleContext(role, context.world),
    ...sessionTagContext(parameters.requestTags, parameters.transitiveTagKeys),
    ...claimContext(prefix, claims),
    [`${prefix}:aud`]: audience,
    [`${prefix}:sub`]: subject,
    "sts:rolesessionname": input.RoleSessionName,
    "sts:sourceidentity": typeof sourceIdentity === "string" ? sourceIdentity : undefined,
    "aws:federatedprovider": provider.arn,
  };
  const actions = [
    "sts:AssumeRoleWithWebIdentity",
    ...(parameters.isTagged ? ["sts:TagSession"] : []),
    ...(typeof sourceIdentity === "string" ? ["sts:SetSourceIdentity"] : []),
  ];
  for (const action of actions) {
    const providerNames = [provider.arn, provider.conditionPrefix];
    requireTrustOfProvider(context, role, { action, conditions, providerNames });
  }
  const session = await issueRoleSession(context, {
    role,
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds,
    parameters,
    sourceIdentity: typeof sourceIdentity === "string" ? sourceIdentity : undefined,
    minimumTokenBytes: input.MinimumSessionTokenSize,
    originSubject: subject,
    federatedProvider: provider.arn,
  });
  return { ...session, SubjectFromWebIdentityToken: subject, Provider: issuer, Audience: audience };
};

function claimContext(prefix: string, claims: Readonly<Record<string, unknown>>): Record<string, OneOrMany> {
  return Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) => {
      const items = [value].flat().filter((item) => ["string", "number", "boolean"].includes(typeof item));
      const texts = items.map(String);
      const [first = ""] = texts;
      return texts.length === 0
        ? []
        : [[`${prefix}:${name.toLowerCase()}`, texts.length === 1 ? first : texts] as const];
    }),
  );
}

function readTagsClaim(claim: unknown): {
  Tags?: { Key: string; Value: string }[];
  TransitiveTagKeys?: string[];
} {
  if (typeof claim !== "object" || claim === null) return {};
  const { principal_tags: tags, transitive_tag_keys: transitive } = claim as Readonly<
    Record<string, unknown>
  >; // both are looked at below
  const entries = typeof tags === "object" && tags !== null ? Object.entries(tags) : [];
  return {
    Tags: entries.map(([Key, value]) => ({ Key, Value: String(Array.isArray(value) ? value[0] : value) })),
    TransitiveTagKeys: Array.isArray(transitive) ? transitive.map(String) : [],
  };
}
