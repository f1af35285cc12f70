import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { MfaCodeProvider } from "./mfa-code.ts";
import { packageMissing } from "../../errors/package-missing.ts";

/**
 * Asks for the MFA code on the terminal. The question goes to the error output, so that a program's own output can
 * be piped.
 *
 * Needs the optional package `@inquirer/password`.
 *
 * @throws `CredentialsProviderError` `ERR_MFA_CODE_REQUIRED` when there is no terminal or the person gives
 * up, `ERR_PACKAGE_MISSING`.
 */
export function terminalPrompt(): MfaCodeProvider {
  return async (serialNumber, context) => {
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new CredentialsProviderError(
        "ERR_MFA_CODE_REQUIRED",
        `an MFA code of ${serialNumber} is needed and there is no terminal to ask on: pass mfaCodeProvider, such as totp({ secret })`,
      );
    }
    const { default: password } = await loadPrompt();
    try {
      return await password(
        {
          message: `MFA code of ${serialNumber}:`,
          mask: true,
          validate: async (code) => {
            if (!/^\d{6}$/.test(code.trim())) return "Six digits, please";
            return (await context?.isUsed(code.trim()))
              ? "That code was used already: wait for the next one"
              : true;
          },
        },
        { output: process.stderr },
      );
    } catch (cause) {
      throw new CredentialsProviderError(
        "ERR_MFA_CODE_REQUIRED",
        `no MFA code of ${serialNumber} was entered`,
        { cause },
      );
    }
  };
}

// In `try`, because webpack takes a missing package for an error anywhere else.
async function loadPrompt(): Promise<typeof import("@inquirer/password")> {
  try {
    return await import("@inquirer/password");
  } catch (cause) {
    return packageMissing("@inquirer/password", "terminalPrompt()")(cause);
  }
}
