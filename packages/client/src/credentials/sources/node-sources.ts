import type { FromContainerMetadataOptions } from "./from-container-metadata.ts";
import type { FromIniOptions } from "./from-ini.ts";
import type { FromTokenFileOptions } from "./from-token-file.ts";
import type { MfaCodeSource } from "../sessions/mfa-code.ts";
import type { CredentialsProvider } from "../provider.ts";
import type { SharedConfigSection } from "../files/parse-shared-config.ts";
import type { SettingsSource } from "../../config/settings-source.ts";
import type { SharedConfigOptions } from "../files/read-shared-config.ts";

/**
 * The sources besides the environment, where files and processes exist. The package's import map picks this file
 * or its empty twin.
 */
export interface NodeSources {
  /** A profile's properties. */
  readonly profile: (name: string | undefined, options: SharedConfigOptions) => Promise<NamedProfile>;
  /** The region that a profile names, if there is such a profile. */
  readonly profileRegion: (source: SettingsSource) => Promise<string | undefined>;
  /** See {@link fromIni}. */
  readonly fromIni: (options: FromIniOptions) => Promise<CredentialsProvider>;
  /** See {@link fromTokenFile}. */
  readonly fromTokenFile: (options: FromTokenFileOptions) => Promise<CredentialsProvider>;
  /** See {@link fromContainerMetadata}. */
  readonly fromContainerMetadata: (options: FromContainerMetadataOptions) => Promise<CredentialsProvider>;
  /** See {@link terminalPrompt}. */
  readonly terminalPrompt: () => Promise<MfaCodeSource>;
}

/** A profile and its name. */
export interface NamedProfile {
  /** Name after defaults are applied. */
  readonly name: string;
  /** Its properties. */
  readonly section: SharedConfigSection;
}

/** The sources, each loaded on demand. */
export const nodeSources: NodeSources | undefined = {
  profile: async (profile, options) => {
    const [{ readSharedConfig, selectedProfile }, { findProfile }] = await Promise.all([
      import("../files/read-shared-config.ts"),
      import("../files/find-profile.ts"),
    ]);
    const name = selectedProfile(profile, options.env);
    return { name, section: findProfile(await readSharedConfig(options), name) };
  },
  profileRegion: async (source) => {
    const { readSharedConfig, selectedProfile } = await import("../files/read-shared-config.ts");
    const { profiles } = await readSharedConfig(source);
    return profiles[selectedProfile(source.profile, source.env)]?.["region"];
  },
  fromIni: async (options) => (await import("./from-ini.ts")).fromIni(options),
  fromTokenFile: async (options) => (await import("./from-token-file.ts")).fromTokenFile(options),
  fromContainerMetadata: async (options) =>
    (await import("./from-container-metadata.ts")).fromContainerMetadata(options),
  terminalPrompt: async () => (await import("../sessions/terminal-prompt.ts")).terminalPrompt(),
};
