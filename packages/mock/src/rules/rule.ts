import type { HttpRequest, OperationSchema } from "@org/sts-protocol";

import type { Caller } from "../authenticate.ts";
import type { World } from "../principals.ts";
import type { IssuedCredentials, NewSession, Sessions } from "../sessions.ts";
import { SESSION_TOKEN_LIMIT } from "../sessions.ts";

/** What every rule sees of the service and the request. */
export interface RuleContext {
  /** The operation. */
  readonly operation: OperationSchema;
  /** The request as it came. */
  readonly request: HttpRequest;
  /** Accounts and principals. */
  readonly world: World;
  /** Session tokens. */
  readonly sessions: Sessions;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Region of the host, or of the signature. */
  readonly region: string;
}

/** A rule of an operation that is signed. */
export type SignedRule<Request extends object, Response extends object> = (
  input: Request,
  context: RuleContext & { readonly caller: Caller },
) => Promise<Response>;

/** A rule of an operation that is not signed. */
export type UnsignedRule<Request extends object, Response extends object> = (
  input: Request,
  context: RuleContext,
) => Promise<Response>;

/** Credentials and the size of their token, as most answers give them. */
export interface Issued {
  /** The credentials. */
  readonly Credentials: IssuedCredentials;
  /** Percentage of the allowed token size. */
  readonly SessionTokenUtilization: number;
  /** Bytes of the token. */
  readonly SessionTokenSize: number;
}

/** Issues credentials that end `seconds` from now. */
export async function issueFor(
  { sessions, now, operation }: RuleContext,
  seconds: number,
  session: Omit<NewSession, "expiration" | "issuedBy">,
  minimumTokenBytes = 0,
): Promise<Issued> {
  // The service counts in whole seconds, and so does every signature.
  const expiration = (Math.floor(now / 1000) + seconds) * 1000;
  const Credentials = await sessions.issue(
    { ...session, expiration, issuedBy: operation.name },
    minimumTokenBytes,
  );
  const SessionTokenSize = Credentials.SessionToken.length;
  return {
    Credentials,
    SessionTokenUtilization: Math.ceil((100 * SessionTokenSize) / SESSION_TOKEN_LIMIT),
    SessionTokenSize,
  };
}
