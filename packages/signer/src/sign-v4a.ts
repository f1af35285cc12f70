import { toHex } from "./encoding.ts";
import type { Hash } from "./hash.ts";
import { findScope } from "./find-scope.ts";
import type { PresignOptions, SignerOptions } from "./options.ts";
import { isUrl, type HttpRequest, type SignedFetch } from "./request.ts";
import { sign, type Placement, type Scheme, type SignArguments, type SigningSetup } from "./sign.ts";
import { requireText, SignerError } from "./signer-error.ts";
import { ALGORITHM_V4A, deriveSigningKeyV4a } from "./signing-key-v4a.ts";

/** What a SigV4a signature needs besides the request: as for SigV4, but regions instead of a region. */
export interface SignV4aOptions extends Omit<PresignOptions, "region" | "sessionToken"> {
  /** The regions where the signature is valid: names, such as `["us-east-1", "eu-*"]`, or `*` for all. */
  readonly regionSet: string | readonly string[];
  /** SHA-256 as a class in the AWS form or as a function. Default: `@aws-crypto/sha256-universal`. */
  readonly sha256?: SignerOptions["sha256"];
}

/** The two forms of `signRequestV4a` and `presignRequestV4a`. */
export interface SignRequestV4a {
  /** Signs a request and returns a new one of the same kind. */
  <R extends HttpRequest | Request>(request: R, options: SignV4aOptions): Promise<R>;
  /** Signs the arguments of `fetch`, and returns signed ones. */
  (url: string | URL, init: RequestInit | undefined, options: SignV4aOptions): Promise<SignedFetch>;
}

/** Binds {@link SignRequestV4a} to a hash, and says where the signature goes. */
export function bindSignRequestV4a(hash: Hash, placement?: Placement): SignRequestV4a {
  return async function signRequestV4a(...[input, second, third]: SignArguments) {
    const given: Partial<SignV4aOptions> = (isUrl(input) ? third : second) ?? {};
    const { regionSet = "", ...options } = given;
    const region = [regionSet].flat().join(",");
    requireText(region, "regionSet", "ERR_SCOPE_INVALID");
    const settings = { ...options, region };
    const setup: SigningSetup = {
      hash,
      scheme: ecdsaScheme,
      findScope,
      // The scope names no region: the regions are signed in a separate parameter or header.
      ...(placement
        ? {
            placement: (parts) =>
              placement({ ...parts, query: [...parts.query, ["X-Amz-Region-Set", region]] }),
          }
        : { editHeaders: (headers) => headers.set("x-amz-region-set", region) }),
    };
    return sign(setup, isUrl(input) ? [input, second, settings] : [input, settings]);
  } as SignRequestV4a; // `sign` returns the kind that it was given
}

/** Signature Version 4a: ECDSA with a key that is valid everywhere. */
const ecdsaScheme: Scheme = {
  algorithm: ALGORITHM_V4A,
  writeScope: ({ date, service }) => `${date}/${service}/aws4_request`,
  sign: async ({ hash, credentials, stringToSign }) => {
    const p256 = await loadCurve();
    const key = await deriveSigningKeyV4a(hash, credentials);
    const digest = await hash.bytes(stringToSign);
    // SigV4a does not require the smaller of the two values of s.
    return toHex(p256.sign(digest, key, { prehash: false, lowS: false, format: "der" }));
  },
};

/** Loads the elliptic curve library, an optional peer: only SigV4a needs it. */
async function loadCurve(): Promise<Curve> {
  try {
    return (await import("@noble/curves/nist.js")).p256;
  } catch {
    throw new SignerError(
      "ERR_PEER_MISSING",
      "SigV4a needs the package @noble/curves: npm install @noble/curves@2",
    );
  }
}

interface Curve {
  sign(digest: Uint8Array, key: Uint8Array, options: EcdsaOptions): Uint8Array;
}

interface EcdsaOptions {
  readonly prehash: boolean;
  readonly lowS: boolean;
  readonly format: "der";
}
