import { sleep as defaultSleep } from "../../call/deadline.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { MfaCodeProvider, MfaCodeSource } from "./mfa-code.ts";
import { packageMissing } from "../../errors/package-missing.ts";

/** Options of {@link totp}. */
export interface TotpOptions {
  /**
   * The device's secret in Base32, as shown under "show secret key" when the device is registered, or as bytes of that
   * text, which is what IAM's CreateVirtualMFADevice returns as `Base32StringSeed`. Spaces are ignored.
   */
  readonly secret: string | Uint8Array;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Waits for the next code; rejects when the signal is aborted. Default a timer. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/**
 * MFA codes of a virtual device, computed from its secret (RFC 6238: SHA-1, six digits, 30 seconds, which is what
 * AWS uses).
 *
 * A code is never returned twice: when called again within the same 30 seconds, it waits for the next. Storing the
 * secret next to the keys gives up what a second factor is for; this is meant for machines that need an MFA session. Needs
 * the optional package `otpauth`.
 *
 * Meant for `mfaCodeSource`, where it also knows the codes that other processes have spent. It also works as `mfaCodeProvider`,
 * even in the AWS SDK.
 *
 * @throws {@link CredentialsProviderError} `ERR_PACKAGE_MISSING`, `ERR_OPTION_INVALID` when the secret is not
 * Base32.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6238 RFC 6238}
 */
export function totp(options: TotpOptions): MfaCodeProvider & MfaCodeSource {
  const { now = Date.now, sleep = defaultSleep } = options;
  let lastStep = -1;
  return async (request) => {
    const { isUsed, abortSignal } = typeof request === "string" ? {} : request;
    const { Secret, TOTP } = await loadOtpauth();
    let device;
    try {
      const text =
        typeof options.secret === "string" ? options.secret : new TextDecoder().decode(options.secret);
      device = new TOTP({ secret: Secret.fromBase32(text.replace(/[\s-]/g, "")) });
    } catch {
      // The library's error quotes what it could not read, which is the secret.
      throw new CredentialsProviderError("ERR_OPTION_INVALID", "the TOTP secret is not Base32");
    }
    for (;;) {
      const time = now();
      const step = Math.floor(time / PERIOD_MS);
      if (step > lastStep) {
        // Before any wait: another caller may ask in the meantime.
        lastStep = step;
        const code = device.generate({ timestamp: time });
        if (!(await isUsed?.(code))) return code;
      }
      await sleep((step + 1) * PERIOD_MS - time, abortSignal);
    }
  };
}

const PERIOD_MS = 30_000;

// In `try`, because anywhere else webpack treats a missing package as an error.
async function loadOtpauth(): Promise<typeof import("otpauth")> {
  try {
    return await import("otpauth");
  } catch (cause) {
    return packageMissing("otpauth", "totp()")(cause);
  }
}
