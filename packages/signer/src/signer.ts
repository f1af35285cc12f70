import type { DateFormat } from "./encoding.ts";
import type { Hash } from "./hash.ts";
import type { PresignOptions, SignerOptions, SignOptions } from "./options.ts";
import { inQuery } from "./presign.ts";
import type { HttpRequest, SignedFetch } from "./request.ts";
import { sign, type SignArguments } from "./sign.ts";
import type { ListSignable } from "./signable-headers.ts";
import { createSigningKeys } from "./signing-key.ts";

/** Signs requests in their headers with the defaults it was created with, and keeps the signing keys it derived. */
export interface HeaderSigner {
  /**
   * Signs a request in its headers and returns a new one of the same kind; the request given is not modified.
   *
   * Options go over the signer's own. See `signRequest` for what is signed.
   *
   * @throws {@link SignerError} when the options or the request cannot be signed.
   */
  sign<R extends HttpRequest | Request>(request: R, options?: Partial<SignOptions>): Promise<R>;
  /** Signs what `fetch` takes, and returns what `fetch` takes: `fetch(...(await signer.sign(url, init)))`. */
  sign(url: string | URL, init?: RequestInit, options?: Partial<SignOptions>): Promise<SignedFetch>;
}

/** Signs requests in their headers or in their query. */
export interface Signer extends HeaderSigner {
  /**
   * Signs a request in its query, so that its URL alone is enough to send it, and returns a new one of the same kind.
   *
   * Options go over the signer's own. See `presignRequest` for what is signed.
   *
   * @throws {@link SignerError} when the options or the request cannot be signed.
   */
  presign<R extends HttpRequest | Request>(request: R, options?: Partial<PresignOptions>): Promise<R>;
  /** Signs a URL in its query: `const [url] = await signer.presign(address)`. */
  presign(url: string | URL, init?: RequestInit, options?: Partial<PresignOptions>): Promise<SignedFetch>;
}

/** Creates a signer on top of an implementation of SHA-256; each entry point binds its own. */
export function createSignerWith(
  hash: Hash,
  defaults: SignerOptions = {},
  writeDate?: DateFormat,
  listSignable?: ListSignable,
): Signer {
  const findKey = createSigningKeys(defaults.maxSigningKeys);
  return {
    sign: (...args: SignArguments) => sign(hash, findKey, defaults, args, undefined, writeDate, listSignable),
    presign: (...args: SignArguments) =>
      sign(hash, findKey, defaults, args, inQuery, writeDate, listSignable),
  };
}

/** The half of {@link createSignerWith} that signs headers, so that a bundle can do without the other. */
export function createHeaderSignerWith(
  hash: Hash,
  defaults: SignerOptions = {},
  writeDate?: DateFormat,
  listSignable?: ListSignable,
): HeaderSigner {
  const findKey = createSigningKeys(defaults.maxSigningKeys);
  return {
    sign: (...args: SignArguments) => sign(hash, findKey, defaults, args, undefined, writeDate, listSignable),
  };
}

/** Options of one signature; with the `sha256` that a signer would be created with. */
export type SignRequestOptions = SignOptions & Pick<SignerOptions, "sha256">;

/** Options of one presigned URL; with the `sha256` that a signer would be created with. */
export type PresignRequestOptions = PresignOptions & Pick<SignerOptions, "sha256">;

/** The two forms of `signRequest`. */
export interface SignRequest {
  /** Signs a request and returns a new one of the same kind. */
  <R extends HttpRequest | Request>(request: R, options: SignRequestOptions): Promise<R>;
  /** Signs what `fetch` takes, and returns what `fetch` takes. */
  (url: string | URL, init: RequestInit | undefined, options: SignRequestOptions): Promise<SignedFetch>;
}

/** The two forms of `presignRequest`. */
export interface PresignRequest {
  /** Signs a request in its query and returns a new one of the same kind. */
  <R extends HttpRequest | Request>(request: R, options: PresignRequestOptions): Promise<R>;
  /** Signs a URL in its query. */
  (url: string | URL, init: RequestInit | undefined, options: PresignRequestOptions): Promise<SignedFetch>;
}
