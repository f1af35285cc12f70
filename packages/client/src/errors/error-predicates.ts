// Nothing else imports this module: bundlers share code by module, and a program that does not ask pays nothing.

/**
 * Says that credentials or a token have expired, however the service spells it: `ExpiredToken` (the caller's session,
 * 403), `ExpiredTokenException` (a web identity token or SAML assertion, 400), `ExpiredTradeInTokenException`, or
 * `RequestExpired` (a request that arrived too late, 400). Get new ones and try again.
 */
export function isExpiredCredentials(error: unknown): boolean {
  return /^(Expired(TradeIn)?Token(Exception)?|RequestExpired)$/.test(textOf(error, "name"));
}

/** Says that the service wants fewer requests. STS responds so with status 400, so only the code tells. */
export function isThrottling(error: unknown): boolean {
  const { $metadata, $retryable } = Object(error) as {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $retryable?: { readonly throttling?: boolean };
  }; // any value may be asked about, and an object of another form has other values there
  return (
    /^(BandwidthLimitExceeded|EC2ThrottledException|LimitExceededException|PriorRequestNotComplete|ProvisionedThroughputExceededException|Request(LimitExceeded|Throttled(Exception)?)|SlowDown|Thrott(led|ling)Exception|Throttling|TooManyRequestsException|TransactionInProgressException)$/.test(
      textOf(error, "name"),
    ) ||
    $metadata?.httpStatusCode === 429 ||
    $retryable?.throttling === true
  );
}

/**
 * Says that the service refused a signature because of the time in it: the local clock is wrong, or the request was kept
 * too long. The client corrects its clock by itself; the error is seen where that is turned off or did not help.
 */
export function isClockSkew(error: unknown): boolean {
  return (
    /^Request(Expired|InTheFuture|TimeTooSkewed)$/.test(textOf(error, "name")) ||
    (/^(SignatureDoesNotMatch|InvalidSignatureException|AuthFailure)$/.test(textOf(error, "name")) &&
      /signature (expired|not yet current)|skew/i.test(textOf(error, "message")))
  );
}

/**
 * Says that an MFA code was not accepted: it is wrong, it was used before, or `SerialNumber` names another device. Not
 * true when a policy asks for MFA and none was given.
 */
export function isMfaFailure(error: unknown): boolean {
  return (
    /^AccessDenied(Exception)?$/.test(textOf(error, "name")) &&
    /MultiFactorAuthentication failed/i.test(textOf(error, "message"))
  );
}

function textOf(error: unknown, member: "name" | "message"): string {
  return String(Object(error)[member]);
}
