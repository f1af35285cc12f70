import {
  type GetWebIdentityTokenRequest,
  type GetWebIdentityTokenResponse,
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  SessionDurationEscalationException,
} from "@org/sts-protocol";

import { requirePermission } from "../fake/authorize.ts";
import { callerContext, sessionTagContext } from "../fake/request-context.ts";
import { accessDenied, validationError } from "../fake/service-errors.ts";
import type { SignedRule } from "./rule.ts";
import { readTags } from "./session-parameters.ts";

/** Largest payload of a token, in bytes. */
const MAX_PAYLOAD_BYTES = 8192;

/** Issues a JWT that the fake's key set verifies. */
export const getWebIdentityToken: SignedRule<
  GetWebIdentityTokenRequest,
  GetWebIdentityTokenResponse
> = async (input, context) => {
  const { caller, now, world, issuer, region } = context;
  const { identity, session } = caller;
  const { Audience, SigningAlgorithm, DurationSeconds = 300, Scope, SubjectMode } = input;
  if (SigningAlgorithm !== "RS256" && SigningAlgorithm !== "ES384") {
    throw validationError(
      `1 validation error detected: Value '${SigningAlgorithm}' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RS256, ES384]`,
    );
  }
  checkScope(Scope, SubjectMode, Audience.length);
  const requestTags = readTags(input.Tags ?? []);
  const conditions = {
    ...callerContext(context),
    ...sessionTagContext(requestTags),
    "sts:identitytokenaudience": Audience,
    "sts:durationseconds": String(DurationSeconds),
    "sts:signingalgorithm": SigningAlgorithm,
  };
  const actions = [
    "sts:GetWebIdentityToken",
    ...(Object.keys(requestTags).length > 0 ? ["sts:TagGetWebIdentityToken"] : []),
    ...(Scope === undefined ? [] : ["sts:SetWebIdentityTokenScope"]),
  ];
  for (const action of actions) requirePermission(context, { action, conditions });
  if (world.account(identity.account).outboundWebIdentityFederation === false) {
    throw new OutboundWebIdentityFederationDisabledException({
      message: `Outbound web identity federation is not enabled for account ${identity.account}`,
    });
  }
  const issuedAt = Math.floor(now / 1000);
  const exp = issuedAt + DurationSeconds;
  if (session !== undefined && exp * 1000 > session.expiration) {
    throw new SessionDurationEscalationException({
      message: "The requested token duration would extend beyond the expiration of the calling session",
    });
  }
  const subject = SubjectMode === "OriginIdentity" ? session?.originSubject : identity.principalArn;
  if (subject === undefined) {
    throw accessDenied("The calling session was not made from an identity of another provider");
  }
  const claims = {
    iss: issuer.url(identity.account),
    sub: subject,
    aud: Audience.length === 1 ? Audience[0] : Audience,
    iat: issuedAt,
    exp,
    ...(Scope === undefined ? {} : { scope: Scope }),
    "https://sts.amazonaws.com/": {
      aws_account: identity.account,
      source_region: region,
      principal_id: identity.arn,
      ...(session === undefined ? {} : { original_session_exp: new Date(session.expiration).toISOString() }),
      ...(Object.keys(requestTags).length === 0 ? {} : { request_tags: requestTags }),
    },
  };
  if (JSON.stringify(claims).length > MAX_PAYLOAD_BYTES) {
    throw new JWTPayloadSizeExceededException({ message: "The payload of the requested token is too large" });
  }
  return {
    WebIdentityToken: await issuer.sign(SigningAlgorithm, claims),
    Expiration: new Date(exp * 1000),
  };
};

function checkScope(scope: string | undefined, mode: string | undefined, audiences: number): void {
  if (mode !== undefined && mode !== "AWSIdentity" && mode !== "OriginIdentity") {
    throw validationError(
      `1 validation error detected: Value '${mode}' at 'subjectMode' failed to satisfy constraint: Member must satisfy enum value set: [AWSIdentity, OriginIdentity]`,
    );
  }
  if (scope === undefined) return;
  const values = scope.split(" ");
  if (
    new Set(values).size < values.length ||
    values.some((value) => !/^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+$/.test(value))
  ) {
    throw validationError("Scope must be distinct values of RFC 6749 with one space between them");
  }
  if (mode !== "OriginIdentity" || audiences !== 1) {
    throw validationError("Scope needs SubjectMode OriginIdentity and exactly one audience");
  }
}
