import { createHash, randomUUID } from "node:crypto";

import { createTestIssuer, type TestIssuer } from "@org/sts-mock";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { html } from "hono/html";

import { listen, type Listening } from "./listen.ts";

/** An OpenID Connect provider that asks for no password. */
export interface TestProvider extends Listening {
  /** What a fake STS needs to trust it. */
  readonly issuer: TestIssuer;
  /** Where it may send people back to. */
  readonly redirectUris: string[];
}

interface Grant {
  readonly sub: string;
  readonly nonce: string | undefined;
  readonly challenge: string;
  readonly redirectUri: string;
}

/** Starts a provider that lets you choose who you are: authorization code flow with PKCE, for one client. */
export async function startTestProvider(clientId: string, people: readonly string[]): Promise<TestProvider> {
  const app = new Hono();
  const server = await listen(app);
  const { url } = server;
  const issuer = await createTestIssuer({ url, clientIds: [clientId] });
  const redirectUris: string[] = [];
  const grants = new Map<string, Grant>();

  app.use("/.well-known/*", cors());
  app.get("/.well-known/openid-configuration", (context) =>
    context.json({
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
    }),
  );

  app.get("/authorize", (context) => {
    const {
      person,
      client_id,
      redirect_uri = "",
      response_type,
      code_challenge_method,
      ...rest
    } = context.req.query();
    // Only to known addresses: otherwise anybody could get the code.
    if (client_id !== clientId || !redirectUris.includes(redirect_uri))
      return context.text("unknown client", 400);
    if (response_type !== "code" || code_challenge_method !== "S256" || !rest["code_challenge"])
      return context.text("expected the code flow with PKCE", 400);
    if (person === undefined || !people.includes(person)) {
      const links = people.map((name) => {
        const query = new URLSearchParams({ ...context.req.query(), person: name });
        return html`<li><a id="${name}" href="/authorize?${query.toString()}">${name}</a></li>`;
      });
      return context.html(
        html`<!doctype html>
          <html lang="en">
            <title>Test provider</title>
            <main>
              <h1>Who are you?</h1>
              <ul>
                ${links}
              </ul>
            </main>
          </html>`,
      );
    }
    const code = randomUUID();
    grants.set(code, {
      sub: person,
      nonce: rest["nonce"],
      challenge: rest["code_challenge"],
      redirectUri: redirect_uri,
    });
    return context.redirect(`${redirect_uri}?${new URLSearchParams({ code, state: rest["state"] ?? "" })}`);
  });

  app.use("/token", cors());
  app.post("/token", async (context) => {
    const {
      code = "",
      code_verifier = "",
      redirect_uri,
    } = await context.req.parseBody<Record<string, string>>();
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash("sha256").update(code_verifier).digest("base64url");
    if (grant?.challenge !== challenge || grant.redirectUri !== redirect_uri)
      return context.json({ error: "invalid_grant" }, 400);
    const { sub, nonce } = grant;
    const id_token = await issuer.issueToken({ sub, ...(nonce !== undefined && { nonce }) });
    return context.json({ id_token, access_token: randomUUID(), token_type: "Bearer", expires_in: 3600 });
  });
  return { ...server, issuer, redirectUris };
}
