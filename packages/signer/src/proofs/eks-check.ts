import { parseDate } from "../encoding.ts";
import { decodeBase64Url } from "./base64.ts";
import { findPartition } from "../partition.ts";

/** What a cluster demands of a token. */
export interface EksTokenCheckOptions {
  /** The cluster's name; the caller must send it as `x-k8s-aws-id` when it uses the URL. */
  readonly clusterName: string;
  /** The hosts to accept besides those of STS in the regions' partitions, for private endpoints. */
  readonly hosts?: readonly string[] | undefined;
  /** The regions whose STS is accepted; any of a partition's by default. */
  readonly regions?: readonly string[] | undefined;
  /** The partition whose STS is accepted; `aws` by default. */
  readonly partition?: string | undefined;
  /** What time it is; the system clock by default. */
  readonly now?: Date | undefined;
}

/**
 * Why a token was refused.
 *
 * | reason | meaning |
 * | --- | --- |
 * | `too-long` | more than 4,096 characters |
 * | `malformed` | not `k8s-aws-v1.` and base64url, or not a URL in it |
 * | `wrong-host` | not https, or not a host of STS |
 * | `wrong-path` | more than `/`, or a port, a user or a fragment |
 * | `wrong-parameters` | a parameter that does not belong there, twice, or missing |
 * | `wrong-action` | not GetCallerIdentity |
 * | `cluster-not-signed` | `x-k8s-aws-id` or `host` is not among the signed headers |
 * | `expires-out-of-range` | `X-Amz-Expires` is not 0 to 900 seconds |
 * | `not-yet-valid`, `expired` | signed in the future, or more than 15 minutes ago |
 */
export type EksTokenFailureReason =
  | "too-long"
  | "malformed"
  | "wrong-host"
  | "wrong-path"
  | "wrong-parameters"
  | "wrong-action"
  | "cluster-not-signed"
  | "expires-out-of-range"
  | "not-yet-valid"
  | "expired";

/** What {@link checkEksToken} found: a request to send to STS, or why not. */
export type EksTokenCheck =
  | {
      /** True: it is safe to send the request, and what STS answers is who made the token. */
      readonly ok: true;
      /** Where to send it. */
      readonly url: string;
      /** What to send with it: the cluster's name, and that the answer shall be JSON. */
      readonly headers: Readonly<Record<string, string>>;
      /** When STS stops taking it. */
      readonly expires: Date;
    }
  | {
      /** False: do not send anything. */
      readonly ok: false;
      /** Why, as a stable string. */
      readonly reason: EksTokenFailureReason;
    };

/**
 * Checks a token on the server's side, before its URL is fetched: that it goes to STS and nowhere else, and does nothing
 * but GetCallerIdentity for this cluster.
 *
 * The signature is not checked here, since only STS knows the key: send the request and believe the answer. Never throws.
 *
 * @example
 * import { checkEksToken } from "@org/sts-signer/eks";
 *
 * const check = checkEksToken("k8s-aws-v1.aHR0cHM6Ly8", { clusterName: "production" });
 * if (!check.ok) console.log(check.reason); // malformed
 *
 * @see {@link https://github.com/kubernetes-sigs/aws-iam-authenticator aws-iam-authenticator, which checks the same}
 */
export function checkEksToken(token: string, options: EksTokenCheckOptions): EksTokenCheck {
  const fail = (reason: EksTokenFailureReason): EksTokenCheck => ({ ok: false, reason });
  // Whatever the types say: a token is what somebody sent.
  if (typeof token !== "string") return fail("malformed");
  if (token.length > 4096) return fail("too-long");
  const text = token.startsWith(PREFIX) ? decodeBase64Url(token.slice(PREFIX.length)) : undefined;
  const url = text === undefined ? undefined : parseUrl(text);
  // A URL that is read in two ways could be checked in one and sent in the other.
  if (text === undefined || url === undefined || /[\s\\]/.test(text)) return fail("malformed");
  if (url.protocol !== "https:" || !isStsHost(url.hostname, options)) return fail("wrong-host");
  if (url.pathname !== "/" || url.port || url.username || url.password || url.hash) return fail("wrong-path");

  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    const key = name.toLowerCase();
    if (!PARAMETERS.has(key) || parameters.has(key)) return fail("wrong-parameters");
    parameters.set(key, value);
  }
  const find = (name: string) => parameters.get(name) ?? "";
  if ([...PARAMETERS].some((name) => name !== "x-amz-security-token" && !parameters.has(name)))
    return fail("wrong-parameters");
  if (find("action") !== "GetCallerIdentity" || find("version") !== "2011-06-15") return fail("wrong-action");
  const signed = find("x-amz-signedheaders").toLowerCase().split(";");
  if (!signed.includes("x-k8s-aws-id") || !signed.includes("host")) return fail("cluster-not-signed");
  const expires = find("x-amz-expires");
  if (!/^\d{1,3}$/.test(expires) || Number(expires) > 900) return fail("expires-out-of-range");

  const time = parseDate(find("x-amz-date"));
  if (time === undefined) return fail("malformed");
  const age = +(options.now ?? new Date()) - time;
  // A clock may be a little off; written so that an invalid `now` refuses.
  if (!(age >= -60_000)) return fail("not-yet-valid");
  if (!(age <= LIFE_MS)) return fail("expired");
  const headers = { accept: "application/json", "x-k8s-aws-id": options.clusterName };
  return { ok: true, url: url.href, headers, expires: new Date(time + LIFE_MS) };
}

const PREFIX = "k8s-aws-v1.";

/** STS takes a presigned request for 15 minutes, whatever it says itself. */
const LIFE_MS = 15 * 60_000;

const PARAMETERS: ReadonlySet<string> = new Set([
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
]);

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isStsHost(host: string, { hosts = [], regions, partition = "aws" }: EksTokenCheckOptions): boolean {
  if (hosts.includes(host)) return true;
  if (host === "sts.amazonaws.com")
    return partition === "aws" && (regions === undefined || regions.includes("us-east-1"));
  const [, region = "", suffix] = /^sts(?:-fips)?\.([a-z\d-]+)\.(.+)$/.exec(host) ?? [];
  const { id, dnsSuffix } = findPartition(region);
  return suffix === dnsSuffix && id === partition && (regions === undefined || regions.includes(region));
}
