import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeBase64Url } from "./base64.ts";
import { presignCallerIdentity } from "./caller-identity.ts";
import { checkText, HEADER } from "./text-input.ts";

export {
  checkEksToken,
  type EksTokenCheck,
  type EksTokenCheckOptions,
  type EksTokenFailureReason,
} from "./eks-check.ts";

/** What {@link createEksToken} needs besides a signer. */
export interface EksTokenOptions extends Pick<PresignOptions, "date"> {
  /** The cluster's name, as `aws eks list-clusters` shows it. */
  readonly clusterName: string;
  /** The cluster's region. */
  readonly region: string;
}

/** A bearer token for the API server of a cluster. */
export interface EksToken {
  /** What goes after `Bearer `. */
  readonly token: string;
  /** When to make another: 14 minutes after signing, one before the server refuses it. */
  readonly expiration: Date;
}

/** What `kubectl` reads from the standard output of a credential plugin. */
export interface ExecCredential {
  /** Always `ExecCredential`. */
  readonly kind: "ExecCredential";
  /** The version that `kubectl` asked for. */
  readonly apiVersion: string;
  /** Empty. */
  readonly spec: Readonly<Record<string, never>>;
  /** The token. */
  readonly status: {
    /** When to ask again, as `2026-11-24T12:14:00Z`. */
    readonly expirationTimestamp: string;
    /** The token. */
    readonly token: string;
  };
}

/**
 * Makes the token that authenticates an IAM identity to an EKS cluster: a presigned GetCallerIdentity that names the
 * cluster, as `aws eks get-token` makes it.
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
  return { token: `k8s-aws-v1.${encodeBase64Url(url)}`, expiration: new Date(+date + 14 * 60_000) };
}

/**
 * Puts a token into the document that `kubectl` expects of a credential plugin.
 *
 * `execInfo` is the text of the environment variable `KUBERNETES_EXEC_INFO`, which says the version to answer in;
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

export { SignerError, type SignerErrorCode } from "../signer-error.ts";
