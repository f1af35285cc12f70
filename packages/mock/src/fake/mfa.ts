import type { Caller } from "./authenticate.ts";
import type { DecisionLog } from "./authorize.ts";
import { accessDenied } from "./service-errors.ts";

/** The two members that prove possession of an MFA device. */
export interface MfaProof {
  /** Serial number or ARN of the device. */
  readonly SerialNumber?: string | undefined;
  /** The current code. */
  readonly TokenCode?: string | undefined;
}

/**
 * Checks an MFA code against the caller's devices and uses it up. The log and `call.reason` name the caller's
 * devices when the request names another.
 *
 * @returns Whether a code was given; without one there is nothing to wait for.
 * @throws STSServiceException `AccessDenied`, in one wording for a code that is wrong or used, and in another for a device
 * that does not belong to the caller.
 */
export function checkMfaCode(
  proof: MfaProof,
  context: DecisionLog & { readonly caller: Caller; readonly now: number },
): false | Promise<true> {
  const isAbsent = proof.SerialNumber === undefined && proof.TokenCode === undefined;
  return isAbsent ? false : useCode(proof, context);
}

async function useCode(
  { SerialNumber, TokenCode }: MfaProof,
  { caller, now, explain }: Parameters<typeof checkMfaCode>[1],
): Promise<true> {
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw accessDenied(
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    );
  }
  const device = caller.principal?.mfaDevices.get(SerialNumber);
  if (device === undefined) {
    const serials = [...(caller.principal?.mfaDevices.keys() ?? [])];
    const found = serials.length === 0 ? "no MFA device" : `the MFA device ${serials.join(", ")}`;
    const message = `${caller.identity.arn} has ${found}; the request names ${SerialNumber}`;
    explain({ kind: "rule", message, principal: caller.identity.arn, policies: [] });
    throw accessDenied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    );
  }
  if (!(await device.verifier.verify(TokenCode, now))) {
    throw accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code.");
  }
  return true;
}
