import { NO_PROFILE, type Profile } from "./profile.ts";

/** Browsers and Workers have no shared config files. The package's import map uses this instead of `load-profile.ts`. */
export async function loadProfile(): Promise<Profile> {
  return NO_PROFILE;
}
