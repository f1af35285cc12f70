import type { Profile } from "./profile.ts";
import type { SettingsSource } from "./settings-source.ts";

/** Reads the settings of a profile in the shared config files; the reader is loaded on demand. */
export async function loadProfile(source: SettingsSource): Promise<Profile> {
  const [{ readSharedConfig, selectedProfile }, { profilePlace }] = await Promise.all([
    import("../credentials/files/read-shared-config.ts"),
    import("../credentials/files/find-profile.ts"),
  ]);
  const config = await readSharedConfig(source);
  const name = selectedProfile(source.profile, source.env);
  const problem =
    config.problems[name] ??
    config.files.find((file) => file.problem?.code === "ERR_CONFIG_MALFORMED")?.problem;
  if (problem) throw problem;
  const profile = config.profiles[name];
  const services = config.services[profile?.["services"] ?? ""];
  const endpoint = services?.["sts.endpoint_url"] ?? profile?.["endpoint_url"];
  return { place: profilePlace(config, name), settings: { ...profile, endpoint_url: endpoint } };
}
