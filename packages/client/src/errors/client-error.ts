/**
 * Why the client could not make or finish a call.
 *
 * | code | meaning |
 * | --- | --- |
 * | `ERR_REGION_MISSING` | no region was given in the configuration, the environment or the profile |
 * | `ERR_REGION_INVALID` | the region cannot be part of a host name |
 * | `ERR_ENDPOINT` | the endpoint is not a URL, or contradicts FIPS or dual-stack |
 * | `ERR_CONFIG` | another configuration value, or a variable or profile key, cannot be used |
 * | `ERR_COMMAND` | the command belongs to another package or service, and cannot be used here |
 * | `ERR_NETWORK` | the request could not be sent, or the response could not be read; `cause` has the runtime's error |
 * | `ERR_TIMEOUT` | one attempt took longer than `requestTimeout`, or connecting longer than `connectionTimeout` |
 * | `ERR_DEADLINE` | all attempts together took longer than `totalTimeout` |
 * | `ERR_RESPONSE_TOO_LARGE` | the response is larger than `maxResponseBytes` |
 * | `ERR_PROOF_REFUSED` | a proof must not be redeemed: not bound, not for STS, or expired |
 * | `ERR_PROOF_USED` | the proof was redeemed before |
 * | `ERR_PROOF_STORE` | the store of used proofs failed; nothing was sent |
 * | `ERR_NOT_RESENT` | the request contains a one-time value and the failed attempt may have used it |
 */
export type STSClientErrorCode =
  | "ERR_REGION_MISSING"
  | "ERR_REGION_INVALID"
  | "ERR_ENDPOINT"
  | "ERR_CONFIG"
  | "ERR_COMMAND"
  | "ERR_NETWORK"
  | "ERR_TIMEOUT"
  | "ERR_DEADLINE"
  | "ERR_RESPONSE_TOO_LARGE"
  | "ERR_PROOF_REFUSED"
  | "ERR_PROOF_USED"
  | "ERR_PROOF_STORE"
  | "ERR_NOT_RESENT";

/**
 * The client could not make the call, or could not finish it. Branch on {@link STSClientError.code}.
 *
 * `name` is `"TimeoutError"` for the timeouts, as in the AWS SDK, and `"STSClientError"` otherwise.
 * `instanceof` works across copies of the package. Messages contain no secrets.
 */
export class STSClientError extends Error {
  /** What went wrong, as a stable code. */
  readonly code: STSClientErrorCode;
  /** What is known about the exchange, if one took place. */
  $metadata?: ClientMetadata | undefined;
  /** `false` if the request is known not to have left this machine. */
  declare readonly wasSent?: false;
  /** With `ERR_NETWORK`: the system's error number, if the runtime gives it; its code is `cause.code`. */
  declare readonly errno?: number;
  /** With `ERR_NETWORK`: the system call that failed, such as `connect`, if the runtime gives it. */
  declare readonly syscall?: string;
  /** With `ERR_NETWORK`: the address that was tried, if the runtime gives it. */
  declare readonly address?: string;
  /** With `ERR_NETWORK`: the port that was tried, if the runtime gives it. */
  declare readonly port?: number;
  /** With `ERR_NETWORK`: the host name that was looked up, if the runtime gives it. */
  declare readonly hostname?: string;
  /** With `ERR_NOT_RESENT` after an MFA code: when the device shows a code that has not been used. */
  declare readonly nextCodeAt?: Date;

  /**
   * @param code - stable code
   * @param message - what happened and what to do
   * @param options - `cause`: the underlying error
   */
  constructor(code: STSClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    // JSON and `{ ...error }` then include it, as in the AWS SDK.
    Object.defineProperty(this, "message", { enumerable: true });
    this.name = /TIME|DEAD/.test(code) ? "TimeoutError" : "STSClientError";
    this.code = code;
  }

  /** Compares by what an error is, not by which copy of the package created it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return (
      value instanceof Error &&
      /^(STSClient|Timeout)Error$/.test(value.name) &&
      "code" in value &&
      String(value.code).startsWith("ERR_")
    );
  }
}

/** What the client knows about the exchange behind a result or an error. */
export interface ClientMetadata {
  /** HTTP status of the last response. */
  httpStatusCode?: number;
  /** The service's id of the request, from the header or else the body. Quote it to AWS support. */
  requestId?: string;
  /** A second id that some endpoints return (`x-amz-id-2`). */
  extendedRequestId?: string;
  /** CloudFront's request id, if CloudFront was involved. */
  cfId?: string;
  /** How often the request was sent. */
  attempts?: number;
  /** Total milliseconds waited between attempts. */
  totalRetryDelay?: number;
  /** How far the local clock is off from the service's in milliseconds, positive when the local clock is behind. Not enumerable. */
  readonly clockSkew?: number | undefined;
  /** The service's clock when it responded, from the `Date` header. Not enumerable. */
  readonly serverTime?: Date | undefined;
  /** When the last response arrived, by the local clock. Not enumerable. */
  readonly responseTime?: Date | undefined;
  /** The result of each attempt, in order. Not enumerable. */
  readonly attemptResults?: readonly AttemptResult[] | undefined;
}

/** The result of one attempt. */
export interface AttemptResult {
  /** HTTP status, when there was a response. */
  readonly statusCode?: number | undefined;
  /** Milliseconds from sending to the last byte, or to the failure. */
  readonly durationMs: number;
  /** The error of a failed attempt. */
  readonly error?: unknown;
}
