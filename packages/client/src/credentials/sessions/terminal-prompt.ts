import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { MfaCodeProvider, MfaCodeRequest, MfaCodeSource } from "./mfa-code.ts";
import { packageMissing } from "../../errors/package-missing.ts";

/**
 * Asks for the MFA code on the terminal. The question goes to the error output, so that the program's own output can
 * be piped; if input or error output are piped too, as for the `credential_process` of another program, it goes to the
 * terminal itself (`/dev/tty`, `CONIN$` on Windows). As `mfaCodeSource`, the question ends when nobody waits for the code
 * any more, and a spent code is not accepted. It also works as `mfaCodeProvider`, even in the AWS SDK.
 *
 * Needs the optional package `@inquirer/password`.
 *
 * @throws `CredentialsProviderError` `ERR_MFA_CODE_REQUIRED` when there is no terminal or the person gives
 * up, `ERR_PACKAGE_MISSING`.
 */
export function terminalPrompt(): MfaCodeProvider & MfaCodeSource {
  return async (request: string | MfaCodeRequest) => {
    const { serialNumber, isUsed, abortSignal } =
      typeof request === "string" ? { serialNumber: request } : request;
    const terminal = await openTerminal(serialNumber);
    try {
      const { default: password } = await loadPrompt();
      return await password(
        {
          message: `MFA code of ${serialNumber}:`,
          mask: true,
          validate: async (code) => {
            if (!/^\d{6}$/.test(code.trim())) return "Six digits, please";
            return (await isUsed?.(code.trim())) ? "That code was used already: wait for the next one" : true;
          },
        },
        {
          input: terminal.input,
          output: terminal.output,
          ...(abortSignal && { signal: abortSignal }),
        },
      );
    } catch (cause) {
      if (cause instanceof CredentialsProviderError) throw cause;
      throw new CredentialsProviderError(
        "ERR_MFA_CODE_REQUIRED",
        `no MFA code of ${serialNumber} was entered`,
        { cause },
      );
    } finally {
      terminal.close();
    }
  };
}

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Allows the program to exit. */
  close(): void;
}

async function openTerminal(serialNumber: string): Promise<Terminal> {
  const { stdin, stderr, platform } = process;
  if (stdin.isTTY && stderr.isTTY) return { input: stdin, output: stderr, close: () => undefined };
  const [readPath, writePath] =
    platform === "win32" ? ["\\\\.\\CONIN$", "\\\\.\\CONOUT$"] : ["/dev/tty", "/dev/tty"];
  const opened: number[] = [];
  const { closeSync, openSync } = await import("node:fs");
  try {
    const { ReadStream, WriteStream } = await import("node:tty");
    // Two descriptors, because each stream closes its own. Windows reads the console only if it is also open for writing.
    opened.push(openSync(readPath, platform === "win32" ? "r+" : "r"), openSync(writePath, "r+"));
    const [readable = 0, writable = 0] = opened;
    const input = new ReadStream(readable);
    const output = new WriteStream(writable);
    return {
      input,
      output,
      close() {
        input.destroy();
        output.destroy();
      },
    };
  } catch (cause) {
    for (const descriptor of opened) closeSync(descriptor);
    throw new CredentialsProviderError(
      "ERR_MFA_CODE_REQUIRED",
      `an MFA code of ${serialNumber} is needed and there is no terminal to ask on: pass mfaCodeProvider, or mfaCodeSource: totp({ secret })`,
      { cause },
    );
  }
}

// In `try`, because anywhere else webpack treats a missing package as an error.
async function loadPrompt(): Promise<typeof import("@inquirer/password")> {
  try {
    return await import("@inquirer/password");
  } catch (cause) {
    return packageMissing("@inquirer/password", "terminalPrompt()")(cause);
  }
}
