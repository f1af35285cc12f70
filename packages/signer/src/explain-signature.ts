import type { Platform } from "./platform.ts";
import { findScope } from "./find-scope.ts";
import { inQuery } from "./presign.ts";
import type { HttpRequest } from "./request.ts";
import { prepare } from "./sign.ts";
import type { SignedTexts } from "./signature-difference.ts";
import type { PresignRequestOptions } from "./signer.ts";
import { hmacScheme } from "./signing-key.ts";

/** Which form of signature to explain, and its options. */
export interface ExplainOptions extends PresignRequestOptions {
  /** Default: `"header"`, what `signRequest` signs; `"query"` is what `presignRequest` signs. */
  readonly signedIn?: "header" | "query" | undefined;
}

/** What was signed. Contains the session token if that is signed: do not log it. */
export interface SignatureExplanation extends Required<SignedTexts> {
  /** The request in the form that both sides hash. */
  readonly canonicalRequest: string;
  /** Algorithm, date, scope and the hash of the canonical request. */
  readonly stringToSign: string;
}

/**
 * Returns what {@link SignRequest} or {@link PresignRequest} would sign: the texts to compare with a server's, or to pass to
 * {@link Verify} as `client`.
 *
 * @throws {@link SignerError} when the options or the request cannot be signed.
 */
export type ExplainSignature = (
  request: HttpRequest | Request,
  options: ExplainOptions,
) => Promise<SignatureExplanation>;

/** Gives {@link ExplainSignature} its hash. */
export function bindExplainSignature({ hash }: Platform): ExplainSignature {
  return async function explainSignature(request, { signedIn, ...options }) {
    const placement = signedIn === "query" ? inQuery : undefined;
    const setup = { hash, scheme: hmacScheme(), findScope, placement };
    return prepare(setup, [request, options], ({ canonicalRequest, stringToSign }) => ({
      canonicalRequest,
      stringToSign,
    }));
  };
}
