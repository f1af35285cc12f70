import { identityFromJson, parseObject } from "./credential-json.ts";
import { withSource } from "./credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { answeredStatus, getText } from "./get-text.ts";
import type { MetadataRequestOptions } from "./get-text.ts";
import type { AwsCredentialIdentity, CredentialsProvider } from "../provider.ts";

/** Options of {@link fromInstanceMetadata}. */
export interface FromInstanceMetadataOptions extends MetadataRequestOptions {
  /**
   * Address of the service. Default `AWS_EC2_METADATA_SERVICE_ENDPOINT`, else the link-local address of the mode.
   */
  readonly endpoint?: string | undefined;
  /** Which link-local address to use. Default `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, else `IPv4`. */
  readonly endpointMode?: "IPv4" | "IPv6" | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, to spread refreshes. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Credentials of the role of the EC2 instance the program runs on, through version 2 of its metadata service.
 *
 * Version 1, which hands credentials to anyone who can make the instance send a GET, is not used. When the service
 * fails or repeats credentials that have expired, the last ones are extended by five to ten minutes, as the AWS
 * SDKs do, since the services keep accepting them during such an outage.
 *
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_NOT_CONFIGURED` when `AWS_EC2_METADATA_DISABLED` is set
 * or the instance has no role, `ERR_METADATA_UNAVAILABLE` when nothing answers, `ERR_CREDENTIALS_MALFORMED`.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html IMDS credentials}
 */
export function fromInstanceMetadata(options: FromInstanceMetadataOptions = {}): CredentialsProvider {
  const { now = Date.now, random = Math.random } = options;
  let last: AwsCredentialIdentity | undefined;
  return async () => {
    try {
      last = await load(options);
    } catch (error) {
      if (last?.expiration === undefined) throw error;
    }
    const expired = last.expiration !== undefined && last.expiration.getTime() <= now();
    return expired ? { ...last, expiration: new Date(now() + 300_000 * (1 + random())) } : last;
  };
}

const ROLE_PATH = "/latest/meta-data/iam/security-credentials/";

async function load(options: FromInstanceMetadataOptions): Promise<AwsCredentialIdentity> {
  const env = options.env ?? processEnvironment();
  const disabled = env["AWS_EC2_METADATA_DISABLED"];
  if (disabled && disabled.toLowerCase() !== "false") {
    throw new CredentialsProviderError("ERR_CREDENTIALS_NOT_CONFIGURED", "AWS_EC2_METADATA_DISABLED is set");
  }
  const base = endpoint(options, env);
  const token = await getText(new URL("/latest/api/token", base), {
    ...options,
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": "21600" },
  });
  const headers = { "x-aws-ec2-metadata-token": token };
  const role = await getText(new URL(ROLE_PATH, base), { ...options, headers }).catch((cause: unknown) => {
    if (answeredStatus(cause) !== 404) throw cause;
    throw new CredentialsProviderError(
      "ERR_CREDENTIALS_NOT_CONFIGURED",
      "the instance has no role attached",
      {
        cause,
      },
    );
  });
  const name = encodeURIComponent(role.trim().split("\n", 1)[0] ?? "");
  const json = parseObject(await getText(new URL(ROLE_PATH + name, base), { ...options, headers }));
  const identity = identityFromJson(json, "the instance metadata service", [
    "AccessKeyId",
    "SecretAccessKey",
    "Token",
    "Expiration",
  ]);
  return withSource(identity, "CREDENTIALS_IMDS", "0");
}

function endpoint(options: FromInstanceMetadataOptions, env: Environment): URL {
  const text = options.endpoint ?? env["AWS_EC2_METADATA_SERVICE_ENDPOINT"];
  const mode = options.endpointMode ?? env["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] ?? "IPv4";
  const url = text || (mode.toLowerCase() === "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
  if (URL.canParse(url)) return new URL(url);
  throw new CredentialsProviderError(
    "ERR_OPTION_INVALID",
    "the endpoint of the instance metadata service is not a URL",
  );
}
