/**
 * Create and check Kubernetes tokens of Amazon EKS.
 *
 * @module @org/sts-signer/eks
 */

import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64.ts";
import { presignCallerIdentity } from "./caller-identity.ts";
import {
  checkCallerIdentityRequest,
  type CallerIdentityCheckOptions,
  type CallerIdentityClaim,
} from "./check-caller-identity.ts";
import { readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofFailure } from "./proof.ts";
import { checkText, HEADER } from "./text-input.ts";

/** What {@link createEksToken} needs besides a signer. */
export interface EksTokenOptions extends Pick<PresignOptions, "date"> {
  /** The cluster's name, as `aws eks list-clusters` shows it. */
  readonly clusterName: string;
  /** The cluster's region. */
  readonly region: string;
}

/** A bearer token for the API server of a cluster. */
export interface EksToken {
  /** The value after `Bearer `. */
  readonly token: string;
  /** When to create another token: 14 minutes after signing, one minute before the server refuses it. */
  readonly expiration: Date;
}

/** What `kubectl` reads from a credential plugin's standard output. */
export interface ExecCredential {
  /** Always `ExecCredential`. */
  readonly kind: "ExecCredential";
  /** The version that `kubectl` asked for. */
  readonly apiVersion: string;
  /** Empty. */
  readonly spec: Readonly<Record<string, never>>;
  /** The token. */
  readonly status: {
    /** When to run the plugin again, as `2026-11-24T12:14:00Z`. */
    readonly expirationTimestamp: string;
    /** The token. */
    readonly token: string;
  };
}

/**
 * Creates the token that authenticates an IAM identity to an EKS cluster: a presigned GetCallerIdentity that names the
 * cluster, like the output of `aws eks get-token`.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createEksToken } from "@org/sts-signer/eks";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const { token } = await createEksToken(signer, { clusterName: "production", region: "eu-west-1" });
 * const headers = { authorization: `Bearer ${token}` };
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when the name cannot be the value of a header.
 * @see {@link https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster Format of the token}
 */
export async function createEksToken(
  signer: Pick<Signer, "presign">,
  options: EksTokenOptions,
): Promise<EksToken> {
  const { clusterName, region, date = new Date() } = options;
  checkText(clusterName, "clusterName", HEADER);
  const headers = { "x-k8s-aws-id": clusterName };
  const url = await presignCallerIdentity(signer, { region, headers, expiresIn: 60, date });
  return { token: `${PREFIX}${encodeBase64Url(url)}`, expiration: new Date(+date + 14 * 60_000) };
}

/** What a cluster requires of a token. */
export interface CheckEksTokenOptions extends CallerIdentityCheckOptions {
  /** The cluster's name; the caller must have signed it as `x-k8s-aws-id`. */
  readonly clusterName: string;
}

/**
 * Checks a token on the server, before its URL is fetched: that it goes to STS and nowhere else, and does nothing
 * but GetCallerIdentity for this cluster. The longest accepted token has 4,096 characters.
 *
 * The signature is not checked here, since only STS knows the key: send the `request` and trust the response. Never throws,
 * whatever it is given.
 *
 * @example
 * import { checkEksToken } from "@org/sts-signer/eks";
 *
 * const check = checkEksToken("k8s-aws-v1.aHR0cHM6Ly8", { clusterName: "production" });
 * if (!check.ok) console.log(check.reason); // malformed
 *
 * @see {@link https://github.com/kubernetes-sigs/aws-iam-authenticator aws-iam-authenticator, which checks the same}
 */
export function checkEksToken(
  token: unknown,
  options: CheckEksTokenOptions,
): CallerIdentityClaim | ProofFailure {
  return runCheck(() => {
    const text = readText(token, "token", MAX_TOKEN);
    const url = text.startsWith(PREFIX) ? decodeBase64Url(text.slice(PREFIX.length)) : undefined;
    if (url === undefined) refuse("malformed", `token: expected ${PREFIX} and base64url of an address`);
    const claim = checkCallerIdentityRequest(
      { method: "GET", url, headers: [], body: "" },
      { ...options, audience: { header: "x-k8s-aws-id", value: options.clusterName }, demandsExpires: true },
    );
    // No signature covers it, and without it the response is XML.
    const headers = { accept: "application/json", ...claim.request.headers };
    return { ...claim, request: { ...claim.request, headers } };
  });
}

const PREFIX = "k8s-aws-v1.";

/** As in aws-iam-authenticator. */
const MAX_TOKEN = 4096;

/**
 * Puts a token into the document that `kubectl` expects from a credential plugin.
 *
 * `execInfo` is the text of the environment variable `KUBERNETES_EXEC_INFO`, which states the version of the response;
 * without it the version is `client.authentication.k8s.io/v1beta1`.
 *
 * @example
 * import { toExecCredential } from "@org/sts-signer/eks";
 *
 * const document = toExecCredential({ token: "k8s-aws-v1.aHR0cHM6Ly8", expiration: new Date() });
 * console.log(JSON.stringify(document));
 *
 * @see {@link https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ ExecCredential}
 */
export function toExecCredential({ token, expiration }: EksToken, execInfo?: string): ExecCredential {
  const expirationTimestamp = expiration.toISOString().replace(/\.\d+/, "");
  return {
    kind: "ExecCredential",
    apiVersion: readApiVersion(execInfo),
    spec: {},
    status: { expirationTimestamp, token },
  };
}

function readApiVersion(execInfo: string | undefined): string {
  const [version = "client.authentication.k8s.io/v1beta1"] =
    /client\.authentication\.k8s\.io\/v1(?:alpha1|beta1)?(?=")/.exec(execInfo ?? "") ?? [];
  return version;
}

export type { CallerIdentityCheckOptions, CallerIdentityClaim } from "./check-caller-identity.ts";
export type {
  ProofCheckOptions,
  ProofClaim,
  ProofFailure,
  ProofFailureReason,
  ProofRequest,
} from "./proof.ts";
export type { StsHostOptions } from "./sts-host.ts";
export { SignerError, type SignerErrorCode } from "../signer-error.ts";
