import { directFetch } from "#direct-fetch";

import { identityFromJson, parseObject } from "./credential-json.ts";
import { withSource } from "./credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { getText } from "./get-text.ts";
import type { MetadataRequestOptions } from "./get-text.ts";
import { onlySource } from "./only-source.ts";
import type { AwsCredentialIdentity, CredentialsProvider } from "../provider.ts";

/** Options of {@link fromHttp}. */
export interface FromHttpOptions extends MetadataRequestOptions {
  /**
   * Address that responds with credentials. Anything but `https:` must be loopback or one of the container hosts.
   */
  readonly credentialsFullUri: string;
  /** Value of the `Authorization` header, or a function that returns it, called for each request. */
  readonly authorizationToken?: string | (() => Promise<string | undefined>) | undefined;
}

/**
 * Credentials from an HTTP address that implements the container credentials protocol (ECS, EKS Pod Identity, or your own
 * server).
 *
 * The requests never go through a proxy. No failure lets a chain continue to another source.
 *
 * @throws {@link CredentialsProviderError} `ERR_METADATA_HOST_FORBIDDEN` before anything is sent,
 * `ERR_METADATA_UNAVAILABLE`, `ERR_CREDENTIALS_MALFORMED`, `ERR_TOKEN_UNAVAILABLE` when the authorization token
 * cannot be a header.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html Container credentials}
 */
export function fromHttp(options: FromHttpOptions): CredentialsProvider {
  const load = async (abortSignal: AbortSignal | undefined): Promise<AwsCredentialIdentity> => {
    const url = checkedUrl(options.credentialsFullUri);
    const { authorizationToken: given } = options;
    const token = typeof given === "function" ? await given() : given;
    if (token !== undefined && /[\r\n]/.test(token)) {
      throw new CredentialsProviderError(
        "ERR_TOKEN_UNAVAILABLE",
        "the container authorization token holds a line break, which no header can carry",
      );
    }
    const text = await getText(url, {
      ...options,
      fetch: options.fetch ?? directFetch,
      headers: token ? { authorization: token } : {},
      abortSignal,
    });
    const origin = `the credentials endpoint ${url.host}`;
    const identity = identityFromJson(parseObject(text), origin, [
      "AccessKeyId",
      "SecretAccessKey",
      "Token",
      "Expiration",
    ]);
    return withSource(identity, "CREDENTIALS_HTTP", "z");
  };
  // Someone who gives an address wants the credentials that are there, and no others.
  return (asked) => onlySource(() => load(asked?.abortSignal));
}

const CONTAINER_HOSTS = new Set(["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"]);

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // By now, URL has put every spelling of an address into its canonical form, `127.1` and `0x7f000001` included.
  const allowed =
    url !== undefined &&
    (url.protocol === "https:" ||
      (url.protocol === "http:" &&
        (CONTAINER_HOSTS.has(url.hostname) || /^127\.\d+\.\d+\.\d+$/.test(url.hostname))));
  if (allowed) return url;
  throw new CredentialsProviderError(
    "ERR_METADATA_HOST_FORBIDDEN",
    `the credentials endpoint ${url === undefined ? "is not a URL" : `${url.protocol}//${url.host} may not be used`}: ` +
      "use https, a loopback address, 169.254.170.2 (ECS), 169.254.170.23 or [fd00:ec2::23] (EKS)",
  );
}
