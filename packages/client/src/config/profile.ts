/** Settings of a profile in the shared config files. */
export interface Profile {
  /** How an error refers to it: its name and file. */
  readonly place: string;
  /** Values by key. `endpoint_url` is already that of the `services` section, if there is one. */
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** The profile when there is no file, or none can be read. */
export const NO_PROFILE: Profile = { place: "the profile", settings: {} };
