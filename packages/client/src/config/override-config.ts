import type { CallConfiguration } from "./call-settings.ts";
import type { CallConfig, STSClientConfig } from "./config.ts";

/**
 * Creates the configuration of one call.
 *
 * @param config - the client's configuration as it was passed in
 * @param resolve - resolves a configuration like the client's
 */
export function overrideConfig(
  resolved: CallConfiguration,
  config: STSClientConfig,
  overrides: CallConfig,
  resolve: (config: STSClientConfig) => CallConfiguration,
): CallConfiguration {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const { region, credentials, requestHandler, signer, retryStrategy } = resolved;
  const call = resolve({
    ...config,
    // An extension may have changed it.
    ...(config.extensions && { region }),
    credentials,
    requestHandler,
    signer,
    extensions: [],
    // The retry quota is the client's too, unless the call has other rules.
    ...("maxAttempts" in given || "retryMode" in given ? {} : { retryStrategy }),
    ...given,
  });
  // So is the clock: what one call learns, all use.
  return Object.defineProperty(call, "systemClockOffset", {
    get: () => resolved.systemClockOffset,
    set(offset) {
      resolved.systemClockOffset = offset;
    },
  });
}
