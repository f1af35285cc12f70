import {
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
  InvalidIdentityTokenException,
} from "@org/sts-protocol";

import { refuseUnknownRole, requireTrustOfProvider } from "../fake/authorize.ts";
import type { OidcProvider } from "../fake/identity-providers.ts";
import { conditionKeysOf } from "../fake/policy.ts";
import type { OneOrMany } from "../fake/policy-document.ts";
import type { ConditionContext } from "../fake/policy-variables.ts";
import type { Principal } from "../fake/principals.ts";
import { requestContext, roleContext, sessionTagContext } from "../fake/request-context.ts";
import { accessDenied, validationError } from "../fake/service-errors.ts";
import { findRole, issueRoleSession } from "./role-session.ts";
import type { UnsignedRule } from "./rule.ts";
import { checkSessionParameters } from "./session-parameters.ts";

const TAGS_CLAIM = "https://aws.amazon.com/tags";
const FLAT_TAG_CLAIM = `${TAGS_CLAIM}/principal_tags/`;
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
    { now: context.now, note: context.note },
  );
  const tags = readTagClaims(claims);
  const sourceIdentity = readSourceIdentity(claims[SOURCE_IDENTITY_CLAIM]);
  const parameters = checkSessionParameters(context, { ...input, ...tags });
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
    ...claimContext(provider, claims, audience),
    "sts:rolesessionname": input.RoleSessionName,
    "sts:sourceidentity": sourceIdentity,
    "aws:federatedprovider": provider.arn,
  };
  noteClaims(role, provider, { claims, noteOnce: context.noteOnce });
  const actions = [
    "sts:AssumeRoleWithWebIdentity",
    ...(parameters.isTagged ? ["sts:TagSession"] : []),
    ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
  ];
  for (const action of actions) {
    const host = provider.conditionKeys.isBuiltIn ? [provider.conditionPrefix] : [];
    requireTrustOfProvider(context, role, { action, conditions, providerNames: [provider.arn, ...host] });
  }
  const session = await issueRoleSession(context, {
    role,
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds,
    parameters,
    sourceIdentity: sourceIdentity,
    minimumTokenBytes: input.MinimumSessionTokenSize,
    originSubject: subject,
    federatedProvider: provider.arn,
  });
  return { ...session, SubjectFromWebIdentityToken: subject, Provider: issuer, Audience: audience };
};

/** The claims that are condition keys of the provider. Google's `aud` is `azp` if there is one; `oaud` is always `aud`. */
function claimContext(
  { conditionPrefix, conditionKeys }: OidcProvider,
  claims: Readonly<Record<string, unknown>>,
  audience: string,
): Record<string, OneOrMany> {
  const known = { ...claims, aud: audience, oaud: claims["aud"] };
  return Object.fromEntries(
    conditionKeys.names.flatMap((name) => {
      const value = findClaim(known, name);
      const items = [value].flat().filter((item) => ["string", "number", "boolean"].includes(typeof item));
      const texts = items.map(String);
      const [first] = texts;
      if (first === undefined) return [];
      return [[`${conditionPrefix}:${name}`.toLowerCase(), texts.length === 1 ? first : texts] as const];
    }),
  );
}

/** A claim by its name; one with a `/` may also be a member of another claim, as `google/organization_number` is. */
function findClaim(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  const [outer = "", inner = ""] = name.split("/", 2);
  const object = Object.hasOwn(claims, outer) ? claims[outer] : undefined;
  return typeof object === "object" && object !== null
    ? Object.entries(object).find(([key]) => key === inner)?.[1]
    : undefined;
}

/** Tells the log when the trust policy asks about a claim or a name that is not an AWS condition key. */
function noteClaims(
  { trustPolicy }: Principal,
  { conditionPrefix, conditionKeys }: OidcProvider,
  { claims, noteOnce }: { readonly claims: object; readonly noteOnce: (text: string) => void },
): void {
  const prefix = `${conditionPrefix.toLowerCase()}:`;
  for (const key of conditionKeysOf(trustPolicy)) {
    const name = key.slice(prefix.length);
    if (!key.startsWith(prefix) || conditionKeys.names.includes(name)) continue;
    const isClaim = Object.keys(claims).some((claim) => claim.toLowerCase() === name);
    noteOnce(
      isClaim
        ? `claim ${name} is no condition key of ${conditionPrefix}; AWS would not see it`
        : `${key} is no condition key of ${conditionPrefix}; it counts as absent from every token`,
    );
  }
}

interface TagClaims {
  readonly Tags: { Key: string; Value: string }[];
  readonly TransitiveTagKeys: string[];
}

/** Tags come in one claim, or flattened: one claim per key, whose name begins with that of the whole. */
function readTagClaims(claims: Readonly<Record<string, unknown>>): TagClaims {
  const whole = claims[TAGS_CLAIM] ?? {};
  if (typeof whole !== "object" || Array.isArray(whole)) throw invalidTags();
  const nested = Object.entries(whole);
  const member = (name: string): unknown => nested.find(([key]) => key === name)?.[1];
  const flat = Object.entries(claims).filter(([name]) => name.startsWith(FLAT_TAG_CLAIM));
  const tags = member("principal_tags") ?? {};
  const transitive = member("transitive_tag_keys") ?? claims[`${TAGS_CLAIM}/transitive_tag_keys`] ?? [];
  if (typeof tags !== "object" || Array.isArray(tags)) throw invalidTags();
  return {
    Tags: [
      ...Object.entries(tags),
      ...flat.map(([name, value]) => [name.slice(FLAT_TAG_CLAIM.length), value] as const),
    ].map(([Key, value]) => ({ Key, Value: readTag(value) })),
    TransitiveTagKeys: [transitive].flat().map((key) => {
      if (typeof key !== "string") throw invalidTags();
      return key;
    }),
  };
}

/** A tag's value is a text, or a list of one text. */
function readTag(value: unknown): string {
  const [text, second] = [value].flat();
  if (typeof text !== "string" || second !== undefined) throw invalidTags();
  return text;
}

function readSourceIdentity(claim: unknown): string | undefined {
  if (claim === undefined) return undefined;
  if (typeof claim === "string" && /^[\w+=,.@-]{2,64}$/.test(claim)) return claim;
  throw new InvalidIdentityTokenException({
    message: `The claim ${SOURCE_IDENTITY_CLAIM} is not acceptable`,
  });
}

function invalidTags(): Error {
  return new InvalidIdentityTokenException({ message: `The claim ${TAGS_CLAIM} is not acceptable` });
}
