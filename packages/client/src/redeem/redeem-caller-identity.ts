import { decodeResponse, GetCallerIdentity, redactText } from "@org/sts-protocol";
import { type CallerIdentityClaim, parseStsHost } from "@org/sts-signer/caller-identity";

import { STSClientError } from "../errors/client-error.ts";
import { redactError } from "../errors/redact-error.ts";
import { withoutSecrets } from "../errors/without-secrets.ts";
import { networkError } from "../transport/network-error.ts";
import { readBody } from "../transport/read-body.ts";
import { type CallerPrincipal, parseCallerArn } from "./parse-principal.ts";
import type { UsedProofs } from "./used-proofs.ts";

/** How to redeem a proof. */
export interface RedeemOptions {
  /** Sends the request. Default: the runtime's `fetch`. It does not change which hosts are allowed. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Makes each proof valid once. Without it a proof can be redeemed again for as long as STS accepts it, 15 minutes. */
  readonly usedProofs?: UsedProofs | undefined;
  /**
   * Accepts proofs that no signed header binds to this service. Anyone who receives such a proof, at any service, can log in here with it.
   */
  readonly allowUnbound?: true | undefined;
  /** The partitions whose STS may be asked. Default: `["aws"]`. */
  readonly partitions?: readonly string[] | undefined;
  /** How long STS may take, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
  /** Returns the current time. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
}

/** Who made a proof, according to STS. */
export interface RedeemedIdentity {
  /** The account id. */
  readonly Account: string;
  /** The ARN. */
  readonly Arn: string;
  /** The unique id; for a role's session, a colon and the session's name follow. */
  readonly UserId: string;
  /** The ARN in parts. */
  readonly principal: CallerPrincipal;
  /** The partition of the account. */
  readonly partition: string;
}

/**
 * Asks STS who made a proof: "log in with AWS IAM" for any server.
 *
 * Takes what a checker of `@org/sts-signer` accepted (`/caller-identity`, `/vault`, `/eks`, `/google`, `/snowflake`, `/mongodb` …) and
 * sends exactly that request to the STS host that it names: to no other host or port, without following redirects, with limits on
 * time and size. The result tells you whose proof it is; whether this identity may log in is your decision.
 *
 * @example
 * import { checkCallerIdentity } from "@org/sts-signer/caller-identity";
 * import { createUsedProofs, redeemCallerIdentity } from "@org/sts-client/redeem";
 *
 * const usedProofs = createUsedProofs();
 * const audience = { header: "x-server-id", value: "api.example.com" };
 *
 * async function logIn(proof: unknown) {
 *   const claim = checkCallerIdentity(proof, { audience, maxAgeSeconds: 60 });
 *   if (!claim.ok) throw new Error(claim.message);
 *   const { Account, principal } = await redeemCallerIdentity(claim, { usedProofs });
 *   if (Account !== "123456789012" || principal.kind !== "role-session") throw new Error("not allowed");
 *   return principal.roleName;
 * }
 *
 * @throws {@link STSClientError} with code `ERR_PROOF_REFUSED` when the proof is not bound, not for STS or expired,
 * `ERR_PROOF_USED` when it was redeemed before, `ERR_PROOF_STORE` when `usedProofs` fails, `ERR_NETWORK`, `ERR_TIMEOUT` or
 * `ERR_RESPONSE_TOO_LARGE` when STS cannot be asked.
 * @throws {@link STSServiceException} when STS refuses the request: the signature is wrong, or the credentials have expired.
 */
export async function redeemCallerIdentity(
  claim: CallerIdentityClaim,
  options: RedeemOptions = {},
): Promise<RedeemedIdentity> {
  const { partition, hostname } = checkClaim(claim, options);
  await useUp(claim, options.usedProofs);
  const { statusCode, headers, body } = await ask(claim, options);
  let output;
  try {
    output = await decodeResponse(GetCallerIdentity, { statusCode, headers, body }, { host: hostname });
  } catch (error) {
    const { input: members } = GetCallerIdentity;
    if (error instanceof Error)
      redactError(error, { members, input: {}, headers: secretsOf(claim) }, redactText);
    throw error;
  }
  const { Account, Arn, UserId } = output;
  const arn = parseCallerArn(Arn);
  // A response that contradicts itself or the host does not come from STS.
  if (arn?.account !== Account || arn.partition !== partition || UserId === "")
    throw refuse("the response of STS does not name an identity of its partition");
  return { Account, Arn, UserId, principal: arn.principal, partition };
}

/** Refuses what must not be sent, whatever options the checker had. */
function checkClaim(claim: CallerIdentityClaim, options: RedeemOptions) {
  const { partitions = ["aws"], allowUnbound, clock } = options;
  const given: { readonly ok?: unknown } = Object(claim); // whatever a careless caller passes on
  if (given.ok !== true) throw refuse("a checker has refused it");
  if (!claim.isBound && allowUnbound !== true)
    throw refuse(
      "no signed header binds it to this service; check it with an audience, or give allowUnbound: true",
    );
  const { method, url: text, body } = claim.request;
  // The runtime's error about a URL that it cannot read quotes it, and it may hold a session token.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const host = url && parseStsHost(url.hostname);
  if (url?.protocol !== "https:" || host === undefined || !partitions.includes(host.partition))
    throw refuse("its host is not an STS host of the accepted partitions");
  if (url.port || url.username || url.password || url.pathname !== "/" || url.hash)
    throw refuse("its URL has more than a host and a query");
  const asked = [...url.searchParams, ...new URLSearchParams(body)].filter(([name]) =>
    /^action$/i.test(name),
  );
  if (!/^(?:GET|POST)$/.test(method) || asked.length !== 1 || asked[0]?.[1] !== "GetCallerIdentity")
    throw refuse("it is not a GetCallerIdentity request");
  if (!(+claim.expires >= +(clock?.() ?? new Date()))) throw refuse("it has expired");
  return { partition: host.partition, hostname: url.hostname };
}

/** Marks a proof as used before it is sent: if the same proof arrives twice at once, one gets through. */
async function useUp(
  { signature, expires }: CallerIdentityClaim,
  used: UsedProofs | undefined,
): Promise<void> {
  if (used === undefined) return;
  let isNew;
  try {
    isNew = await used.add(signature, expires);
  } catch (cause) {
    if (cause instanceof STSClientError) throw cause;
    throw new STSClientError(
      "ERR_PROOF_STORE",
      "the store of used proofs failed; the proof was not redeemed",
      {
        cause,
      },
    );
  }
  if (!isNew) throw new STSClientError("ERR_PROOF_USED", "the proof was redeemed before");
}

interface Received {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function ask(claim: CallerIdentityClaim, options: RedeemOptions): Promise<Received> {
  const { request, signature } = claim;
  const { "x-amz-security-token": token = "" } = secretsOf(claim);
  const secrets = [signature, token];
  const { fetch: send = globalThis.fetch, timeoutMs = 5000, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const limits = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  // `fetch` writes the host header itself. A response in JSON needs no XML reader.
  const headers: Record<string, string> = { accept: "application/json", ...request.headers };
  delete headers["host"];
  const init: RequestInit = {
    method: request.method,
    headers,
    ...(request.body !== "" && { body: request.body }),
    redirect: "manual",
    signal: limits,
  };
  try {
    // The caller's own `fetch` may ignore the signal.
    return await Promise.race([receive(() => send(request.url, init), secrets), untilAborted(limits)]);
  } catch (error) {
    if (error instanceof STSClientError) throw error;
    if (signal?.aborted) throw signal.reason;
    if (timeout.aborted)
      throw new STSClientError("ERR_TIMEOUT", `STS took longer than ${timeoutMs} ms (timeoutMs)`);
    throw networkError("GetCallerIdentity: the proof could not be sent", withoutSecrets(error, secrets));
  }
}

async function receive(send: () => Promise<Response>, secrets: readonly string[]): Promise<Received> {
  const response = await send();
  const { status, type } = response;
  if (type === "opaqueredirect" || (status >= 300 && status < 400))
    throw refuse("the host wants to redirect it, which STS never does");
  const headers = Object.fromEntries(response.headers);
  const body = await readBody(response.body, {
    headers,
    maxBytes: MAX_RESPONSE,
    what: "the response of STS",
    secretsOf: () => secrets,
  });
  return { statusCode: status, headers, body };
}

const MAX_RESPONSE = 65_536;

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** What must not appear in a message, wherever the proof contains it. */
function secretsOf({ request, signature }: CallerIdentityClaim): Record<string, string> {
  const token = request.query?.["X-Amz-Security-Token"];
  return {
    authorization: `Signature=${signature}`,
    ...(typeof token === "string" && { "x-amz-security-token": token }),
    ...request.headers,
  };
}

function refuse(why: string): STSClientError {
  return new STSClientError("ERR_PROOF_REFUSED", `the proof cannot be redeemed: ${why}`);
}
