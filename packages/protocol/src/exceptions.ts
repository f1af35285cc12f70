import { STSServiceException } from "./service-exception.ts";

/**
 * The web identity token or SAML assertion has expired or is invalid: get a new one from the identity provider.
 *
 * This is not the caller's own expired session, which is the unmodelled code `ExpiredToken` with status 403.
 */
export class ExpiredTokenException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "ExpiredTokenException";
  /** Wire code. */
  static readonly code = "ExpiredTokenException";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"ExpiredTokenException"`. */
  declare readonly name: "ExpiredTokenException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The trade-in token has expired: ask for a new one.
 */
export class ExpiredTradeInTokenException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "ExpiredTradeInTokenException";
  /** Wire code. */
  static readonly code = "ExpiredTradeInTokenException";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"ExpiredTradeInTokenException"`. */
  declare readonly name: "ExpiredTradeInTokenException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The identity provider could not be reached to verify the token. Often temporary, so the client retries it.
 */
export class IDPCommunicationErrorException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "IDPCommunicationErrorException";
  /** Wire code. */
  static readonly code = "IDPCommunicationError";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** The service itself says that a retry may help. */
  static readonly retryable = true;
  /** Always `"IDPCommunicationErrorException"`. */
  declare readonly name: "IDPCommunicationErrorException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The identity provider refused the token: a claim in it is invalid, or it has expired or was revoked.
 */
export class IDPRejectedClaimException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "IDPRejectedClaimException";
  /** Wire code. */
  static readonly code = "IDPRejectedClaim";
  /** HTTP status. */
  static readonly statusCode = 403;
  /** Always `"IDPRejectedClaimException"`. */
  declare readonly name: "IDPRejectedClaimException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * `DurationSeconds` asks for more than is left of the calling session. Omit it to get exactly what is left.
 */
export class InsufficientSessionLifetimeException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "InsufficientSessionLifetimeException";
  /** Wire code. */
  static readonly code = "InsufficientSessionLifetime";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"InsufficientSessionLifetimeException"`. */
  declare readonly name: "InsufficientSessionLifetimeException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The encoded message is damaged (line breaks, for instance) or has expired.
 */
export class InvalidAuthorizationMessageException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "InvalidAuthorizationMessageException";
  /** Wire code. */
  static readonly code = "InvalidAuthorizationMessageException";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"InvalidAuthorizationMessageException"`. */
  declare readonly name: "InvalidAuthorizationMessageException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * A context assertion in `ProvidedContexts` is malformed, has expired, or does not come from a trusted context provider.
 */
export class InvalidContextAssertionException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "InvalidContextAssertionException";
  /** Wire code. */
  static readonly code = "InvalidContextAssertion";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"InvalidContextAssertionException"`. */
  declare readonly name: "InvalidContextAssertionException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The token could not be validated. If the message says that a verification key could not be fetched, the cause is often temporary.
 */
export class InvalidIdentityTokenException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "InvalidIdentityTokenException";
  /** Wire code. */
  static readonly code = "InvalidIdentityToken";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"InvalidIdentityTokenException"`. */
  declare readonly name: "InvalidIdentityTokenException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The credentials that signed the request do not belong to a valid session.
 */
export class InvalidSubjectCredentialsException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "InvalidSubjectCredentialsException";
  /** Wire code. */
  static readonly code = "InvalidSubjectCredentials";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"InvalidSubjectCredentialsException"`. */
  declare readonly name: "InvalidSubjectCredentialsException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The token would be too large: use fewer or shorter tags.
 */
export class JWTPayloadSizeExceededException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "JWTPayloadSizeExceededException";
  /** Wire code. */
  static readonly code = "JWTPayloadSizeExceededException";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"JWTPayloadSizeExceededException"`. */
  declare readonly name: "JWTPayloadSizeExceededException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The session policy is not a valid policy document; the message says where.
 */
export class MalformedPolicyDocumentException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "MalformedPolicyDocumentException";
  /** Wire code. */
  static readonly code = "MalformedPolicyDocument";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"MalformedPolicyDocumentException"`. */
  declare readonly name: "MalformedPolicyDocumentException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The account has not enabled outbound web identity federation. An administrator can do so in the IAM console.
 */
export class OutboundWebIdentityFederationDisabledException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "OutboundWebIdentityFederationDisabledException";
  /** Wire code. */
  static readonly code = "OutboundWebIdentityFederationDisabledException";
  /** HTTP status. */
  static readonly statusCode = 403;
  /** Always `"OutboundWebIdentityFederationDisabledException"`. */
  declare readonly name: "OutboundWebIdentityFederationDisabledException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * Session policies and tags make the session token larger than allowed, although each is within its own limit. To see
 * this coming, watch `SessionTokenUtilization` in responses.
 */
export class PackedPolicyTooLargeException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "PackedPolicyTooLargeException";
  /** Wire code. */
  static readonly code = "PackedPolicyTooLarge";
  /** HTTP status. */
  static readonly statusCode = 400;
  /** Always `"PackedPolicyTooLargeException"`. */
  declare readonly name: "PackedPolicyTooLargeException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * STS is not activated for this account in the requested region. An administrator can activate it in the IAM console.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html Managing STS in a region}
 */
export class RegionDisabledException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "RegionDisabledException";
  /** Wire code. */
  static readonly code = "RegionDisabledException";
  /** HTTP status. */
  static readonly statusCode = 403;
  /** Always `"RegionDisabledException"`. */
  declare readonly name: "RegionDisabledException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}

/**
 * The token would outlive the calling session. Ask for a shorter one.
 */
export class SessionDurationEscalationException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "SessionDurationEscalationException";
  /** Wire code. */
  static readonly code = "SessionDurationEscalationException";
  /** HTTP status. */
  static readonly statusCode = 403;
  /** Always `"SessionDurationEscalationException"`. */
  declare readonly name: "SessionDurationEscalationException";
  /** The request will fail again unchanged. */
  declare readonly $fault: "client";
}
