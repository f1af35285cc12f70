import type { SignedTexts } from "./difference.ts";
import type { Hash } from "./hash.ts";
import { inQuery } from "./presign.ts";
import type { HttpRequest } from "./request.ts";
import { sign } from "./sign.ts";
import { importSigningKey } from "./signing-key.ts";
import type { PresignRequestOptions } from "./signer.ts";

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
  hash: Hash,
  request: HttpRequest | Request,
  options: ExplainOptions,
): Promise<SignatureExplanation> {
  const texts = { canonicalRequest: "", stringToSign: "" };
  const observe = (canonicalRequest: string, stringToSign: string) => {
    Object.assign(texts, { canonicalRequest, stringToSign });
  };
  const placement = options.signedIn === "query" ? inQuery : undefined;
  await sign(hash, importSigningKey, {}, [request, options], placement, observe);
  return texts;
}
