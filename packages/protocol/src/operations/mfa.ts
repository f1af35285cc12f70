import type { InputIssue } from "../invalid-input-error.ts";
import type { OptionalMember, StringSchema } from "../schema.ts";
import { combination } from "./combination.ts";

/** The members that prove possession of an MFA device. */
export interface MfaInput {
  /** Device. */
  SerialNumber?: string | undefined;
  /** Its current code. */
  TokenCode?: string | undefined;
}

/** Characters of a serial number or an external id. */
export const serialPattern: RegExp = /^[\w+=/:,.@-]*$/;

/** Serial number or ARN of an MFA device. */
export const serialNumber: OptionalMember<StringSchema> = {
  kind: "string",
  min: 9,
  max: 256,
  pattern: serialPattern,
};

/** A code shown by an MFA device; it works once. */
export const tokenCode: OptionalMember<StringSchema> = {
  kind: "string",
  sensitive: true,
  singleUse: true,
  min: 6,
  max: 6,
  pattern: /^\d*$/,
};

/**
 * `SerialNumber` and `TokenCode` belong together, and an ARN must name the device: with `:user/` instead of `:mfa/`
 * the service only says that it is unable to validate the code.
 */
export function checkMfa({ SerialNumber, TokenCode }: MfaInput): InputIssue[] {
  if (!SerialNumber) {
    return TokenCode
      ? combination(
          "SerialNumber",
          "is required with TokenCode: give the serial number or ARN of the MFA device",
        )
      : [];
  }
  const issues = TokenCode
    ? []
    : combination(
        "TokenCode",
        "is required with SerialNumber: give the six digits that the MFA device shows now",
      );
  if (/^arn:[\w-]+:iam::\d*:(?!mfa\/)/.test(SerialNumber)) {
    const device = SerialNumber.replace(/^(arn:[\w-]+:iam::\d*:)[\w-]*\/?/, "$1mfa/");
    issues.push(
      ...combination(
        "SerialNumber",
        `is ${JSON.stringify(SerialNumber)}, which is not the ARN of an MFA device; did you mean ${JSON.stringify(device)}?`,
      ),
    );
  }
  return issues;
}
