import type { HttpRequest } from "@org/sts-protocol";

import type { MockResponse } from "../mock-response.ts";
import type { Identifiers } from "./identifiers.ts";

/** A public JSON Web Key, as RFC 7517 and RFC 7518 define it. Not the type of the library `dom`, which programs for Node.js often leave out. */
export interface JsonWebKey {
  /** The kind: `RSA` or `EC`. */
  kty?: string;
  /** The id by which a token names it. */
  kid?: string;
  /** The algorithm it is for, such as `RS256`. */
  alg?: string;
  /** What it is for, such as `sig`. */
  use?: string;
  /** What may be done with it, such as `verify`. */
  key_ops?: string[];
  /** Whether WebCrypto may export it. */
  ext?: boolean;
  /** The modulus of an RSA key. */
  n?: string;
  /** The exponent of an RSA key. */
  e?: string;
  /** The curve of an EC key, such as `P-384`. */
  crv?: string;
  /** The first coordinate of an EC key. */
  x?: string;
  /** The second coordinate of an EC key. */
  y?: string;
}

/** A JSON Web Key Set, as RFC 7517 defines it. */
export interface KeySet {
  /** Public keys. */
  readonly keys: readonly JsonWebKey[];
}

/** Algorithms that GetWebIdentityToken signs with. */
export type IssuerAlgorithm = "RS256" | "ES384";

/** Issues the tokens of GetWebIdentityToken, and publishes the keys that verify them. */
export interface WebIdentityIssuer {
  /** The issuer URL of an account. */
  url(account: string): string;
  /** Signs claims. */
  sign(algorithm: IssuerAlgorithm, claims: Record<string, unknown>): Promise<string>;
  /** The public keys of all tokens. */
  keySet(): Promise<KeySet>;
  /** Responds with the discovery document and the key set; `undefined` for any other request. */
  route(request: HttpRequest): Promise<MockResponse> | undefined;
}

/**
 * Creates an issuer. Keys are created on first use.
 *
 * @param fixedUrl - one issuer URL for all accounts, such as a server's. Default: one in AWS's form per account
 */
export function createWebIdentityIssuer(identifiers: Identifiers, fixedUrl?: string): WebIdentityIssuer {
  const keys = new Map<IssuerAlgorithm, Promise<SigningKey>>();
  const keyOf = (algorithm: IssuerAlgorithm): Promise<SigningKey> => {
    const key = keys.get(algorithm) ?? generateKey(algorithm);
    keys.set(algorithm, key);
    return key;
  };
  const issuer: WebIdentityIssuer = {
    url: (account) => fixedUrl ?? `https://${account}-0000-4000-8000-000000000000${ISSUER_DOMAIN}`,
    sign: async (algorithm, claims) => {
      const [{ SignJWT }, { privateKey, kid }] = await Promise.all([import("jose"), keyOf(algorithm)]);
      return await new SignJWT({ ...claims, jti: identifiers.requestId() })
        .setProtectedHeader({ alg: algorithm, kid, typ: "JWT" })
        .sign(privateKey);
    },
    keySet: async () => {
      const both = await Promise.all([keyOf("RS256"), keyOf("ES384")]);
      return { keys: both.map(({ publicJwk }) => publicJwk) };
    },
    route: ({ method, path, hostname, protocol = "https:", port }) => {
      if (method !== "GET") return undefined;
      if (path === JWKS_PATH) return issuer.keySet().then(jsonResponse);
      if (path !== "/.well-known/openid-configuration") return undefined;
      const origin = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
      const url = isIssuerHost(hostname) ? `https://${hostname}` : (fixedUrl ?? origin);
      const document = jsonResponse({
        issuer: url,
        jwks_uri: url + JWKS_PATH,
        response_types_supported: ["id_token"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256", "ES384"],
      });
      return Promise.resolve(document);
    },
  };
  return issuer;
}

/** Whether a host is that of an account's token issuer. */
export function isIssuerHost(hostname: string): boolean {
  return hostname.endsWith(ISSUER_DOMAIN);
}

const ISSUER_DOMAIN = ".tokens.sts.global.api.aws";
const JWKS_PATH = "/.well-known/jwks.json";

interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JsonWebKey & { readonly kid: string };
  readonly kid: string;
}

async function generateKey(algorithm: IssuerAlgorithm): Promise<SigningKey> {
  // Loaded here: a mock that issues no tokens does not need a JOSE library.
  const { generateKeyPair, exportJWK, calculateJwkThumbprint } = await import("jose");
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    privateKey,
    kid,
    publicJwk: { ...jwk, kid, alg: algorithm, use: "sig" },
  };
}

function jsonResponse(value: object): MockResponse {
  return {
    statusCode: 200,
    headers: { "content-type": "application/json", "cache-control": "max-age=300" },
    body: JSON.stringify(value),
  };
}
