/** Parameters of {@link totpCode}. The defaults are those of AWS virtual MFA devices. */
export interface TotpOptions {
  /** How many seconds a code is shown. Default: 30. */
  readonly periodSeconds?: number;
  /** Digits of a code. Default: 6. */
  readonly digits?: number;
}

/**
 * Computes the code that an authenticator app shows: HMAC-SHA-1 over the number of the time step.
 *
 * @param secret - the device's secret in base32, as shown at enrolment; case, spaces and `=` do not matter
 * @param time - the moment to compute the code for
 * @throws TypeError when the secret is not base32. The message does not contain the secret.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6238 RFC 6238}
 */
export async function totpCode(
  secret: string,
  time: Date | number,
  options: TotpOptions = {},
): Promise<string> {
  const { periodSeconds = 30, digits = 6 } = options;
  return hotp(await importSecret(secret), Math.floor(Number(time) / 1000 / periodSeconds), digits);
}

/** Checks the codes of one MFA device. */
export interface TotpVerifier {
  /**
   * Returns whether the code is the device's current one, or one step before or after, and has not been used.
   * Accepting a code uses it up, and all earlier ones too.
   */
  verify(code: string, now: number): Promise<boolean>;
  /**
   * Returns the first code from now on that was not used. If it is beyond the steps that `verify` accepts, this one code
   * is accepted too, once.
   */
  showUnusedCode(now: number): Promise<string>;
  /** Number of the newest time step used. Can be passed to {@link createTotpVerifier} again. */
  usedStep(): number;
}

/**
 * Creates a verifier with the state that makes each code work once.
 *
 * @param secret - base32
 * @param usedStep - the newest time step already used. Default: none
 */
export function createTotpVerifier(secret: string, usedStep = -1): TotpVerifier {
  let used = usedStep;
  // Steps beyond the window: whose codes were shown, and whose were used.
  const shownAhead = new Set<number>();
  const usedAhead = new Set<number>();
  let key: Promise<CryptoKey> | undefined;
  return {
    usedStep: () => Math.max(used, ...usedAhead),
    showUnusedCode: async (now) => {
      key ??= importSecret(secret);
      const current = Math.floor(now / 30_000);
      let step = Math.max(current, used + 1);
      while (usedAhead.has(step)) step += 1;
      if (step > current + 1) shownAhead.add(step);
      return await hotp(await key, step, 6);
    },
    verify: async (code, now) => {
      key ??= importSecret(secret);
      const step = Math.floor(now / 30_000);
      for (const candidate of [step - 1, step, step + 1]) {
        // The check against `used` follows the last await, so two simultaneous requests cannot both win.
        if ((await hotp(await key, candidate, 6)) === code && candidate > used && !usedAhead.has(candidate)) {
          used = candidate;
          return true;
        }
      }
      for (const candidate of shownAhead) {
        if ((await hotp(await key, candidate, 6)) === code && shownAhead.delete(candidate)) {
          usedAhead.add(candidate);
          return true;
        }
      }
      return false;
    },
  };
}

async function hotp(key: CryptoKey, counter: number, digits: number): Promise<string> {
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(counter));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, message.buffer));
  // RFC 4226, section 5.3: the low half of the last byte says where to read 31 bits.
  const value = mac.getUint32(mac.getUint8(19) & 15) & 0x7f_ff_ff_ff;
  return String(value % 10 ** digits).padStart(digits, "0");
}

function importSecret(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", base32Decode(secret), { name: "HMAC", hash: "SHA-1" }, false, [
    "sign",
  ]);
}

function base32Decode(text: string): Uint8Array<ArrayBuffer> {
  const letters = text.toUpperCase().replaceAll(/[\s=-]/g, "");
  if (!/^[A-Z2-7]{2,}$/.test(letters)) {
    throw new TypeError(
      "MFA device: expected a base32 secret (A-Z and 2-7); found another character or nothing",
    );
  }
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of letters) {
    held = ((held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return Uint8Array.from(bytes);
}
