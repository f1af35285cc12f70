import type { HttpRequest } from "../request.ts";

/**
 * Why a proof was refused.
 *
 * | reason | meaning |
 * | --- | --- |
 * | `too-large` | the proof, or a part of it, is longer than its limit |
 * | `malformed` | the proof, or a part of it, has an invalid form |
 * | `wrong-method` | the method is not the format's |
 * | `wrong-host` | another scheme, or a host that is not the format's, not STS's or not the expected one |
 * | `wrong-path` | another path, or a port, a user or a fragment |
 * | `wrong-parameters` | a parameter or a member is unknown, duplicate or missing |
 * | `wrong-action` | the request does something else |
 * | `wrong-user` | the proof is not for the expected user, database role or cache user |
 * | `unsupported-algorithm` | not `AWS4-HMAC-SHA256` |
 * | `wrong-service`, `wrong-region` | the scope of the signature is not the format's, not the host's or not accepted |
 * | `wrong-day` | the day in the scope is not the day of the signing date |
 * | `header-not-signed` | a header that binds the proof, such as `host` or the audience, is not signed |
 * | `header-missing` | a header that was signed is not in the proof |
 * | `header-not-allowed` | a header that such a request does not have, or a duplicate |
 * | `wrong-audience` | the header that binds the proof does not have the expected value |
 * | `expires-out-of-range` | the lifetime that the proof states is missing or outside its limits |
 * | `not-yet-valid`, `expired` | signed in the future, or too long ago |
 */
export type ProofFailureReason =
  | "too-large"
  | "malformed"
  | "wrong-method"
  | "wrong-host"
  | "wrong-path"
  | "wrong-parameters"
  | "wrong-action"
  | "wrong-user"
  | "unsupported-algorithm"
  | "wrong-service"
  | "wrong-region"
  | "wrong-day"
  | "header-not-signed"
  | "header-missing"
  | "header-not-allowed"
  | "wrong-audience"
  | "expires-out-of-range"
  | "not-yet-valid"
  | "expired";

/** The proof is refused. */
export interface ProofFailure {
  /** False: do not trust the proof, and send nothing. */
  readonly ok: false;
  /** Why, as a stable string. */
  readonly reason: ProofFailureReason;
  /** Why, in one line for a log. Contains no token, no signature and nothing else from the proof. */
  readonly message: string;
}

/** The request in a proof, in the form that `fetch`, `verify` and this project's servers take. */
export interface ProofRequest extends HttpRequest {
  /** The full URL. */
  readonly url: string;
  /** The headers by lower-case name; `host` only if it differs from the URL's. */
  readonly headers: Record<string, string>;
  /** The body; empty when there is none. */
  readonly body: string;
}

/**
 * What every accepted proof says. Its form is valid; **its signature is not checked**, because that takes the secret: pass `request` to
 * `verify`, or to STS if it is a GetCallerIdentity.
 */
export interface ProofClaim {
  /** True: the form is valid. */
  readonly ok: true;
  /** Who claims to have signed it. Not proven. */
  readonly accessKeyId: string;
  /** The region in the scope of the signature. */
  readonly region: string;
  /** When it claims to have been signed. */
  readonly date: Date;
  /** When it expires. */
  readonly expires: Date;
  /** The signature: what a store of used proofs records. */
  readonly signature: string;
  /** The request that was signed. */
  readonly request: ProofRequest;
}

/** Options of every checker. */
export interface ProofCheckOptions {
  /** The current time. Default: the `clock`. */
  readonly now?: Date | undefined;
  /** Returns the current time if there is no `now`. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
}
