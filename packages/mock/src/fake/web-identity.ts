import {
  ExpiredTokenException,
  IDPCommunicationErrorException,
  InvalidIdentityTokenException,
} from "@org/sts-protocol";
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify } from "jose";

import { KEY_FETCH_MESSAGE } from "../faults.ts";
import type { OidcProvider } from "./identity-providers.ts";

/** What a verified web identity token says. */
export interface WebIdentity {
  /** `sub`. */
  readonly subject: string;
  /** `iss`. */
  readonly issuer: string;
  /** The audience that the provider accepts. */
  readonly audience: string;
  /** All claims. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The provider. */
  readonly provider: OidcProvider;
}

/** Algorithms that the service accepts. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/**
 * Verifies an OpenID Connect token: provider, key, signature, audience and times.
 *
 * @param findProvider - finds a provider by its issuer URL
 * @throws STSServiceException `InvalidIdentityToken`, `ExpiredTokenException` or `IDPCommunicationError`. No message
 * holds the token.
 */
export async function verifyWebIdentity(
  token: string,
  findProvider: (issuer: string) => OidcProvider | undefined,
  now: number,
): Promise<WebIdentity> {
  const issuer = readIssuer(token);
  const provider = findProvider(issuer);
  if (provider === undefined) {
    throw invalid(`No OpenIDConnect provider found in your account for ${issuer}`);
  }
  const keys = createLocalJWKSet(await loadKeys(provider));
  let claims: Readonly<Record<string, unknown>>;
  try {
    ({ payload: claims } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer,
      currentDate: new Date(now),
      requiredClaims: ["sub", "aud", "exp", "iat"],
    }));
  } catch (error) {
    throw explain(error, now);
  }
  const { sub } = claims;
  if (typeof sub !== "string" || sub === "") throw invalid("Missing a required claim: sub");
  const audiences = [claims["azp"], claims["aud"]].flat().filter((item) => typeof item === "string");
  const audience = audiences.find((candidate) => provider.clientIds.includes(candidate));
  if (audience === undefined) throw invalid("Incorrect token audience");
  return { subject: sub, issuer, audience, claims, provider };
}

function readIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === "string") return iss;
  } catch {
    // Whatever was wrong with it, the service says the same, and the parser's words may hold parts of the token.
  }
  throw invalid(
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
  );
}

async function loadKeys({ keys }: OidcProvider): Promise<JSONWebKeySet> {
  try {
    const set = typeof keys === "function" ? await keys() : keys;
    return set as JSONWebKeySet; // the same standard in two type libraries; a wrong one fails to verify
  } catch {
    throw new IDPCommunicationErrorException({ message: KEY_FETCH_MESSAGE });
  }
}

function explain(error: unknown, now: number): Error {
  if (error instanceof errors.JWTExpired) {
    const seconds = Math.floor(now / 1000);
    return new ExpiredTokenException({
      message: `Token expired: current date/time ${seconds} must be before the expiration date/time ${String(error.payload.exp)}`,
    });
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return invalid(
      error.reason === "missing"
        ? `Missing a required claim: ${error.claim}`
        : `The claim ${error.claim} is not acceptable`,
    );
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return invalid(KEY_FETCH_MESSAGE);
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return invalid("The algorithm of the token is not supported");
  return invalid("The signature of the token is not valid");
}

function invalid(message: string): Error {
  return new InvalidIdentityTokenException({ message });
}
