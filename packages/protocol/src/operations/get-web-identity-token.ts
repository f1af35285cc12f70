import {
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  SessionDurationEscalationException,
} from "../exceptions.ts";
import type { InputIssue } from "../invalid-input-error.ts";
import type { Operation } from "../operation.ts";
import { combination } from "./combination.ts";
import { type Tag, tags } from "./session-tags.ts";
import { text } from "./shapes.ts";

/** Who a token can name as its subject, under the AWS SDK's names for the values. */
export const WebIdentityTokenSubjectModeType: {
  /** The token's subject is the calling AWS principal. */
  readonly AWS_IDENTITY: "AWSIdentity";
  /** The token's subject is the end user on whose behalf the calling session acts. */
  readonly ORIGIN_IDENTITY: "OriginIdentity";
} = { AWS_IDENTITY: "AWSIdentity", ORIGIN_IDENTITY: "OriginIdentity" };

/** Who a token names as its subject. */
export type WebIdentityTokenSubjectModeType =
  (typeof WebIdentityTokenSubjectModeType)[keyof typeof WebIdentityTokenSubjectModeType];

/**
 * Input of {@link GetWebIdentityToken}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html#API_GetWebIdentityToken_RequestParameters Request parameters}
 */
export interface GetWebIdentityTokenRequest {
  /**
   * Who the token is for: its `aud`, which the recipient must compare with itself. One to ten, 1 to 1,000 characters each.
   * Required.
   */
  Audience: string[] | undefined;
  /** How the token is signed: `RS256` (RSA) or `ES384` (ECDSA). Required. */
  SigningAlgorithm: string | undefined;
  /** How long the token is valid, in seconds: 60 to 3,600 (one hour). Default: 300 (5 minutes). */
  DurationSeconds?: number | undefined;
  /**
   * OAuth 2.0 scope values separated by one space, copied into the token unchanged. Only with `SubjectMode`
   * `OriginIdentity` and exactly one audience; the caller then needs `sts:SetWebIdentityTokenScope` too. Default: none.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-3.3 RFC 6749, section 3.3}
   */
  Scope?: string | undefined;
  /**
   * Who the token's `sub` names. Default: `AWSIdentity`, the ARN of the caller. `OriginIdentity` names the end user, and
   * needs a calling session with trusted identity propagation context.
   */
  SubjectMode?: WebIdentityTokenSubjectModeType | undefined;
  /** Claims to put into the token, at most 50. Default: none. */
  Tags?: Tag[] | undefined;
}

/**
 * Output of {@link GetWebIdentityToken}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html#API_GetWebIdentityToken_ResponseElements Response elements}
 */
export interface GetWebIdentityTokenResponse {
  /** The signed token, a JWT. Its keys are published at the issuer's JWKS endpoint. Redacted wherever values are printed. */
  WebIdentityToken: string;
  /** When the token stops being valid. */
  Expiration: Date;
}

/**
 * Returns a signed token that proves the caller's identity to services outside AWS that understand OpenID Connect.
 *
 * The account must have enabled outbound web identity federation. The global endpoint does not serve it: give the client a region.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html GetWebIdentityToken}
 */
export const GetWebIdentityToken: Operation<GetWebIdentityTokenRequest, GetWebIdentityTokenResponse> = {
  name: "GetWebIdentityToken",
  auth: "sigv4",
  input: {
    Audience: {
      kind: "list",
      required: true,
      min: 1,
      max: 10,
      member: { kind: "string", min: 1, max: 1000 },
    },
    SigningAlgorithm: { kind: "string", required: true, min: 5, max: 5 },
    DurationSeconds: { kind: "integer", min: 60, max: 3600 },
    Scope: text,
    SubjectMode: text,
    Tags: tags,
  },
  output: {
    WebIdentityToken: { kind: "string", required: true, sensitive: true },
    Expiration: { kind: "timestamp", required: true },
  },
  errors: [
    SessionDurationEscalationException,
    OutboundWebIdentityFederationDisabledException,
    JWTPayloadSizeExceededException,
  ],
  globalEndpoint: false,
  check: checkToken,
};

function checkToken({
  Audience,
  SigningAlgorithm,
  Scope,
  SubjectMode,
}: GetWebIdentityTokenRequest): InputIssue[] {
  const issues =
    SigningAlgorithm === "RS256" || SigningAlgorithm === "ES384"
      ? []
      : combination("SigningAlgorithm", `is ${JSON.stringify(SigningAlgorithm)}, but must be RS256 or ES384`);
  if (!Scope) return issues;
  if (SubjectMode !== "OriginIdentity")
    issues.push(...combination("Scope", "is only allowed with SubjectMode OriginIdentity"));
  if (Audience?.length !== 1)
    issues.push(...combination("Audience", "must have exactly one item when Scope is given"));
  return issues;
}
