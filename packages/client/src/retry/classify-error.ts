import type { RetryErrorType } from "./standard-strategy.ts";

/**
 * Says what kind of failure an error is, whoever made it: throttling by code at any status, transient statuses and
 * codes, and the network errors of every runtime. Looks through `cause`. An `AbortError` is never transient.
 */
export function classifyError(error: unknown): RetryErrorType {
  if (isThrottling(error)) return "THROTTLING";
  if (isTransient(error)) return "TRANSIENT";
  return statusOf(error) >= 500 ? "SERVER_ERROR" : "CLIENT_ERROR";
}

/**
 * Says that a failed attempt cannot have been acted upon: the service refused it before looking at its contents, or it
 * never got there. Only then may a one-time code be sent again.
 */
export function isUntouched(error: unknown): boolean {
  return (
    isThrottling(error) ||
    SIGNATURE_CODES.test(nameOf(error)) ||
    anyCause(error, (each) => NOT_CONNECTED.test(each.code ?? ""))
  );
}

/** Says that the service may have refused the request because of the clock. */
export function isClockSkewError(error: unknown): boolean {
  return nameOf(error) === "AccessDeniedException" || SIGNATURE_CODES.test(nameOf(error));
}

/** The fields of an error that any maker may have set. */
interface AnyError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
  readonly $retryable?: { readonly throttling?: boolean };
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function isThrottling(error: unknown): boolean {
  return (
    statusOf(error) === 429 ||
    THROTTLING_CODES.test(nameOf(error)) ||
    fieldsOf(error).$retryable?.throttling === true
  );
}

function isTransient(error: unknown): boolean {
  return anyCause(error, (each) => {
    const { name = "", message = "", code = "", $retryable } = each;
    return (
      $retryable !== undefined ||
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

/** Walks the causes, so that an error is judged by what is underneath too. */
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

const SIGNATURE_CODES: RegExp =
  /^(AuthFailure|InvalidSignatureException|Request(Expired|InTheFuture|TimeTooSkewed)|SignatureDoesNotMatch)$/;
const THROTTLING_CODES: RegExp =
  /^(BandwidthLimitExceeded|EC2ThrottledException|LimitExceededException|PriorRequestNotComplete|ProvisionedThroughputExceededException|Request(LimitExceeded|Throttled(Exception)?)|SlowDown|Thrott(led|ling)Exception|Throttling|TooManyRequestsException|TransactionInProgressException)$/;
const TRANSIENT_NAMES: RegExp = /^(TimeoutError|RequestTimeout(Exception)?)$/;
const TRANSIENT_STATUS: RegExp = /^(408|50[0234])$/;
// Codes of failures in front of the connection; undici's and Bun's own names among them.
const NOT_CONNECTED: RegExp =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket|ERR_CONNECT_TIMEOUT)$/;
const NETWORK_CODES: RegExp =
  /^(ERR_NETWORK|ERR_TIMEOUT|ECONN(RESET|REFUSED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_\w+|Connection(Refused|Closed)|FailedToOpenSocket)$/;
// What fetch says in Chromium, Firefox, WebKit, React Native and Deno when there is no connection.
const NETWORK_MESSAGES: RegExp =
  /^(Failed to fetch|NetworkError when|Load failed|The (Internet|network) connection|Network (request failed|connection lost)|fetch failed|error sending request|terminated)/;
