import { readFile } from "node:fs/promises";

import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { fromHttp } from "./from-http.ts";
import type { MetadataRequestOptions } from "./get-text.ts";
import type { CredentialsProvider } from "../provider.ts";

/** Options of {@link fromContainerMetadata}; each defaults to the environment variable of the same name. */
export interface FromContainerMetadataOptions extends MetadataRequestOptions {
  /** Path on the ECS agent; overrides the full URI. Default `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`. */
  readonly awsContainerCredentialsRelativeUri?: string | undefined;
  /** Whole address. Default `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
  readonly awsContainerCredentialsFullUri?: string | undefined;
  /**
   * File that contains the authorization token, read at each call; overrides the token. Default
   * `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.
   */
  readonly awsContainerAuthorizationTokenFile?: string | undefined;
  /** Authorization token. Default `AWS_CONTAINER_AUTHORIZATION_TOKEN`. */
  readonly awsContainerAuthorizationToken?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
}

/**
 * Credentials of the task or pod that the program runs in: Amazon ECS, EKS Pod Identity, and anything else that sets the same
 * variables.
 *
 * @throws `CredentialsProviderError` `ERR_CREDENTIALS_NOT_CONFIGURED` outside a container, and what `fromHttp`
 * throws.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html Container credentials}
 */
export function fromContainerMetadata(options: FromContainerMetadataOptions = {}): CredentialsProvider {
  return async (asked) => {
    const env = options.env ?? processEnvironment();
    const relative =
      options.awsContainerCredentialsRelativeUri ?? env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
    const full = options.awsContainerCredentialsFullUri ?? env["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    const file = options.awsContainerAuthorizationTokenFile ?? env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
    const token = options.awsContainerAuthorizationToken ?? env["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
    const credentialsFullUri = relative ? `http://169.254.170.2${relative}` : full;
    if (!credentialsFullUri) {
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_NOT_CONFIGURED",
        "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
      );
    }
    const authorizationToken = file ? () => readTokenFile(file) : token;
    return fromHttp({ ...options, credentialsFullUri, authorizationToken })(asked);
  };
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new CredentialsProviderError(
      "ERR_TOKEN_UNAVAILABLE",
      `${path} (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) cannot be read`,
      { cause, file: path },
    );
  }
}
