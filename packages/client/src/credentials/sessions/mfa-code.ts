import { sha1Hex } from "../cache/cli-cache-key.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { SessionCache } from "../cache/session-cache.ts";

/**
 * Gets the current six-digit code of an MFA device. The AWS SDK's `mfaCodeProvider` functions fit.
 *
 * @param serialNumber - Name of the device: an ARN, or the serial number of a hardware token.
 * @param context - Tells which codes are spent.
 */
export type MfaCodeProvider = (serialNumber: string, context?: MfaCodeContext) => Promise<string>;

/** What a {@link MfaCodeProvider} may ask before it answers. */
export interface MfaCodeContext {
  /**
   * Whether a code has been sent already: AWS accepts each only once. A source that can wait for the next code
   * should.
   */
  readonly isUsed: (code: string) => Promise<boolean>;
}

/** Remembers which codes were spent, in the process and, with a cache, between processes. */
export interface UsedMfaCodes {
  /** Asks for a code that has not been used and marks it. */
  readonly take: (provider: MfaCodeProvider, serialNumber: string) => Promise<string>;
}

/** Creates the memory of spent codes. Must be used under the cache's lock of the device. */
export function createUsedMfaCodes(cache: SessionCache | undefined): UsedMfaCodes {
  const spent = new Set<string>();

  return {
    take: async (provider, serialNumber) => {
      const key = mfaDeviceKey(serialNumber);
      // A code lives for a minute or two, so the last few are enough.
      const stored = (await cache?.read(await key))?.value["UsedCodes"];
      const earlier = Array.isArray(stored) ? stored.slice(-8) : [];
      const mark = (code: string): Promise<string> => sha1Hex(`${serialNumber} ${code}`);
      const isUsed = async (code: string): Promise<boolean> => {
        const digest = await mark(code);
        return spent.has(digest) || earlier.includes(digest);
      };
      const code = (await provider(serialNumber, { isUsed })).trim();
      if (!/^\d{6}$/.test(code)) {
        throw new CredentialsProviderError("ERR_MFA_CODE_INVALID", "the MFA code must be six digits");
      }
      if (await isUsed(code)) {
        throw new CredentialsProviderError(
          "ERR_MFA_CODE_INVALID",
          `the MFA code of ${serialNumber} has been used already and AWS accepts each once: wait for the next one`,
        );
      }
      const digest = await mark(code);
      spent.add(digest);
      await cache?.write(await key, { UsedCodes: [...earlier, digest] });
      return code;
    },
  };
}

/** Key of a device in a {@link SessionCache}; the lock under it covers every use of the device's codes. */
export async function mfaDeviceKey(serialNumber: string): Promise<string> {
  return `mfa-${await sha1Hex(serialNumber)}`;
}

/**
 * Refuses a device name that STS cannot know.
 *
 * @throws {@link CredentialsProviderError} `ERR_MFA_SERIAL_INVALID` with the likely right name.
 */
export function checkMfaSerial(serialNumber: string): void {
  if (!serialNumber.startsWith("arn:") || /^arn:[\w-]+:iam::\d{12}:(?:mfa|u2f|sms-mfa)\/./.test(serialNumber))
    return;
  const likely = serialNumber.replace(/:user\//, ":mfa/");
  throw new CredentialsProviderError(
    "ERR_MFA_SERIAL_INVALID",
    `${serialNumber} does not name an MFA device; expected arn:aws:iam::123456789012:mfa/name` +
      (likely === serialNumber ? "" : `, perhaps ${likely}`),
  );
}

/**
 * Turns STS's two refusals of MFA, which share a code, into errors of their own. Any other error is returned as it
 * is.
 */
export function explainMfaFailure(error: unknown, serialNumber: string): unknown {
  const message = error instanceof Error ? error.message : "";
  if (/invalid MFA one time pass code/i.test(message)) {
    return new CredentialsProviderError(
      "ERR_MFA_CODE_REJECTED",
      `AWS refused the MFA code of ${serialNumber}: it is wrong, too old or was used before. Wait for the next code, and check the device's clock`,
      { cause: error },
    );
  }
  if (/unable to validate MFA code/i.test(message)) {
    return new CredentialsProviderError(
      "ERR_MFA_SERIAL_REJECTED",
      `AWS does not know ${serialNumber} as a device of this user. Compare it with the output of: aws iam list-mfa-devices`,
      { cause: error },
    );
  }
  return error;
}
