import type { Environment } from "../credentials/sources/environment.ts";

/** Where a client's settings come from if they are not in its configuration. */
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
 * Under this key, a profile's provider tells the client that it creates where the profile is: the files and variables
 * that it was given also apply to the call to STS.
 */
export const SETTINGS_SOURCE: unique symbol = Symbol("where the settings come from");

/** A configuration with a {@link SettingsSource}. */
export interface ConfigurationWithSource {
  readonly [SETTINGS_SOURCE]?: SettingsSource | undefined;
}
