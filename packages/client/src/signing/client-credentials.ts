import type { STSClientConfig, STSClientResolvedConfig } from "../config/config.ts";
import { memoize } from "../credentials/cache/memoize.ts";
import type { CredentialsProvider } from "../credentials/provider.ts";

/**
 * Creates what gets the credentials: the configured provider, or that of the default chain, which is loaded only then.
 * What it returns is remembered and refreshed ahead of its expiration.
 */
export function createCredentials(
  config: STSClientConfig,
  resolved: STSClientResolvedConfig,
): CredentialsProvider {
  const { credentials, credentialDefaultProvider, profile } = config;
  let provider: Promise<CredentialsProvider> | undefined;
  const find = async (): Promise<CredentialsProvider> => {
    if (typeof credentials === "function") return credentials;
    if (credentialDefaultProvider)
      return credentialDefaultProvider({ ...config, parentClientConfig: resolved });
    const { defaultCredentials } = await import("../credentials/default-credentials.ts");
    return defaultCredentials({ profile });
  };
  return memoize(
    async (asked) => {
      provider ??= find();
      return (await provider)({ ...asked, callerClientConfig: resolved });
    },
    { now: resolved.now, random: resolved.random },
  );
}
