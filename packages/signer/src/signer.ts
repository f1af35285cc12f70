import { createHash, type Hash } from "./hash.ts";
import type { PresignOptions, SignerOptions, SignOptions } from "./options.ts";
import { presign } from "./presign.ts";
import type { HttpRequest, RequestInput, SignedFetch } from "./request.ts";
import { sign, type Engine } from "./sign.ts";
import { createSigningKeys } from "./signing-key.ts";

/** Signs requests with the defaults it was created with, and keeps the signing keys it derived. */
export interface Signer {
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
export function createSignerWith(hash: Hash, defaults: SignerOptions = {}): Signer {
  const engine = createEngine(hash, defaults);
  return {
    // The same kind comes back that went in, see `RequestView.finish`; the overloads say so, their body cannot.
    sign: (...args: CallArguments) => sign(engine, ...readArguments(args, defaults)) as Promise<never>,
    presign: (...args: CallArguments) => presign(engine, ...readArguments(args, defaults)) as Promise<never>,
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

/** The arguments of a call in either form: a request and options, or a URL, what `fetch` takes, and options. */
export type CallArguments = [input: RequestInput, second?: object, third?: object];

/** Sorts the arguments of either form, and puts the call's options over the defaults. */
export function readArguments(
  [input, second, third]: CallArguments,
  defaults: SignerOptions = {},
): [options: PresignRequestOptions, input: RequestInput, init: RequestInit | undefined] {
  const isUrl = typeof input === "string" || input instanceof URL;
  // What is missing or wrong in the merged options is found where each is used.
  return [
    { ...defaults, ...(isUrl ? third : second) } as PresignRequestOptions,
    input,
    isUrl ? second : undefined,
  ];
}

/** Signs once; each entry point binds its own hash. */
export function signRequestWith(hash: Hash, args: CallArguments): Promise<never> {
  const [options, ...request] = readArguments(args);
  return sign(createEngine(hash, options), options, ...request) as Promise<never>;
}

/** Presigns once; each entry point binds its own hash. */
export function presignRequestWith(hash: Hash, args: CallArguments): Promise<never> {
  const [options, ...request] = readArguments(args);
  return presign(createEngine(hash, options), options, ...request) as Promise<never>;
}

/** Puts a hash and a store of keys together. */
export function createEngine(hash: Hash, { sha256, maxSigningKeys }: SignerOptions): Engine {
  const used = sha256 === undefined ? hash : createHash(sha256);
  return { hash: used, keys: createSigningKeys(used, maxSigningKeys) };
}
