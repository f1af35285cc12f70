import { withSource } from "./credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import type { AwsCredentialIdentity, CredentialsProvider } from "../provider.ts";

/** Options of {@link fromEnv}. */
export interface FromEnvOptions {
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
}

/**
 * Credentials from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, with `AWS_SESSION_TOKEN`,
 * `AWS_CREDENTIAL_EXPIRATION`, `AWS_CREDENTIAL_SCOPE` and `AWS_ACCOUNT_ID` where they are set.
 *
 * Read at each call. An empty variable counts as absent. A chain continues when both keys are missing, not when one is.
 *
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_NOT_CONFIGURED` when a key is missing,
 * `ERR_CREDENTIALS_MALFORMED` when the expiration is not a date.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html Environment variables}
 */
export function fromEnv(options: FromEnvOptions = {}): CredentialsProvider {
  return async () => {
    const env = options.env ?? processEnvironment();
    const accessKeyId = env["AWS_ACCESS_KEY_ID"];
    const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
    if (!accessKeyId || !secretAccessKey) {
      const missing = [
        accessKeyId ? "" : "AWS_ACCESS_KEY_ID",
        secretAccessKey ? "" : "AWS_SECRET_ACCESS_KEY",
      ].filter(Boolean);
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_NOT_CONFIGURED",
        `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not set`,
        // One key of two means that these keys were intended.
        { tryNextLink: missing.length > 1 },
      );
    }
    const expiration = env["AWS_CREDENTIAL_EXPIRATION"];
    if (expiration && Number.isNaN(Date.parse(expiration))) {
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_MALFORMED",
        "AWS_CREDENTIAL_EXPIRATION is not a date; expected a form such as 2030-01-01T00:00:00Z",
      );
    }
    const identity: AwsCredentialIdentity = {
      accessKeyId,
      secretAccessKey,
      ...(env["AWS_SESSION_TOKEN"] && { sessionToken: env["AWS_SESSION_TOKEN"] }),
      ...(expiration && { expiration: new Date(expiration) }),
      ...(env["AWS_CREDENTIAL_SCOPE"] && { credentialScope: env["AWS_CREDENTIAL_SCOPE"] }),
      ...(env["AWS_ACCOUNT_ID"] && { accountId: env["AWS_ACCOUNT_ID"] }),
    };
    return withSource(identity, "CREDENTIALS_ENV_VARS", "g");
  };
}
