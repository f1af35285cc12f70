import type { InputIssue } from "../invalid-input-error.ts";

/** The members that prove possession of an MFA device. */
export interface MfaInput {
  /** Device. */
  SerialNumber?: string | undefined;
  /** Its current code. */
  TokenCode?: string | undefined;
}

/**
 * `SerialNumber` and `TokenCode` belong together, and an ARN must name the device: with `:user/` in place of `:mfa/`
 * the service only says that it is unable to validate the code.
 */
export function checkMfa({ SerialNumber, TokenCode }: MfaInput): InputIssue[] {
  const combination = (path: string, message: string): InputIssue => ({ path, rule: "combination", message });
  if (SerialNumber === undefined) {
    return TokenCode === undefined
      ? []
      : [
          combination(
            "SerialNumber",
            "is required with TokenCode: give the serial number or ARN of the MFA device",
          ),
        ];
  }
  const issues: InputIssue[] = [];
  if (/^arn:[\w-]+:iam::\d*:(?!mfa\/)/.test(SerialNumber)) {
    const device = SerialNumber.replace(/^(arn:[\w-]+:iam::\d*:)[\w-]*\/?/, "$1mfa/");
    issues.push(
      combination(
        "SerialNumber",
        `is ${JSON.stringify(SerialNumber)}, which is not the ARN of an MFA device; did you mean ${JSON.stringify(device)}?`,
      ),
    );
  }
  if (TokenCode === undefined) {
    issues.push(
      combination(
        "TokenCode",
        "is required with SerialNumber: give the six digits that the MFA device shows now",
      ),
    );
  }
  return issues;
}
