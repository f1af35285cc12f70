/**
 * Why the signer refused, as a stable string to branch on.
 *
 * | code | meaning |
 * | --- | --- |
 * | `ERR_CREDENTIALS_INVALID` | `accessKeyId` or `secretAccessKey` is missing, also from what a function returned, or cannot be part of a header |
 * | `ERR_CREDENTIALS_EXPIRED` | the credentials expire before the signing date |
 * | `ERR_SCOPE_INVALID` | `region` or `service` is missing and cannot be derived from the host, or cannot be part of a header |
 * | `ERR_DATE_INVALID` | the signing date is not a valid date, or before 1970 |
 * | `ERR_EXPIRES_IN_INVALID` | `expiresIn` is less than one second or more than 604,800 |
 * | `ERR_OPTION_INVALID` | an option has an unknown name or an invalid value |
 * | `ERR_REQUEST_INVALID` | the request cannot be sent as it is: half of a surrogate pair, no `method`, a query in `path`, an IPv6 host without brackets |
 * | `ERR_HASH_INVALID` | the runtime has no WebCrypto, and no `sha256` was given |
 * | `ERR_PEER_MISSING` | an optional package that the function needs is not installed |
 * | `ERR_CHUNK_INVALID` | a chunk of an upload does not have the signature, the size or the form it must have |
 * | `ERR_RECIPE_INPUT_INVALID` | a recipe was given a value that its format cannot represent |
 * | `ERR_FEDERATION_REFUSED` | the console's federation endpoint gave no sign-in token |
 */
export type SignerErrorCode =
  | "ERR_CREDENTIALS_INVALID"
  | "ERR_CREDENTIALS_EXPIRED"
  | "ERR_SCOPE_INVALID"
  | "ERR_DATE_INVALID"
  | "ERR_EXPIRES_IN_INVALID"
  | "ERR_OPTION_INVALID"
  | "ERR_REQUEST_INVALID"
  | "ERR_HASH_INVALID"
  | "ERR_PEER_MISSING"
  | "ERR_CHUNK_INVALID"
  | "ERR_RECIPE_INPUT_INVALID"
  | "ERR_FEDERATION_REFUSED";

/**
 * The signer was given something that it cannot sign or verify. Branch on {@link SignerError.code}.
 *
 * The message names the option to change. It never contains a key, a token, a header value or a body.
 */
export class SignerError extends Error {
  /** Why, as a stable string. */
  readonly code: SignerErrorCode;
  /** Always `"SignerError"`. */
  override readonly name = "SignerError";

  /** Creates an error; only the signer itself does this. */
  constructor(code: SignerErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** True for every error of this name, so that two installed copies of the package recognize each other's errors. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // Whatever it is, it has a name or not.
    return (value as Error | undefined)?.name === "SignerError";
  }
}

/** Checks a text that becomes part of a header: reports that it is missing, or that it contains white space. */
export function requireText(
  value: string | undefined,
  name: string,
  code: SignerErrorCode,
): asserts value is string {
  if (!value) throw new SignerError(code, `${name} missing`);
  if (!/^[!-~]+$/.test(value)) throw new SignerError(code, `${name} invalid: not visible ASCII`);
}
