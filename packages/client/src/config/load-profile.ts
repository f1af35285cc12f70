import type { Profile } from "./profile.ts";

/** Reads the settings of a profile in the shared config files; the reader is loaded when it is needed. */
export async function loadProfile(name: string | undefined): Promise<Profile> {
  const { readSharedConfig, selectedProfile } = await import("../credentials/files/read-shared-config.ts");
  const { profiles, services } = await readSharedConfig();
  const profile = profiles[selectedProfile(name)];
  const endpoint = services[profile?.["services"] ?? ""]?.["sts.endpoint_url"] ?? profile?.["endpoint_url"];
  return { ...profile, endpoint_url: endpoint };
}
