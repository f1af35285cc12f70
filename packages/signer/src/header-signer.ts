import { checkOptionNames, type SignerOptions, type SignOptions } from "./options.ts";
import type { Platform } from "./platform.ts";
import { isUrl, type HttpRequest, type SignedFetch, type SignedRequest } from "./request.ts";
import { sign, type Placement, type SignArguments, type SigningSetup } from "./sign.ts";
import { SignerError } from "./signer-error.ts";
import { createSigningKeys, hmacScheme, type FindSigningKey } from "./signing-key.ts";

/** The AWS SDK clients' names for options, so that a signer can be passed to a client: `new STSClient({ signer })`. */
export interface ClientOptions {
  /** The same as `date`. */
  readonly signingDate?: Date | undefined;
  /** The same as `region`. */
  readonly signingRegion?: string | undefined;
  /** The same as `service`. */
  readonly signingService?: string | undefined;
}

/** Signs requests in their headers with the defaults it was created with, and keeps the signing keys it derived. */
export interface HeaderSigner {
  /**
   * Signs a request in its headers and returns a new one of the same kind; your request is not modified.
   *
   * Options override the signer's own. See `signRequest` for what is signed.
   *
   * @throws {@link SignerError} when the options or the request cannot be signed.
   */
  sign<R extends HttpRequest | Request>(
    request: R,
    options?: Partial<SignOptions> & ClientOptions,
  ): Promise<R>;
  /** Signs the arguments of `fetch`, and returns signed ones: `fetch(...(await signer.sign(url, init)))`. */
  sign(
    url: string | URL,
    init?: RequestInit,
    options?: Partial<SignOptions> & ClientOptions,
  ): Promise<SignedFetch>;
}

/**
 * Creates a signer that signs only headers: `createSigner` for programs that count bytes. It cannot presign or sign
 * chunks, and does not find region and service in the host.
 *
 * @throws {@link SignerError} as `createSigner` does.
 */
export type CreateHeaderSigner = (defaults?: SignerOptions) => HeaderSigner;

/** Binds {@link CreateHeaderSigner} to a hash: the half of a signer that a program can load without the other. */
export function bindCreateHeaderSigner(platform: Platform): CreateHeaderSigner {
  return function createHeaderSigner(defaults) {
    return { sign: createSign(createSetup(platform, defaults)) as HeaderSigner["sign"] };
  };
}

interface SignerSetup extends SigningSetup {
  readonly findKey: FindSigningKey;
}

/** What the signatures of one signer share. */
export function createSetup(platform: Platform, defaults: SignerOptions = {}): SignerSetup {
  checkOptionNames(defaults);
  if (defaults.sha256 !== undefined && typeof defaults.sha256 !== "function")
    throw new SignerError("ERR_HASH_INVALID", "sha256: expected a class or a function");
  const findKey = createSigningKeys(defaults.maxSigningKeys);
  return {
    hash: platform.hash,
    findKey,
    scheme: hmacScheme(findKey),
    defaults,
    writeDate: platform.createDateFormat?.(),
    listSignable: platform.createListSignable?.(),
  };
}

/** Signs, and returns the kind of request that it was given: what the overloads of the public types say. */
type BoundSign = (...args: SignArguments) => Promise<SignedRequest>;

/** Signs as a signer does. */
export function createSign(setup: SigningSetup, placement?: Placement): BoundSign {
  const own = { ...setup, placement };
  return function signWith(...args) {
    return sign(own, translateOptions(args));
  };
}

/** Accepts the option names that AWS SDK clients pass to a signer. */
function translateOptions(args: SignArguments): SignArguments {
  const options: Partial<ClientOptions> | undefined = isUrl(args[0]) ? args[2] : args[1];
  if (!options || !("signingDate" in options || "signingRegion" in options || "signingService" in options))
    return args;
  const { signingDate, signingRegion, signingService, ...others } = options;
  const translated = {
    ...others,
    ...(signingDate && { date: new Date(signingDate) }),
    ...(signingRegion && { region: signingRegion }),
    ...(signingService && { service: signingService }),
  };
  return isUrl(args[0]) ? [args[0], args[1], translated] : [args[0], translated];
}
