import {
  ExpiredTokenException,
  IDPCommunicationErrorException,
  InvalidIdentityTokenException,
} from "@org/sts-protocol";
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify } from "jose";

import { KEY_FETCH_MESSAGE } from "../faults.ts";
import type { OidcProvider } from "./identity-providers.ts";
import type { KeySet } from "./web-identity-issuer.ts";

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

/**
 * Verifies an OpenID Connect token: provider, key, signature, audience and times.
 *
 * @param findProvider - finds a provider by its issuer URL
 * @throws STSServiceException `InvalidIdentityToken`, `ExpiredTokenException` or `IDPCommunicationError`. No message
 * contains the token.
 */
export async function verifyWebIdentity(
  token: string,
  findProvider: (issuer: string) => OidcProvider | undefined,
  { now, note }: { readonly now: number; readonly note: (text: string) => void },
): Promise<WebIdentity> {
  const issuer = readIssuer(token);
  const provider = findProvider(issuer);
  if (provider === undefined) {
    throw invalid(`No OpenIDConnect provider found in your account for ${issuer}`);
  }
  const keys = createLocalJWKSet(await loadKeys(provider, note));
  let claims: Readonly<Record<string, unknown>>;
  try {
    ({ payload: claims } = await jwtVerify(token, keys, {
      // Those that the service accepts.
      algorithms: ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
      issuer,
      currentDate: new Date(now),
      clockTolerance: provider.clockToleranceSeconds ?? 0,
      requiredClaims: ["sub", "aud", "exp", "iat"],
    }));
  } catch (error) {
    throw explain(error, now);
  }
  const { sub } = claims;
  if (typeof sub !== "string" || sub === "") throw invalid("Missing a required claim: sub");
  checkTimes(claims, now + (provider.clockToleranceSeconds ?? 0) * 1000);
  return { subject: sub, issuer, audience: findAudience(claims, provider), claims, provider };
}

/** Times are whole seconds, and a token cannot be issued in the future. */
function checkTimes(claims: Readonly<Record<string, unknown>>, latest: number): void {
  const broken = ["exp", "iat", "nbf"].find((name) => {
    const value = claims[name];
    return value !== undefined && !Number.isSafeInteger(value);
  });
  if (broken !== undefined) throw invalid(`The claim ${broken} is not acceptable`);
  if (Number(claims["iat"]) * 1000 > latest) throw invalid("The claim iat is not acceptable");
}

function findAudience(claims: Readonly<Record<string, unknown>>, provider: OidcProvider): string {
  const { clientIds, conditionKeys, authorizedParty = "registered" } = provider;
  const { azp } = claims;
  const audiences = [claims["aud"]].flat().filter((item) => typeof item === "string");
  const known = audiences.find((candidate) => clientIds.includes(candidate));
  const isParty = typeof azp === "string" && authorizedParty === "registered";
  // Google's tokens name the client in azp; of the two audiences, AWS uses the registered one.
  if (isParty && conditionKeys.isBuiltIn && (known !== undefined || clientIds.includes(azp))) return azp;
  const audience = isParty ? clientIds.find((id) => id === azp) : known;
  if (audience === undefined) throw invalid("Incorrect token audience");
  return audience;
}

function readIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === "string") return iss;
  } catch {
    // Whatever was wrong with it, the service says the same, and the parser's message may contain parts of the token.
  }
  throw invalid(
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
  );
}

async function loadKeys(
  { keys, keysWithoutId = "refused", url }: OidcProvider,
  note: (text: string) => void,
): Promise<JSONWebKeySet> {
  let set: KeySet;
  try {
    set = typeof keys === "function" ? await keys() : keys;
  } catch {
    throw new IDPCommunicationErrorException({ message: KEY_FETCH_MESSAGE });
  }
  const named = set.keys.filter((key) => "kid" in key && typeof key.kid === "string");
  if (keysWithoutId === "refused" && named.length < set.keys.length) {
    note(`a key of ${url} has no kid, so AWS would not use it; keysWithoutId: "accepted" accepts it here`);
    set = { keys: named };
  }
  return set as JSONWebKeySet; // the same standard in two type libraries; a wrong one fails to verify
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
