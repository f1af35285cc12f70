// Nothing else imports this module: bundlers share code by module, so a program that does not use it does not load it.

/**
 * Returns whether credentials or a token have expired, however the service spells it: `ExpiredToken` (the caller's session,
 * 403), `ExpiredTokenException` (a web identity token or SAML assertion, 400), `ExpiredTradeInTokenException`, or
 * `RequestExpired` (a request that arrived too late, 400). Get new ones and retry.
 */
export function isExpiredCredentials(error: unknown): boolean {
  return /^(Expired(TradeIn)?Token(Exception)?|RequestExpired)$/.test(textOf(error, "name"));
}

/** Returns whether the service wants fewer requests. STS sends this with status 400, so only the code tells. */
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
 * Returns whether the service refused a signature because of the time in it: the local clock is wrong, or the request was delayed
 * too long. The client corrects its clock automatically; you see this error if that is turned off or did not help.
 */
export function isClockSkew(error: unknown): boolean {
  return (
    /^Request(Expired|InTheFuture|TimeTooSkewed)$/.test(textOf(error, "name")) ||
    (/^(SignatureDoesNotMatch|InvalidSignatureException|AuthFailure)$/.test(textOf(error, "name")) &&
      /signature (expired|not yet current)|skew/i.test(textOf(error, "message")))
  );
}

/**
 * Returns whether an MFA code was not accepted: it is wrong, it was used before, or `SerialNumber` names another device. It is
 * `false` when a policy requires MFA and no code was given.
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
