/** What is known about a call that the service refused. */
export interface FailedCall {
  /** Name of the operation. */
  readonly operation: string;
  /** `false`: the global endpoint does not serve the operation. */
  readonly globalEndpoint?: false | undefined;
  /** Host that responded. */
  readonly host: string;
  /** The operation's input. */
  readonly input: object;
  /** Headers of the request as it was sent, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** How far the local clock is off from the service's in milliseconds, positive when the local clock is behind. */
  readonly clockOffsetMs: number;
}

/**
 * Returns the probable cause of a refusal and what to do about it, or `undefined` if neither can be known. Contains no
 * secret: of the request it reads only the access key id's prefix, whether there is a session token, and members that
 * are not secret.
 */
export function hintFor(
  error: { readonly name: string; readonly message: string },
  call: FailedCall,
): string | undefined {
  const { name, message } = error;
  if (name.startsWith("AccessDenied") && /MultiFactorAuthentication failed/i.test(message))
    return mfaHint(message, call);
  if (
    /^Request(Expired|InTheFuture|TimeTooSkewed)$/.test(name) ||
    /^signature (expired|not yet current)/i.test(message)
  )
    return clockHint(call);
  const { host, operation } = call;
  if (call.globalEndpoint === false && host === "sts.amazonaws.com")
    return `The global endpoint does not serve ${operation}: give the client a region.`;
  switch (name) {
    case "InvalidClientTokenId":
    case "UnrecognizedClientException":
      return keyHint(call);
    case "RegionDisabledException":
      return `STS is not activated at ${host} for this account: activate it in the IAM console, or use another region.`;
    case "OptInRequired":
      return `The account has not enabled the region of ${host}: enable it, or use another region.`;
    case "SignatureDoesNotMatch":
    case "InvalidSignatureException":
      if (/scoped to/.test(message))
        return `The request was signed for another region than that of ${host}: compare region and endpoint.`;
      return "The secret access key does not belong to the access key id (truncated? a blank at its end?), or a proxy has changed the request.";
    case "MissingAuthenticationToken":
    case "IncompleteSignature":
      return "A proxy, or middleware behind the signer, has changed the authorization header.";
    case "ExpiredToken":
      return "The credentials that signed the request have expired: get new ones, or use a provider that refreshes them.";
    case "ExpiredTokenException":
      return "The token or assertion in the request has expired: get a new one.";
    case "PackedPolicyTooLargeException":
      return "Session policies and tags together take more than 100 % of the space in the session token: use a managed policy, or fewer or shorter tags.";
    case "InvalidIdentityTokenException":
      return identityHint(message);
    case "ValidationError":
      return durationHint(message);
    case "AccessDenied":
    case "AccessDeniedException":
      return accessHint(message, call);
    case "InvalidAction":
    case "NoSuchVersion":
      return `${host} does not know ${operation}: it may not be STS, or not all of it.`;
    default:
      return undefined;
  }
}

function mfaHint(message: string, { input }: FailedCall): string {
  if (!/unable to validate/i.test(message))
    return "The MFA code is wrong or was used before: each code works once. Wait for the next one, up to 30 seconds.";
  const { SerialNumber = "" } = input as { readonly SerialNumber?: string }; // only operations with MFA fail this way
  return /:iam::\d*:user\//.test(SerialNumber)
    ? "SerialNumber names the user, not the device: write :mfa/ in place of :user/."
    : "SerialNumber must name the caller's own MFA device: its ARN (arn:aws:iam::<account>:mfa/<device>) or a hardware device's serial number. If it does, the device's clock may be off.";
}

function clockHint({ clockOffsetMs, headers }: FailedCall): string {
  const seconds = Math.round(Math.abs(clockOffsetMs) / 1000);
  const measured =
    seconds > 0
      ? `The local clock is ${seconds} s ${clockOffsetMs > 0 ? "behind" : "ahead of"} the service's.`
      : `The request was dated ${headers["x-amz-date"] ?? "otherwise"}.`;
  return `${measured} Set the clock, or leave the client's clock skew correction on.`;
}

function keyHint({ host, headers }: FailedCall): string {
  const keyId = /Credential=(\w+)/.exec(headers["authorization"] ?? "")?.[1] ?? "";
  const hasToken = headers["x-amz-security-token"] !== undefined;
  if (keyId.startsWith("ASIA") && !hasToken)
    return "The access key id begins with ASIA: it is temporary, but no session token was given (AWS_SESSION_TOKEN).";
  if (keyId.startsWith("AKIA") && hasToken)
    return "The access key id begins with AKIA: it is long-term, but a session token was given. Remove a left-over AWS_SESSION_TOKEN.";
  const partition = host.endsWith(".cn")
    ? "China"
    : host.includes("us-gov-")
      ? "AWS GovCloud (US)"
      : "the commercial regions";
  const token = hasToken
    ? " Tokens of the global endpoint are not valid in regions that must be enabled first."
    : "";
  return `${host} serves ${partition} and does not know the access key: it may be deleted, deactivated or of another partition.${token}`;
}

function identityHint(message: string): string | undefined {
  if (/verification key/i.test(message))
    return "STS could not fetch the identity provider's keys: try again.";
  if (/no openidconnect provider/i.test(message))
    return "The role's account has no OpenID Connect provider for the token's issuer: create one in IAM whose URL is the token's iss claim.";
  return /audience/i.test(message)
    ? "The token's aud claim is not among the audiences of the OpenID Connect provider in IAM."
    : undefined;
}

function durationHint(message: string): string | undefined {
  if (/role chaining/i.test(message))
    return "The credentials of a role get at most one hour for the next role (role chaining): ask for 3600 seconds or less, or use the credentials of a user.";
  return /MaxSessionDuration/i.test(message)
    ? "DurationSeconds is more than the role's maximum session duration: ask for less, or raise the maximum in IAM."
    : undefined;
}

function accessHint(message: string, { operation }: FailedCall): string | undefined {
  if (/session credentials/i.test(message))
    return `${operation} needs the long-term credentials of an IAM user; these are temporary.`;
  if (/root accounts/i.test(message)) return "The root user cannot assume roles: use an IAM user or role.";
  return /not authorized to perform: sts:(AssumeRole|TagSession|SetSourceIdentity)/i.test(message)
    ? "A policy of the caller and the role's trust policy must both allow it; the latter may ask for an external id, MFA, tags or a source identity. Or the role does not exist."
    : undefined;
}
