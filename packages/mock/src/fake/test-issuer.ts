import type { JWTPayload } from "jose";

import { type Clock, createClock } from "./clock.ts";
import { DEFAULT_ACCOUNT } from "./principals.ts";
import type { OidcProviderOptions } from "./identity-providers.ts";
import type { JsonWebKey } from "./web-identity-issuer.ts";

/** Options of {@link createTestIssuer}. */
export interface TestIssuerOptions {
  /** Issuer URL. Default: `https://oidc.example.com`. */
  readonly url?: string;
  /** Audiences. Default: `sts.amazonaws.com`. */
  readonly clientIds?: readonly string[];
  /** Account of the provider. Default: `123456789012`. */
  readonly account?: string;
  /** Signature algorithm. Default: `RS256`. */
  readonly algorithm?: "RS256" | "ES256";
  /** Time of the tokens. Default: the system clock. */
  readonly clock?: Clock;
}

/** Claims of a test token besides those that the issuer fills in. Any of them can be overridden. */
export interface TestTokenClaims {
  /** Subject. Default: `test-subject`. */
  readonly sub?: string;
  /** Audience. Default: the first client id. */
  readonly aud?: string | readonly string[];
  /** Issued at, in seconds since 1970. Default: now. */
  readonly iat?: number;
  /** Expiry, in seconds since 1970. Default: an hour after `iat`. */
  readonly exp?: number;
  /** Any other claim. */
  readonly [claim: string]: unknown;
}

/** An OpenID Connect issuer for tests. */
export interface TestIssuer {
  /** For `oidcProviders` of `createFakeSts`. */
  readonly provider: OidcProviderOptions;
  /** Signs a token. */
  issueToken(claims?: TestTokenClaims): Promise<string>;
}

/**
 * Creates an OpenID Connect issuer with a new key, for tests of AssumeRoleWithWebIdentity.
 *
 * @example
 * import { createFakeSts, createTestIssuer, type PolicyDocument } from "@org/sts-mock";
 *
 * const issuer = await createTestIssuer();
 * const trustPolicy: PolicyDocument = {
 *   Statement: {
 *     Effect: "Allow",
 *     Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.example.com" },
 *     Action: "sts:AssumeRoleWithWebIdentity",
 *   },
 * };
 * const fake = createFakeSts({ oidcProviders: [issuer.provider], roles: [{ name: "build", trustPolicy }] });
 * const WebIdentityToken = await issuer.issueToken({ sub: "repo:example/app" });
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const {
    url = "https://oidc.example.com",
    clientIds = ["sts.amazonaws.com"],
    account = DEFAULT_ACCOUNT,
    algorithm = "RS256",
    clock = createClock(),
  } = options;
  const { exportJWK, generateKeyPair, SignJWT } = await import("jose");
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const jwk = await exportJWK(publicKey);
  const kid = "test-key";
  const key = { ...jwk, kid, alg: algorithm, use: "sig" } as JsonWebKey; // the same standard in two type libraries
  return {
    provider: { url, account, clientIds, keys: { keys: [key] } },
    issueToken: async (claims = {}) => {
      const iat = claims.iat ?? Math.floor(clock.now() / 1000);
      const [audience = "sts.amazonaws.com"] = clientIds;
      const payload = { iss: url, sub: "test-subject", aud: audience, iat, exp: iat + 3600, ...claims };
      return await new SignJWT(payload as JWTPayload)
        .setProtectedHeader({ alg: algorithm, kid, typ: "JWT" })
        .sign(privateKey);
    },
  };
}
