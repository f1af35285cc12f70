import { sha1Hex } from "../cache/cli-cache-key.ts";
import { onAbort } from "../../call/on-abort.ts";
import { STSClientError } from "../../errors/client-error.ts";
import { isUnused } from "../../retry/classify-error.ts";
import type { CredentialsProviderOptions } from "../provider.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { SessionCache } from "../cache/session-cache.ts";

/**
 * Gets the current six-digit code of an MFA device, like the AWS SDK's `mfaCodeProvider`. It is
 * called with one argument.
 *
 * @param serialNumber - Name of the device: an ARN, or the serial number of a hardware token.
 */
export type MfaCodeProvider = (serialNumber: string) => Promise<string>;

/** Gets the current six-digit code of an MFA device. It can ask which codes are spent, and learns when nobody waits any more. */
export type MfaCodeSource = (request: MfaCodeRequest) => Promise<string>;

/** Argument of a {@link MfaCodeSource}. */
export interface MfaCodeRequest {
  /** Name of the device: an ARN, or the serial number of a hardware token. */
  readonly serialNumber: string;
  /**
   * Whether a code has already been sent: AWS accepts each only once. A source that can wait for the next code
   * should.
   */
  readonly isUsed: (code: string) => Promise<boolean>;
  /** Aborted when nobody waits for the code any more: remove the question. */
  readonly abortSignal?: AbortSignal | undefined;
}

/** The two ways to provide a device's codes. */
export interface MfaCodeOptions {
  /** Gets the code; called with the device's name alone, as by the AWS SDK. */
  readonly mfaCodeProvider?: MfaCodeProvider | undefined;
  /**
   * Gets the code instead of `mfaCodeProvider`. It can ask which codes are spent, and learns when nobody waits any
   * more. `totp()` and `terminalPrompt()` are such functions.
   */
  readonly mfaCodeSource?: MfaCodeSource | undefined;
}

/** The source of codes that options name, if any. */
export function mfaCodeSourceOf({
  mfaCodeSource,
  mfaCodeProvider,
}: MfaCodeOptions): MfaCodeSource | undefined {
  // Functions written for the AWS SDK may have their own second parameter.
  return mfaCodeSource ?? (mfaCodeProvider && (({ serialNumber }) => mfaCodeProvider(serialNumber)));
}

/** One use of a code. */
export interface MfaCodeUse {
  /** Gets the code. */
  readonly source: MfaCodeSource;
  /** The device. */
  readonly serialNumber: string;
  /** What the waiting client has passed on. */
  readonly asked: CredentialsProviderOptions | undefined;
}

/** Remembers which codes were spent, in the process and, with a cache, between processes. */
export interface UsedMfaCodes {
  /**
   * Asks for a code that has not been used, marks it and sends it. If the code cannot have been used, it is still good
   * afterwards, and the error says so.
   */
  readonly use: <T>(use: MfaCodeUse, send: (code: string) => Promise<T>) => Promise<T>;
}

/** Creates the record of spent codes. Must be used under the cache's lock for the device. */
export function createUsedMfaCodes(cache: SessionCache | undefined): UsedMfaCodes {
  const spent = new Set<string>();

  const take = async (use: MfaCodeUse): Promise<{ code: string; release: () => Promise<void> }> => {
    const { source, serialNumber, asked } = use;
    const key = await mfaDeviceKey(serialNumber);
    // A code is valid for a minute or two, so the last few are enough.
    const stored = (await cache?.read(key))?.value["UsedCodes"];
    const earlier = Array.isArray(stored) ? stored.slice(-8) : [];
    const mark = (code: string): Promise<string> => sha1Hex(`${serialNumber} ${code}`);
    const isUsed = async (code: string): Promise<boolean> => {
      const digest = await mark(code);
      return spent.has(digest) || earlier.includes(digest);
    };
    const abortSignal = asked?.abortSignal;
    // A number has lost its leading zeros, and a prompt that was cancelled often returns nothing.
    const answer: unknown = await untilAborted(source({ serialNumber, isUsed, abortSignal }), abortSignal);
    const code = typeof answer === "string" ? answer.trim() : "";
    if (!/^\d{6}$/.test(code)) {
      throw new CredentialsProviderError("ERR_MFA_CODE_INVALID", "the MFA code must be a text of six digits");
    }
    const digest = await mark(code);
    if (spent.has(digest) || earlier.includes(digest)) {
      throw new CredentialsProviderError(
        "ERR_MFA_CODE_INVALID",
        `the MFA code of ${serialNumber} has been used already and AWS accepts each once: wait for the next one`,
      );
    }
    spent.add(digest);
    await cache?.write(key, { UsedCodes: [...earlier, digest] });
    return {
      code,
      release: async () => {
        spent.delete(digest);
        await cache?.write(key, { UsedCodes: earlier });
      },
    };
  };

  return {
    use: async (use, send) => {
      const { serialNumber, asked } = use;
      if (asked?.rejectedKeyId !== undefined) {
        throw new CredentialsProviderError(
          "ERR_MFA_CODE_REQUIRED",
          `the session ended early, and nobody is asked for another code of ${serialNumber} in the middle of a call: ask the provider with forceRefresh`,
        );
      }
      const resume = asked?.pauseTimeLimit?.();
      const { code, release } = await take(use).finally(resume);
      try {
        return await send(code);
      } catch (error) {
        if (!isUnused(error)) throw explainMfaFailure(error, serialNumber);
        await release();
        throw withNote(error, `The MFA code of ${serialNumber} was not used and is still good`);
      }
    },
  };
}

/** Rejects with the signal's reason as soon as it is aborted, whatever the promise does. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const stopListening = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(stopListening);
  });
}

// The service's own words are not changed.
function withNote(error: unknown, note: string): unknown {
  const isOurs = error instanceof STSClientError || error instanceof CredentialsProviderError;
  if (isOurs && !error.message.includes("still good")) error.message += `. ${note}`;
  return error;
}

/** Key of a device in a {@link SessionCache}; the lock under it covers every use of the device's codes. */
export async function mfaDeviceKey(serialNumber: string): Promise<string> {
  return `mfa-${await sha1Hex(serialNumber)}`;
}

/**
 * Refuses a device name that STS cannot know, by the rules of the operations that it is used in.
 *
 * @throws {@link CredentialsProviderError} `ERR_MFA_SERIAL_INVALID` with the likely right name.
 */
export function checkMfaSerial(serialNumber: string): void {
  const isDevice = serialNumber.startsWith("arn:")
    ? /^arn:[\w-]+:iam::\d{12}:mfa\/./.test(serialNumber)
    : true;
  const isText =
    serialNumber.length >= 9 && serialNumber.length <= 256 && /^[\w+=/:,.@-]*$/.test(serialNumber);
  if (isDevice && isText) return;
  const likely = serialNumber.replace(/^(arn:[\w-]+:iam::\d*:)(user|u2f|sms-mfa)\//, "$1mfa/");
  throw new CredentialsProviderError(
    "ERR_MFA_SERIAL_INVALID",
    `${serialNumber} does not name an MFA device; expected arn:aws:iam::123456789012:mfa/name, or the serial number of a hardware device` +
      (likely === serialNumber ? "" : `, perhaps ${likely}`),
  );
}

/**
 * Turns STS's two MFA refusals, which share a code, into separate errors. Any other error is returned
 * unchanged.
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
