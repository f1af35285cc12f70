/**
 * Why the signer refused, as a stable string to branch on.
 *
 * | code | meaning |
 * | --- | --- |
 * | `ERR_CREDENTIALS_INVALID` | `accessKeyId` or `secretAccessKey` is missing or empty |
 * | `ERR_SCOPE_INVALID` | `region` or `service` is missing or empty |
 * | `ERR_DATE_INVALID` | the signing date is not a valid date, or before 1970 |
 * | `ERR_EXPIRES_IN_INVALID` | `expiresIn` is not a whole number of seconds from 1 to 604,800 |
 * | `ERR_HASH_INVALID` | the runtime has no WebCrypto, and no `sha256` was given |
 * | `ERR_RECIPE_INPUT_INVALID` | a recipe was given a value that its format cannot carry |
 * | `ERR_FEDERATION_REFUSED` | the console's federation endpoint gave no sign-in token |
 */
export type SignerErrorCode =
  | "ERR_CREDENTIALS_INVALID"
  | "ERR_SCOPE_INVALID"
  | "ERR_DATE_INVALID"
  | "ERR_EXPIRES_IN_INVALID"
  | "ERR_HASH_INVALID"
  | "ERR_RECIPE_INPUT_INVALID"
  | "ERR_FEDERATION_REFUSED";

/**
 * The signer was asked something impossible. Branch on {@link SignerError.code}.
 *
 * The message names the option to change. It never holds a key, a token, a header value or a body.
 */
export class SignerError extends Error {
  /** Why, as a stable string. */
  readonly code: SignerErrorCode;
  /** Always `"SignerError"`. */
  override readonly name = "SignerError";

  /** Makes an error; only the signer itself does this. */
  constructor(code: SignerErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** True for every error of this name, so that two installed copies of the package recognise each other's. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // Whatever it is, it has a name or none.
    return (value as Error | undefined)?.name === "SignerError";
  }
}

/** Says what is missing. */
export function requireValue(value: unknown, name: string, code: SignerErrorCode): void {
  if (!value) throw new SignerError(code, `${name} missing or invalid`);
}
