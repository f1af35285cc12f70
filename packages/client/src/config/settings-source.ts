import type { Environment } from "../credentials/sources/environment.ts";

/** Where the settings of a client come from that are not in its configuration. */
export interface SettingsSource {
  /** Profile with the settings. Default: `AWS_PROFILE`, else `default`. */
  readonly profile?: string | undefined;
  /** Credentials file. Default `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`. */
  readonly filepath?: string | undefined;
  /** Configuration file. Default `AWS_CONFIG_FILE`, else `~/.aws/config`. */
  readonly configFilepath?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
}

/**
 * Under this key the provider of a profile tells the client that it makes where the profile is: the files and variables
 * that it was given are also those of the call to STS.
 */
export const SETTINGS_SOURCE: unique symbol = Symbol("where the settings come from");

/** A configuration with a {@link SettingsSource}. */
export interface ConfigurationWithSource {
  readonly [SETTINGS_SOURCE]?: SettingsSource | undefined;
}
