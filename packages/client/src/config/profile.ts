/** Settings of a profile in the shared config files, by key. */
export interface Profile {
  /** Value of a key. `endpoint_url` already is that of the `services` section, where there is one. */
  readonly [key: string]: string | undefined;
}
