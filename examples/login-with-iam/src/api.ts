import { createUsedProofs, redeemCallerIdentity, type RedeemOptions } from "@org/sts-client/redeem";
import { checkCallerIdentity } from "@org/sts-signer/caller-identity";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { sign, verify } from "hono/jwt";

/** What the API is created with. */
export interface ApiOptions {
  /** Signs the sessions: 32 random bytes or more. */
  readonly sessionSecret: string;
  /** The accounts whose identities may log in. */
  readonly accounts: readonly string[];
  /** The name of this API. Clients sign it, so that a proof for another service is worthless here. */
  readonly audience: string;
  /** Sends the request to STS. Default: the runtime's `fetch`. */
  readonly fetch?: RedeemOptions["fetch"];
  /** Returns the current time. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
}

/** The header that clients sign the audience in. */
export const AUDIENCE_HEADER = "x-login-audience";

/** An API with a login: `POST /login` takes a proof and gives a cookie, `GET /me` says who is logged in. */
export function createApi(options: ApiOptions): Hono {
  const { sessionSecret, accounts, audience, clock = () => new Date() } = options;
  const usedProofs = createUsedProofs({ clock });
  const app = new Hono();

  app.post("/login", async (context) => {
    const proof: unknown = await context.req.json().catch(() => undefined);
    const claim = checkCallerIdentity(proof, {
      audience: { header: AUDIENCE_HEADER, value: audience },
      maxAgeSeconds: 60,
      clock,
    });
    if (!claim.ok) return context.json({ error: claim.reason }, 401);
    const identity = await redeemCallerIdentity(claim, { fetch: options.fetch, usedProofs, clock }).catch(
      (error: unknown) => {
        // The client learns no more than that it failed.
        console.error("login refused:", error instanceof Error ? error.name : "unknown");
        return undefined;
      },
    );
    if (identity === undefined) return context.json({ error: "not redeemed" }, 401);
    if (!accounts.includes(identity.Account)) return context.json({ error: "account not allowed" }, 403);
    const exp = Math.floor(+clock() / 1000) + SESSION_SECONDS;
    const session = await sign({ sub: identity.Arn, exp }, sessionSecret, "HS256");
    setCookie(context, COOKIE, session, {
      httpOnly: true,
      secure: true,
      sameSite: "Strict",
      path: "/",
      maxAge: SESSION_SECONDS,
    });
    return context.json({ arn: identity.Arn, principal: identity.principal });
  });

  app.get("/me", async (context) => {
    const cookie = getCookie(context, COOKIE) ?? "";
    // The clock of the API decides, not the system's.
    const session = await verify(cookie, sessionSecret, { alg: "HS256", exp: false }).catch(() => undefined);
    if (session === undefined || !(Number(session.exp) > +clock() / 1000))
      return context.json({ error: "log in first" }, 401);
    return context.json({ arn: session["sub"] });
  });

  return app;
}

const COOKIE = "session";
const SESSION_SECONDS = 3600;
