import type { DateFormat } from "./encoding.ts";
import type { Hash } from "./hash.ts";
import type { ListSignable } from "./signable-headers.ts";

/** What an entry point gives to the functions it binds. */
export interface Platform {
  /** SHA-256. */
  readonly hash: Hash;
  /** Makes what a signer writes dates with, when that is not the small one. */
  readonly createDateFormat?: () => DateFormat;
  /** Makes what a signer lists headers with, when that is not the small one. */
  readonly createListSignable?: () => ListSignable;
}
