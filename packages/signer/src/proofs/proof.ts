import type { HttpRequest } from "../request.ts";

/**
 * Why a proof was refused.
 *
 * | reason | meaning |
 * | --- | --- |
 * | `too-large` | the proof, or a part of it, is longer than its limit |
 * | `malformed` | it does not have the form, or a part of it does not |
 * | `wrong-method` | the method is not the one of the format |
 * | `wrong-host` | another scheme, or a host that is not the format's, not STS's or not the expected one |
 * | `wrong-path` | another path, or a port, a user or a fragment |
 * | `wrong-parameters` | a parameter or a member that does not belong there, twice, or missing |
 * | `wrong-action` | the request does something else |
 * | `wrong-user` | the proof is not for the expected user, database role or cache user |
 * | `unsupported-algorithm` | not `AWS4-HMAC-SHA256` |
 * | `wrong-service`, `wrong-region` | the scope of the signature is not the format's, not the host's or not accepted |
 * | `wrong-day` | the day in the scope is not the day of the signing date |
 * | `header-not-signed` | a header that binds the proof, such as `host` or the audience, is not signed |
 * | `header-missing` | a header that was signed is not in the proof |
 * | `header-not-allowed` | a header that such a request does not have, or twice |
 * | `wrong-audience` | the header that binds the proof has another value than the expected one |
 * | `expires-out-of-range` | the life that the proof states is missing or outside its limits |
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
  /** False: do not believe the proof, and send nothing. */
  readonly ok: false;
  /** Why, as a stable string. */
  readonly reason: ProofFailureReason;
  /** Why, in one line for a log. Holds no token, no signature and nothing else that the proof says. */
  readonly message: string;
}

/** The request that a proof holds, as `fetch`, `verify` and servers of this project take it. */
export interface ProofRequest extends HttpRequest {
  /** The whole address. */
  readonly url: string;
  /** The headers by lower-case name; `host` only where it is not what the address says. */
  readonly headers: Record<string, string>;
  /** The body; empty when there is none. */
  readonly body: string;
}

/**
 * What every accepted proof says. Its form is right; **its signature is not checked**, which takes the secret: pass `request` to
 * `verify`, or to STS where it is a GetCallerIdentity.
 */
export interface ProofClaim {
  /** True: the form is right. */
  readonly ok: true;
  /** Whose signature it says it is. Not proven. */
  readonly accessKeyId: string;
  /** The region in the scope of the signature. */
  readonly region: string;
  /** When it says it was signed. */
  readonly date: Date;
  /** When it stops being good. */
  readonly expires: Date;
  /** The signature: what a store of used proofs remembers. */
  readonly signature: string;
  /** The request that was signed. */
  readonly request: ProofRequest;
}

/** What every checker takes. */
export interface ProofCheckOptions {
  /** What time it is; the `clock` by default. */
  readonly now?: Date | undefined;
  /** Says what time it is when there is no `now`; the system clock by default. */
  readonly clock?: (() => Date) | undefined;
}
