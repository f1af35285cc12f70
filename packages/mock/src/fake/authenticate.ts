import { type HttpRequest, type STSServiceException } from "@org/sts-protocol";
import type { FindKey, Verifier, VerifyFailure, VerifyKey, VerifyOptions } from "@org/sts-signer";

import { explainMismatch } from "./guess-signature-mismatch.ts";
import { parseStsHost } from "./hosts.ts";
import type { PolicyDocument } from "./policy-document.ts";
import type { Identity, Principal, ServiceOptions } from "./principals.ts";
import { serviceError } from "./service-errors.ts";
import { sessionPoliciesOf } from "./session-policies.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { World } from "./world.ts";

/** Who signed a request. */
export interface Caller {
  /** As GetCallerIdentity returns it. */
  readonly identity: Identity;
  /** The user, root user or role behind it; `undefined` for a session of an account that has none. */
  readonly principal: Principal | undefined;
  /** The session, if the credentials are temporary. */
  readonly session: Session | undefined;
  /** Policies of the session, managed policies included: each of them must allow the action. */
  readonly sessionPolicies: readonly PolicyDocument[];
  /** The calling AWS service, if it is one. */
  readonly service: ServiceOptions | undefined;
  /** Region in the signature. */
  readonly region: string;
}

/** What {@link authenticate} needs. */
export interface AuthenticateParts {
  /** Verifies signatures for STS within the skew, and keeps the signing keys that proved right. */
  readonly verifier: Verifier;
  /** Keys and principals. */
  readonly world: World;
  /** Reads session tokens. */
  readonly sessions: Sessions;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How far a signature's date may be off, in seconds. */
  readonly maxSkewSeconds: number;
  /** Receives details that help to find the cause of a refusal. */
  readonly note: (text: string) => void;
}

/**
 * Checks the signature in the headers or the query and finds out who made it.
 *
 * @throws STSServiceException in the service's words: `MissingAuthenticationToken`, `IncompleteSignature`,
 * `InvalidClientTokenId`, `SignatureDoesNotMatch`, `RequestExpired`, `ExpiredToken`.
 */
export async function authenticate(request: HttpRequest, parts: AuthenticateParts): Promise<Caller> {
  const { verifier, world, sessions, now, maxSkewSeconds } = parts;
  const presignedAt = presignedTime(request);
  // A presigned request is valid for 15 minutes from its date, whatever X-Amz-Expires says.
  const isFresh = presignedAt !== undefined && now >= presignedAt && now - presignedAt <= PRESIGNED_LIFE_MS;
  const { findKey, found: findCaller } = createKeyFinder(world, sessions);

  const options: Partial<VerifyOptions> = {
    region: regionOf(request.hostname),
    now: new Date(isFresh ? presignedAt : now),
    findKey,
  };
  const result = await verifier.verify(request, options);
  if (!result.ok) {
    parts.note(result.message);
    if (result.canonicalRequest !== undefined) {
      parts.note(`canonical request as received:\n${redactCanonicalRequest(result.canonicalRequest)}`);
    }
    if (result.canonicalRequest !== undefined || result.reason === "payload-mismatch") {
      const isGood = async (variant: HttpRequest): Promise<boolean> =>
        (await verifier.verify(variant, options)).ok;
      const explanation = await explainMismatch(request, isGood);
      if (explanation !== undefined) parts.note(explanation);
    }
    if (result.stringToSign !== undefined) parts.note(`string to sign as received:\n${result.stringToSign}`);
    throw refusal(result, request, now, maxSkewSeconds);
  }
  const found = findCaller();
  if (found === undefined || (presignedAt !== undefined && !isFresh)) {
    throw serviceError("RequestExpired", 400, "Request has expired.");
  }
  if (found.session !== undefined && found.session.expiration <= now) {
    throw serviceError("ExpiredToken", 403, "The security token included in the request is expired");
  }
  return { ...found, region: result.region };
}

/** Finds keys among users and sessions, and remembers whose key was found. For one request. */
export function createKeyFinder(
  world: World,
  sessions: Sessions,
): { readonly findKey: FindKey; readonly found: () => Omit<Caller, "region"> | undefined } {
  let found: Omit<Caller, "region"> | undefined;
  return {
    found: () => found,
    findKey: (accessKeyId, { sessionToken }) => {
      if (sessionToken === undefined) {
        const known = world.findKey(accessKeyId);
        if (known === undefined || known.key.status === "Inactive") return undefined;
        found = {
          identity: identityOf(known.owner),
          principal: known.owner,
          session: undefined,
          sessionPolicies: [],
          service: known.owner.service,
        };
        return { secretAccessKey: known.key.secretAccessKey };
      }
      return findSessionKey(accessKeyId, sessionToken);
    },
  };

  async function findSessionKey(accessKeyId: string, sessionToken: string): Promise<VerifyKey | undefined> {
    const session = await sessions.open(sessionToken);
    if (session?.accessKeyId !== accessKeyId) return undefined;
    const principal = world.findPrincipal(session.identity.principalArn);
    const sessionPolicies = sessionPoliciesOf(session, (arn) => world.findManagedPolicy(arn));
    found = { identity: session.identity, principal, session, sessionPolicies, service: undefined };
    return { secretAccessKey: session.secretAccessKey, sessionToken };
  }
}

/** The identity of a user or root user with long-term credentials. */
export function identityOf({ kind, account, arn, id }: Principal): Identity {
  return { kind, account, arn, userId: id, principalArn: arn };
}

const PRESIGNED_LIFE_MS = 15 * 60 * 1000;

/**
 * Redacts what may be secret in a canonical request before it is logged: values in the query, where a GET has its
 * input, and values of headers that signers do not write themselves, such as cookies and API keys.
 */
function redactCanonicalRequest(canonicalRequest: string): string {
  const [method, path, query = "", ...rest] = canonicalRequest.split("\n");
  const redacted = query.replaceAll(
    /(^|&)(?!Action=|Version=|X-Amz-(?!Security))([^=&]+)=[^&]*/g,
    "$1$2=***",
  );
  const end = rest.indexOf("");
  const headers = rest.slice(0, end).map((line) => {
    const name = line.slice(0, line.indexOf(":"));
    return SHOWN_HEADERS.has(name) ? line : `${name}:***`;
  });
  return [method, path, redacted, ...headers, ...rest.slice(end)].join("\n");
}

const SHOWN_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "host",
  "user-agent",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-user-agent",
  "x-k8s-aws-id",
]);

function regionOf(hostname: string): string | undefined {
  const region = parseStsHost(hostname)?.region;
  return region === "aws-global" ? "us-east-1" : region;
}

function refusal(
  { reason, message }: VerifyFailure,
  request: HttpRequest,
  now: number,
  maxSkewSeconds: number,
): STSServiceException {
  const mismatch = (text: string): STSServiceException => serviceError("SignatureDoesNotMatch", 403, text);
  switch (reason) {
    case "unsigned":
      return serviceError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
    case "malformed":
    case "unsupported-algorithm":
      return serviceError(
        "IncompleteSignature",
        400,
        `The request signature does not conform to AWS standards: ${message}`,
      );
    case "unknown-key":
    case "wrong-session-token":
      return serviceError(
        "InvalidClientTokenId",
        403,
        "The security token included in the request is invalid.",
      );
    case "too-large":
      return serviceError("RequestEntityTooLarge", 413, "The request is too large");
    case "wrong-region":
      return mismatch("Credential should be scoped to a valid region.");
    case "wrong-service":
      return mismatch("Credential should be scoped to correct service: 'sts'.");
    case "wrong-day":
      return mismatch(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
      );
    case "expired":
    case "not-yet-valid": {
      if (presignedTime(request) !== undefined && reason === "expired") {
        return serviceError("RequestExpired", 400, "Request has expired.");
      }
      const signed = signingDate(request);
      const minutes = maxSkewSeconds / 60;
      return mismatch(
        reason === "expired"
          ? `Signature expired: ${signed} is now earlier than ${amzDate(now - maxSkewSeconds * 1000)} (${amzDate(now)} - ${minutes} min.)`
          : `Signature not yet current: ${signed} is still later than ${amzDate(now + maxSkewSeconds * 1000)} (${amzDate(now)} + ${minutes} min.)`,
      );
    }
    default:
      return mismatch(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      );
  }
}

function signingDate({ headers, query }: HttpRequest): string {
  const text = headers["x-amz-date"] ?? query?.["X-Amz-Date"] ?? headers["date"];
  return typeof text === "string" && /^[\w ,:+-]{1,40}$/.test(text) ? text : "the date of the signature";
}

function presignedTime({ query }: HttpRequest): number | undefined {
  if (query?.["X-Amz-Signature"] === undefined) return undefined;
  // `verify` refuses any other form, and lists of more than one.
  const time = Date.parse(
    String(query["X-Amz-Date"]).replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, "$1-$2-$3T$4:$5:$6"),
  );
  return Number.isNaN(time) ? undefined : time;
}

function amzDate(time: number): string {
  return new Date(time).toISOString().replaceAll(/[:-]|\.\d{3}/g, "");
}
