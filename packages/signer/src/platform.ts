import type { DateFormat } from "./encoding.ts";
import type { Hash } from "./hash.ts";
import type { ListSignable } from "./signable-headers.ts";

/** What an entry point provides to the functions it binds. */
export interface Platform {
  /** SHA-256. */
  readonly hash: Hash;
  /** Creates the date format of a signer, if it is not the small one. */
  readonly createDateFormat?: () => DateFormat;
  /** Creates the header list of a signer, if it is not the small one. */
  readonly createListSignable?: () => ListSignable;
}
