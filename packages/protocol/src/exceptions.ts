import { STSServiceException } from "./service-exception.ts";

/**
 * STS is not activated for this account in the requested region. An administrator can activate it in the IAM console.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html Managing STS in a region}
 */
export class RegionDisabledException extends STSServiceException {
  /** Documented name. */
  static readonly exceptionName = "RegionDisabledException";
  /** Wire code. */
  static readonly code = "RegionDisabledException";
  /** HTTP status. */
  static readonly statusCode = 403;
  declare readonly name: "RegionDisabledException";
  declare readonly $fault: "client";
}
