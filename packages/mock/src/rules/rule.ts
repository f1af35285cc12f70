import type { HttpRequest, OperationSchema } from "@org/sts-protocol";

import type { Caller } from "../fake/authenticate.ts";
import type { DecisionLog } from "../fake/authorize.ts";
import type { Providers } from "../fake/identity-providers.ts";
import {
  type IssuedCredentials,
  type NewSession,
  SESSION_TOKEN_LIMIT,
  type Sessions,
} from "../fake/sessions.ts";
import type { WebIdentityIssuer } from "../fake/web-identity-issuer.ts";
import type { World } from "../fake/world.ts";

/** What every rule sees of the service and the request. */
export interface RuleContext extends DecisionLog {
  /** The operation. */
  readonly operation: OperationSchema;
  /** The request as it arrived. */
  readonly request: HttpRequest;
  /** Accounts and principals. */
  readonly world: World;
  /** Identity providers. */
  readonly providers: Providers;
  /** Session tokens. */
  readonly sessions: Sessions;
  /** Issues the tokens of GetWebIdentityToken. */
  readonly issuer: WebIdentityIssuer;
  /** Used trade-in tokens, by id, with the time they expire. */
  readonly usedTradeIns: Map<string, number>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Region of the host, or of the signature. */
  readonly region: string;
  /** Address that the request came from. */
  readonly sourceIp: string;
  /** Adds a line that helps the reader of the log; never contains a secret. */
  readonly note: (text: string) => void;
}

/** What a signed rule sees. */
export interface SignedContext extends RuleContext {
  /** Who signed. */
  readonly caller: Caller;
}

/** An input whose required members are present, because it was validated. */
export type Validated<T> = {
  [Name in keyof T]: object extends Pick<T, Name> ? T[Name] : NonNullable<T[Name]>;
};

/** A rule of an operation that is signed. */
export type SignedRule<Request extends object, Response extends object> = (
  input: Validated<Request>,
  context: SignedContext,
) => Response | Promise<Response>;

/** A rule of an operation that is not signed. */
export type UnsignedRule<Request extends object, Response extends object> = (
  input: Validated<Request>,
  context: RuleContext,
) => Promise<Response>;

/** Credentials and the size of their token, as in most responses. */
export interface Issued {
  /** The credentials. */
  readonly Credentials: IssuedCredentials;
  /** Percentage of the allowed token size. */
  readonly SessionTokenUtilization: number;
  /** Bytes of the token. */
  readonly SessionTokenSize: number;
}

/** Issues credentials that expire in `seconds`. */
export async function issueFor(
  { sessions, now, operation }: RuleContext,
  seconds: number,
  session: Omit<NewSession, "expiration" | "issuedBy" | "issuedAt"> & Partial<Pick<NewSession, "issuedBy">>,
  minimumTokenBytes = 0,
): Promise<Issued> {
  // The service counts in whole seconds, and so does every signature.
  const expiration = (Math.floor(now / 1000) + seconds) * 1000;
  const Credentials = await sessions.issue(
    { issuedBy: operation.name, ...session, issuedAt: Math.floor(now / 1000) * 1000, expiration },
    minimumTokenBytes,
  );
  const SessionTokenSize = Credentials.SessionToken.length;
  return {
    Credentials,
    SessionTokenUtilization: Math.ceil((100 * SessionTokenSize) / SESSION_TOKEN_LIMIT),
    SessionTokenSize,
  };
}
