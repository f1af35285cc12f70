/** Settings of a profile in the shared config files. */
export interface Profile {
  /** What an error calls it: its name and file. */
  readonly place: string;
  /** Values by key. `endpoint_url` already is that of the `services` section, where there is one. */
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** What there is where no file is, or none can be read. */
export const NO_PROFILE: Profile = { place: "the profile", settings: {} };
