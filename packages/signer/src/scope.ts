import { SignerError } from "./signer-error.ts";

/** What a signature is good for: one day, one region, one service. */
export interface Scope {
  /** The day in UTC, `20150830`. */
  readonly date: string;
  /** The region, such as `eu-west-1`. */
  readonly region: string;
  /** The service's signing name, such as `sts`. */
  readonly service: string;
}

/**
 * Writes a scope as it stands in a credential: `20150830/us-east-1/sts/aws4_request`.
 *
 * @throws {@link SignerError} with code `ERR_SCOPE_INVALID` when region or service is missing or holds a slash.
 */
export function formatScope(scope: Scope): string {
  for (const name of ["region", "service"] as const) {
    const value: unknown = scope[name];
    if (typeof value !== "string" || !/^[^/\s]+$/.test(value)) {
      throw new SignerError("ERR_SCOPE_INVALID", `${name}: expected a name such as "us-east-1" or "sts"`);
    }
  }
  return `${scope.date}/${scope.region}/${scope.service}/${TERMINATOR}`;
}

/** The last part of every scope and the last step of every key. */
export const TERMINATOR = "aws4_request";
