// Proofs made from credentials: taken apart by the checkers of the signer, one row for each format.
import type { HttpRequest } from "@org/sts-signer";
import { checkAkeylessCloudId } from "@org/sts-signer/akeyless";
import { checkBedrockToken } from "@org/sts-signer/bedrock";
import { checkCallerIdentity, type ProofClaim, type ProofFailure } from "@org/sts-signer/caller-identity";
import { checkDsqlToken } from "@org/sts-signer/dsql";
import { checkEksToken } from "@org/sts-signer/eks";
import { checkElastiCacheToken } from "@org/sts-signer/elasticache";
import { checkGoogleSubjectToken } from "@org/sts-signer/google";
import { checkInfisicalLogin } from "@org/sts-signer/infisical";
import { checkIotUrl } from "@org/sts-signer/iot";
import { checkMskToken } from "@org/sts-signer/msk";
import { checkRdsToken } from "@org/sts-signer/rds";
import { checkSnowflakeToken } from "@org/sts-signer/snowflake";
import { checkVaultLogin } from "@org/sts-signer/vault";

import { type PlainRequest, plainRequest, type Reading, ReadingError } from "./plain-request.ts";

/** What a reader has to say about a proof, because the proof does not. */
export interface ProofContext {
  /** The name of the EKS cluster, which is signed but not part of the token. */
  readonly clusterName?: string | undefined;
}

type Check = (text: string, options: { readonly now: Date } & ProofContext) => ProofClaim | ProofFailure;

/** Formats by what only they look like. The text is the proof, or the proof with its base64 or percent-encoding taken off. */
const FORMATS: readonly (readonly [kind: string, looks: RegExp, check: Check])[] = [
  [
    "EKS token",
    /^k8s-aws-v1\./,
    (token, { now, clusterName = "" }) =>
      checkEksToken(token, { now, clusterName: clusterName || "cluster" }),
  ],
  ["Amazon Bedrock API key", /^bedrock-api-key-/, checkBedrockToken],
  ["AWS IoT address", /^wss:\/\//, checkIotUrl],
  ["RDS token", /^[\w.-]+:\d+\/\?.*DBUser=/, checkRdsToken],
  ["Aurora DSQL token", /^[\w.-]+\/\?.*Action=DbConnect/, checkDsqlToken],
  ["ElastiCache or MemoryDB token", /^[\w-]+\/\?.*Action=connect/, checkElastiCacheToken],
  ["Vault login", /^\{[^]*"iam_request_url"/, (text, options) => checkVaultLogin(parse(text), options)],
  [
    "Infisical login",
    /^\{[^]*"iamRequestHeaders"/,
    (text, options) => checkInfisicalLogin(parse(text), options),
  ],
  [
    "proof of identity",
    /^\{[^]*"url"[^]*"headers"\s*:\s*\{|^\{[^]*"headers"\s*:\s*\{[^]*"url"/,
    (text, { now }) => {
      const proof = parse(text);
      return checkCallerIdentity(proof, { now, audience: findAudience(proof) });
    },
  ],
];

/** Formats that are encoded as a whole, by what is below the encoding. */
const ENCODED: typeof FORMATS = [
  ["Akeyless cloud id", /^\{[^]*"sts_request_url"/, checkAkeylessCloudId],
  ["Snowflake token", /^\{[^]*"url"[^]*"headers"|^\{[^]*"headers"[^]*"url"/, checkSnowflakeToken],
  ["Amazon MSK token", /^https:\/\/kafka\./, checkMskToken],
];

const GOOGLE = "Google subject token";

/** Reads a proof; undefined when the text looks like none. */
export function readProof(text: string, context: ProofContext = {}): Reading | undefined {
  const decoded = decodeBase64(text);
  const format =
    FORMATS.find(([, looks]) => looks.test(text)) ??
    ENCODED.find(([, looks]) => decoded !== undefined && looks.test(decoded)) ??
    findGoogle(text);
  if (!format) return undefined;
  const [kind, , check] = format;
  // Its own date, so that a proof which has ended can be looked at too.
  const now = findDate(text) ?? new Date();
  const claim = check(text, { ...context, now });
  if (!claim.ok)
    throw new ReadingError(
      `a checker of this format (${kind}) refuses it: ${claim.message} (${claim.reason})`,
    );
  const { method, url, headers, body, query } = claim.request;
  const request = {
    ...plainRequest({ method, address: url, headers: Object.entries(headers), body }),
    // What was signed: some formats add parameters to the address afterwards.
    query: signedQuery(query),
  };
  const notes = kind === "EKS token" && !context.clusterName ? [NO_CLUSTER] : [];
  return { kind, request, notes };
}

function signedQuery(query: HttpRequest["query"] = {}): PlainRequest["query"] {
  const entries = Object.entries(query).map(([name, values]) => [name, [values ?? ""].flat()] as const);
  return Object.fromEntries(entries);
}

const NO_CLUSTER =
  "The cluster's name is signed, but not in the token: write it under “EKS cluster”, or the signature cannot match.";

function findGoogle(text: string): (typeof FORMATS)[number] | undefined {
  const json = /^(?:\{|%7B)/i.test(text) ? decodePercent(text) : undefined;
  const proof = json === undefined ? undefined : parse(json);
  if (!Array.isArray(proof?.["headers"])) return undefined;
  const headers = proof["headers"] as { key?: unknown; value?: unknown }[];
  const audience = headers.find(({ key }) => /^x-goog-cloud-target-resource$/i.test(String(key)))?.value;
  const check: Check = (token, { now }) =>
    checkGoogleSubjectToken(token, { now, audience: String(audience ?? "") });
  return [GOOGLE, /^/, check];
}

/** The header that binds a proof of identity to somebody: the one that such a request would not have by itself. */
function findAudience(
  proof: Record<string, unknown> | undefined,
): { header: string; value: string } | undefined {
  const headers = Object.entries(proof?.["headers"] ?? {});
  const found = headers.find(([name]) => !ORDINARY.test(name));
  return found && { header: found[0], value: String(found[1]) };
}

const ORDINARY = /^(?:accept|authorization|content-(?:length|type)|host|user-agent|amz-sdk-.*|x-amz-.*)$/i;

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The signing date, wherever in a proof it is. */
function findDate(text: string): Date | undefined {
  const layers = [text, decodePercent(text), ...(text.match(/[\w+/-]{40,}={0,2}/g) ?? []).map(decodeBase64)];
  for (const layer of layers) {
    const [, year, month, day, hour, minute, second] =
      /(20\d\d)(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(layer ?? "") ?? [];
    if (year !== undefined) return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  }
  // Akeyless has base64 within base64.
  const inner = decodeBase64(text);
  return inner !== undefined && inner !== text && /[\w+/-]{40,}/.test(inner) ? findDate(inner) : undefined;
}

/** Decodes base64 of either alphabet; undefined when the text is none. */
function decodeBase64(text: string): string | undefined {
  try {
    return atob(
      text
        .replace(/^[a-z][\w-]*-v?1\.|^bedrock-api-key-/, "")
        .replaceAll("-", "+")
        .replaceAll("_", "/"),
    );
  } catch {
    return undefined;
  }
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
