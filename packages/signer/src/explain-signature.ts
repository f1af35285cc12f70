import type { SignedTexts } from "./signature-difference.ts";
import { createHash, hashHex, type Hash } from "./hash.ts";
import { inQuery } from "./presign.ts";
import type { HttpRequest } from "./request.ts";
import { sign } from "./sign.ts";
import type { PresignRequestOptions } from "./signer.ts";
import { importSigningKey } from "./signing-key.ts";

/** Which of the two forms of a signature to explain, and its options. */
export interface ExplainOptions extends PresignRequestOptions {
  /** `"header"` by default: what `signRequest` signs; `"query"`: what `presignRequest` signs. */
  readonly signedIn?: "header" | "query" | undefined;
}

/** What was signed. Holds the session token where that is signed: do not log it. */
export interface SignatureExplanation extends Required<SignedTexts> {
  /** The request in the one form that both sides hash. */
  readonly canonicalRequest: string;
  /** Algorithm, date, scope and the hash of the canonical request. */
  readonly stringToSign: string;
}

/** Explains a signature; each entry point binds its own hash. */
export async function explainSignatureWith(
  defaultHash: Hash,
  request: HttpRequest | Request,
  { sha256, ...options }: ExplainOptions,
): Promise<SignatureExplanation> {
  const hash = sha256 ? createHash(sha256) : defaultHash;
  let canonicalRequest = "";
  let stringToSign = "";
  const listening: Hash = {
    ...hash,
    // The canonical request is hashed after the body, and only the string to sign is hashed with the signing key.
    hex: (data, key) => {
      if (key !== undefined) stringToSign = String(data);
      else if (typeof data === "string") canonicalRequest = data;
      return hashHex(hash, data, key);
    },
  };
  const placement = options.signedIn === "query" ? inQuery : undefined;
  await sign(listening, importSigningKey, {}, [request, options], placement);
  return { canonicalRequest, stringToSign };
}
