import { createHash, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A request as one of the fake services saw it. */
export interface SeenRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>>;
}

/** What a fake service does instead of its work, for one request. */
export type Fault = { readonly status: number; readonly code?: string; readonly error?: string } | Error;

export interface SignInServicesOptions {
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
  /** Whether the token service gives a new refresh token with each access token. Default `true`. */
  readonly rotates?: boolean;
  /** Seconds that a renewed access token lives. Default 3600. */
  readonly expiresIn?: number;
}

/**
 * The access portal, its token service and the sign-in service behind `aws login`, strict: a token that was not given
 * out, a refresh token that was used before, or a proof that does not hold is refused.
 */
export function createSignInServices({ now, rotates = true, expiresIn = 3600 }: SignInServicesOptions) {
  const requests: SeenRequest[] = [];
  const faults: Fault[] = [];
  const tokens = new Map<string, number>();
  const refreshTokens = new Map<string, "good" | "used">();
  const proofs = new Set<string>();
  const roles = new Set(["123456789012 Developer", "111122223333 Read only/all"]);
  let serial = 0;
  let loginKey: JsonWebKey | undefined;
  const clockErrorMs = { value: 0 };

  const refuse = (status: number, code: string, body: object = {}): Response =>
    Response.json(body, { status, headers: { "x-amzn-errortype": `${code}:http://internal.example/` } });

  const portal = ({ url, headers }: SeenRequest): Response => {
    const expiresAt = tokens.get(headers.get("x-amz-sso_bearer_token") ?? "");
    if (expiresAt === undefined || expiresAt <= now()) {
      return refuse(401, "UnauthorizedException", { message: "Session token not found or invalid" });
    }
    const role = `${url.searchParams.get("account_id")} ${url.searchParams.get("role_name")}`;
    if (!roles.has(role)) return refuse(403, "ForbiddenException", { message: "No access" });
    serial += 1;
    return Response.json({
      roleCredentials: {
        accessKeyId: `ASIAEXAMPLE${String(serial).padStart(9, "0")}`,
        secretAccessKey: `secret of ${role}`,
        sessionToken: `session of ${role}`,
        expiration: now() + 8 * 3_600_000,
      },
    });
  };

  const tokenService = ({ json, headers }: SeenRequest): Response => {
    const { clientId, clientSecret, grantType, refreshToken } = json;
    const isForm = headers.get("content-type") === "application/json" && grantType === "refresh_token";
    if (!isForm) return refuse(400, "InvalidRequestException", { error: "invalid_request" });
    if (clientId !== "client" || clientSecret !== "client secret")
      return refuse(401, "InvalidClientException", { error: "invalid_client" });
    if (refreshTokens.get(String(refreshToken)) !== "good")
      return refuse(400, "InvalidGrantException", { error: "invalid_grant", error_description: "no" });
    serial += 1;
    const accessToken = `access ${serial}`;
    tokens.set(accessToken, now() + expiresIn * 1000);
    if (!rotates) return Response.json({ accessToken, tokenType: "Bearer", expiresIn });
    refreshTokens.set(String(refreshToken), "used");
    refreshTokens.set(`refresh ${serial}`, "good");
    return Response.json({ accessToken, tokenType: "Bearer", expiresIn, refreshToken: `refresh ${serial}` });
  };

  const signIn = async ({ url, json, headers }: SeenRequest): Promise<Response> => {
    const denied = (error: string): Response =>
      refuse(400, "AccessDeniedException", { error, message: "no" });
    const problem = await checkProof(headers.get("dpop") ?? "", `${url.origin}${url.pathname}`);
    if (problem !== undefined)
      return refuse(400, "ValidationException", { error: "INVALID_REQUEST", message: problem });
    const { clientId, grantType, refreshToken } = json;
    if (clientId !== "arn:aws:signin:::devtools/same-device" || grantType !== "refresh_token")
      return refuse(400, "ValidationException", { error: "INVALID_REQUEST" });
    const state = refreshTokens.get(String(refreshToken));
    // As with any rotating token: whoever shows a used one may have stolen it, and the session ends for all.
    if (state === "used") for (const token of refreshTokens.keys()) refreshTokens.set(token, "used");
    if (state !== "good") return denied("TOKEN_EXPIRED");
    serial += 1;
    refreshTokens.set(String(refreshToken), "used");
    refreshTokens.set(`login refresh ${serial}`, "good");
    return Response.json({
      accessToken: {
        accessKeyId: `ASIALOGIN${String(serial).padStart(11, "0")}`,
        secretAccessKey: `login secret ${serial}`,
        sessionToken: `login session ${serial}`,
      },
      tokenType: "aws_sigv4",
      expiresIn: 900,
      refreshToken: `login refresh ${serial}`,
    });
  };

  const checkProof = async (proof: string, url: string): Promise<string | undefined> => {
    const [head = "", body = "", signature = ""] = proof.split(".");
    const decode = (text: string) => JSON.parse(Buffer.from(text || "e30", "base64url").toString());
    const { typ, alg, jwk } = decode(head);
    const { jti, htm, htu, iat, ...more } = decode(body);
    if (typ !== "dpop+jwt" || alg !== "ES256" || Object.keys(jwk).join() !== "kty,crv,x,y") return "header";
    if (jwk.x !== loginKey?.x || jwk.y !== loginKey?.y) return "another key";
    if (htm !== "POST" || htu !== url || Object.keys(more).length > 0) return `claims ${htu}`;
    if (Math.abs(iat * 1000 - now() - clockErrorMs.value) > 300_000) return "time";
    if (proofs.has(jti)) return "seen before";
    proofs.add(jti);
    const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, [
      "verify",
    ]);
    const bytes = Buffer.from(signature, "base64url");
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    const good = await crypto.subtle.verify(algorithm, key, bytes, Buffer.from(`${head}.${body}`));
    return good && bytes.length === 64 ? undefined : "signature";
  };

  const handle = async (request: Request): Promise<Response> => {
    const text = await request.text();
    const seen: SeenRequest = {
      url: new URL(request.url),
      method: request.method,
      headers: request.headers,
      json: text === "" ? {} : JSON.parse(text),
    };
    requests.push(seen);
    const fault = faults.shift();
    if (fault instanceof Error) throw fault;
    if (fault) return refuse(fault.status, fault.code ?? "InternalServerException", { error: fault.error });
    const route = `${seen.method} ${seen.url.pathname}`;
    const respond = {
      "GET /federation/credentials": portal,
      "POST /token": tokenService,
      "POST /v1/token": signIn,
    }[route];
    const response = (await respond?.(seen)) ?? refuse(404, "UnknownOperationException");
    if (clockErrorMs.value !== 0)
      response.headers.set("date", new Date(now() + clockErrorMs.value).toUTCString());
    return response;
  };

  return {
    requests,
    /** What goes wrong with the next requests, in order. */
    faults,
    tokens,
    refreshTokens,
    /** How far the service's clock is ahead of ours; 0: responses carry no date. */
    clockErrorMs,
    setLoginKey: (key: JsonWebKey) => (loginKey = key),
    fetch: ((input, init) => handle(new Request(input, init))) as typeof fetch,
    /** The paths asked for, in order. */
    paths: () => requests.map(({ url }) => url.pathname),
    listen: () => listen(handle),
  };
}

async function listen(handle: (request: Request) => Promise<Response>) {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", async () => {
      const { method = "GET", url = "/" } = incoming;
      const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((text): [string, string] => [name, text]),
      );
      const body = Buffer.concat(chunks);
      const request = new Request(new URL(url, `http://${incoming.headers.host}`), {
        method,
        headers,
        ...(method !== "GET" && { body }),
      });
      const response = await handle(request).catch(() => undefined);
      if (response === undefined) return void outgoing.destroy();
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Where the AWS CLI keeps the sign-in of a session, or of a start URL in the older form. */
export function ssoPath(home: string, session: string): string {
  return join(home, ".aws", "sso", "cache", `${createHash("sha1").update(session).digest("hex")}.json`);
}

/** Where the AWS CLI keeps the sign-in of `aws login`. */
export function loginPath(directory: string, session: string): string {
  return join(directory, `${createHash("sha256").update(session).digest("hex")}.json`);
}

/** Writes a file and the folders above it. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof value === "string" ? value : JSON.stringify(value), { mode: 0o600 });
}

/** The members of a file. */
export async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, "utf8"));
}

/** The file that `aws login` leaves behind. */
export function loginSignIn(expiresAt: string, dpopKey: string) {
  return {
    accessToken: {
      accessKeyId: "ASIALOGIN00000000000",
      secretAccessKey: "login secret 0",
      sessionToken: "login session 0",
      accountId: "123456789012",
      expiresAt,
    },
    tokenType: "aws_sigv4",
    clientId: "arn:aws:signin:::devtools/same-device",
    refreshToken: "login refresh 0",
    idToken: "header.claims.signature",
    dpopKey,
  };
}

/** A P-256 key as `aws login` makes it, in both forms of PEM. */
export function createLoginKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    jwk: publicKey.export({ format: "jwk" }),
    sec1: privateKey.export({ format: "pem", type: "sec1" }),
    pkcs8: privateKey.export({ format: "pem", type: "pkcs8" }),
  };
}
