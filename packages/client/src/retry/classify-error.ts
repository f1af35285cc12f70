import type { RetryErrorType } from "./standard-strategy.ts";

/**
 * Returns what kind of failure an error is, whoever threw it: throttling by code at any status, transient statuses and
 * codes, and the network errors of every runtime. Looks through `cause`. An `AbortError` is never transient.
 */
export function classifyError(error: unknown): RetryErrorType {
  if (isThrottling(error)) return "THROTTLING";
  if (isTransient(error)) return "TRANSIENT";
  return statusOf(error) >= 500 ? "SERVER_ERROR" : "CLIENT_ERROR";
}

/**
 * Returns whether a failed attempt cannot have been acted upon: the service refused it before looking at its contents, or it
 * never left this machine. Only then may a one-time value be sent again.
 */
export function isUntouched(error: unknown): boolean {
  return isThrottling(error) || SIGNATURE_CODES.test(nameOf(error)) || anyCause(error, isNotConnected);
}

/** Returns whether a call that failed for good cannot have used up its one-time value: no attempt can have been acted upon. */
export function isUnused(error: unknown): boolean {
  const { name = "", code = "" } = fieldsOf(error);
  if (code === "ERR_NOT_RESENT" || code === "ERR_DEADLINE") return false;
  return isUntouched(error) || NOT_BEGUN_CODES.test(code) || NOT_BEGUN_NAMES.test(name);
}

/** Returns whether the session of the credentials that signed the request has ended, or their key is no longer known. */
export function isRejectedKey(error: unknown): boolean {
  return REJECTED_KEY.test(nameOf(error));
}

/** Returns whether the service may have refused the request because of the clock. */
export function isClockSkewError(error: unknown): boolean {
  return nameOf(error) === "AccessDeniedException" || SIGNATURE_CODES.test(nameOf(error));
}

/** The fields that any error may have, whoever threw it. */
interface AnyError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
  readonly syscall?: string;
  readonly errors?: unknown;
  readonly wasSent?: boolean;
  readonly $retryable?: { readonly throttling?: boolean };
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
}

function isThrottling(error: unknown): boolean {
  return (
    statusOf(error) === 429 ||
    THROTTLING_CODES.test(nameOf(error)) ||
    fieldsOf(error).$retryable?.throttling === true
  );
}

function isTransient(error: unknown): boolean {
  // A certificate that is not trusted now is not trusted in a second.
  if (anyCause(error, isCertificateError)) return false;
  return anyCause(error, (each) => {
    const { name = "", message = "", code = "", $retryable, $metadata } = each;
    return (
      $retryable !== undefined ||
      // Set by the AWS SDK on what it has signed with a wrong clock.
      $metadata?.clockSkewCorrected === true ||
      TRANSIENT_STATUS.test(`${statusOf(each)}`) ||
      TRANSIENT_NAMES.test(name) ||
      NETWORK_CODES.test(code) ||
      (each instanceof TypeError && NETWORK_MESSAGES.test(message)) ||
      (name === "InvalidSignatureException" && /signature expired/i.test(message)) ||
      // The service could not fetch the identity provider's keys just now.
      (name.startsWith("InvalidIdentityToken") && /verification key/i.test(message)) ||
      (code === "ERR_HTTP2_STREAM_ERROR" && /REFUSED_STREAM/.test(message))
    );
  });
}

// How far the request got is decisive: if the runtime says which step failed, that counts, not the name of the failure.
function isNotConnected(error: AnyError): boolean {
  const { code = "", message = "", syscall, errors, wasSent, cause } = error;
  if (wasSent !== undefined) return !wasSent;
  // Our errors show the details of the first address that was tried; their cause has all of them.
  if (code === "ERR_NETWORK" && cause !== undefined) return false;
  // One error for each address that was tried.
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((each) => isNotConnected(fieldsOf(each)));
  if (syscall !== undefined && /^(connect|getaddrinfo|queryA?)/.test(syscall)) return true;
  if (syscall !== undefined && /^(read|write)/.test(syscall)) return TLS_REFUSED.test(code);
  return (
    NOT_CONNECTED.test(code) ||
    NOT_CONNECTED_MESSAGES.test(message) ||
    TLS_REFUSED.test(code) ||
    isCertificateError(error)
  );
}

function isCertificateError({ code = "" }: AnyError): boolean {
  return CERTIFICATE_CODES.test(code);
}

/** Walks the causes, so that an error is also judged by what is underneath. */
function anyCause(error: unknown, test: (each: AnyError) => boolean): boolean {
  for (
    let each = error, depth = 0;
    each !== undefined && depth <= 10;
    each = fieldsOf(each).cause, depth += 1
  ) {
    if (nameOf(each) === "AbortError" || fieldsOf(each).code === "ERR_DEADLINE") return false;
    if (test(fieldsOf(each))) return true;
  }
  return false;
}

function fieldsOf(error: unknown): AnyError {
  return typeof error === "object" && error !== null ? error : {};
}

function nameOf(error: unknown): string {
  return fieldsOf(error).name ?? "";
}

function statusOf(error: unknown): number {
  return fieldsOf(error).$metadata?.httpStatusCode ?? 0;
}

const REJECTED_KEY: RegExp = /^(ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException)$/;
// What is noticed before the first request.
const NOT_BEGUN_CODES: RegExp = /^ERR_(REGION_MISSING|REGION_INVALID|ENDPOINT|CONFIG|PACKAGE_MISSING)$/;
const NOT_BEGUN_NAMES: RegExp = /^(InvalidInputError|SignerError|CredentialsProviderError)$/;
const SIGNATURE_CODES: RegExp =
  /^(AuthFailure|InvalidSignatureException|Request(Expired|InTheFuture|TimeTooSkewed)|SignatureDoesNotMatch)$/;
const THROTTLING_CODES: RegExp =
  /^(BandwidthLimitExceeded|EC2ThrottledException|LimitExceededException|PriorRequestNotComplete|ProvisionedThroughputExceededException|Request(LimitExceeded|Throttled(Exception)?)|SlowDown|Thrott(led|ling)Exception|Throttling|TooManyRequestsException|TransactionInProgressException)$/;
const TRANSIENT_NAMES: RegExp = /^(TimeoutError|RequestTimeout(Exception)?)$/;
const TRANSIENT_STATUS: RegExp = /^(408|50[0234])$/;
// Codes of failures before the connection; undici's and Bun's own names among them.
const NOT_CONNECTED: RegExp =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket|ERR_CONNECT_TIMEOUT)$/;
// Problems with the other side's certificate, under the names of OpenSSL, BoringSSL and Node.js.
const CERTIFICATE_CODES: RegExp =
  /^(CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|(DEPTH_ZERO_)?SELF_SIGNED_CERT(_IN_CHAIN)?|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_\w+|ERROR_IN_CERT_\w+|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED)$/;
// The other side does not use TLS, or no version that we support; either way it has not seen a request.
const TLS_REFUSED: RegExp =
  /^ERR_SSL_(WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|\w*ALERT_(HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNRECOGNIZED_NAME|INSUFFICIENT_SECURITY|NO_APPLICATION_PROTOCOL|INTERNAL_ERROR))$/;
// Node.js's message for a handshake that breaks off, and undici's for a proxy that opens no tunnel.
const NOT_CONNECTED_MESSAGES: RegExp = /before secure TLS connection was established|when HTTP Tunneling/;
const NETWORK_CODES: RegExp =
  /^(ERR_NETWORK|ERR_TIMEOUT|ECONN(RESET|REFUSED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_\w+|Connection(Refused|Closed)|FailedToOpenSocket)$/;
// The message of `fetch` in Chromium, Firefox, WebKit, React Native and Deno when there is no connection.
const NETWORK_MESSAGES: RegExp =
  /^(Failed to fetch|NetworkError when|Load failed|The (Internet|network) connection|Network (request failed|connection lost)|fetch failed|error sending request|terminated)/;
