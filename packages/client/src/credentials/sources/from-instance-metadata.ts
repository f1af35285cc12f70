import { directFetch } from "#direct-fetch";

import { identityFromJson, parseObject } from "./credential-json.ts";
import { withSource } from "./credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { answeredStatus, getText } from "./get-text.ts";
import type { MetadataRequestOptions, TextRequest } from "./get-text.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";

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
 * Credentials of the role of the EC2 instance that the program runs on, through version 2 of its metadata service.
 *
 * Version 1, which returns credentials to anyone who can make the instance send a GET request, is not used, and neither is a proxy.
 * If the service fails or repeats expired credentials, the last ones are extended by five to ten minutes, as the AWS
 * SDKs do, since services keep accepting them during such an outage.
 *
 * A chain continues if there is no such service, or if it has no role; once the service has responded, its failure
 * ends the search. A response with 429 or 5xx, or one that breaks off, is retried; a service that does not respond at
 * all is not, so that programs on other machines need not wait.
 *
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_NOT_CONFIGURED` when `AWS_EC2_METADATA_DISABLED` is set
 * or the instance has no role, `ERR_METADATA_UNAVAILABLE` when nothing responds, `ERR_CREDENTIALS_MALFORMED`.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html IMDS credentials}
 */
export function fromInstanceMetadata(options: FromInstanceMetadataOptions = {}): CredentialsProvider {
  const { now = Date.now, random = Math.random } = options;
  let last: AwsCredentialIdentity | undefined;
  return async (asked) => {
    try {
      last = await load(options, asked);
    } catch (error) {
      if (last?.expiration === undefined || asked?.abortSignal?.aborted) throw error;
    }
    const serviceTime = now() + (asked?.callerClientConfig?.systemClockOffset ?? 0);
    const expired = last.expiration !== undefined && last.expiration.getTime() <= serviceTime;
    return expired ? { ...last, expiration: new Date(serviceTime + 300_000 * (1 + random())) } : last;
  };
}

const ROLE_PATH = "/latest/meta-data/iam/security-credentials/";

async function load(
  options: FromInstanceMetadataOptions,
  asked: CredentialsProviderOptions | undefined,
): Promise<AwsCredentialIdentity> {
  const env = options.env ?? processEnvironment();
  const disabled = env["AWS_EC2_METADATA_DISABLED"];
  if (disabled && disabled.toLowerCase() !== "false") {
    throw new CredentialsProviderError("ERR_CREDENTIALS_NOT_CONFIGURED", "AWS_EC2_METADATA_DISABLED is set");
  }
  const base = endpoint(options, env);
  const settings = { ...options, fetch: options.fetch ?? directFetch, abortSignal: asked?.abortSignal };
  const openSession = (): Promise<string> => requestToken(base, settings);
  let token = await openSession();
  const get = async (path: string): Promise<string> => {
    const url = new URL(path, base);
    const request = (): Promise<string> =>
      getText(url, { ...settings, headers: { "x-aws-ec2-metadata-token": token } });
    return request().catch(async (error: unknown) => {
      if (answeredStatus(error) !== 401) throw error;
      // The service has lost the session, as after moving the instance.
      token = await openSession();
      return request();
    });
  };
  const role = await get(ROLE_PATH).catch((cause: unknown) => {
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
  const json = parseObject(await get(ROLE_PATH + name));
  const identity = identityFromJson(json, "the instance metadata service", [
    "AccessKeyId",
    "SecretAccessKey",
    "Token",
    "Expiration",
  ]);
  return withSource(identity, "CREDENTIALS_IMDS", "0");
}

// Where nothing responds, or something that knows no sessions, there is no such service: other clouds have theirs at the
// same address, and 403 means that it is turned off.
async function requestToken(base: URL, settings: TextRequest): Promise<string> {
  try {
    return await getText(new URL("/latest/api/token", base), {
      ...settings,
      method: "PUT",
      headers: { "x-aws-ec2-metadata-token-ttl-seconds": "21600" },
      retriesUnreachable: false,
    });
  } catch (error) {
    const status = answeredStatus(error);
    const isThere = status !== undefined && (status < 400 || status >= 500 || status === 429);
    if (isThere || !(error instanceof CredentialsProviderError) || error.code !== "ERR_METADATA_UNAVAILABLE")
      throw error;
    throw new CredentialsProviderError(error.code, error.message, { cause: error.cause, tryNextLink: true });
  }
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
