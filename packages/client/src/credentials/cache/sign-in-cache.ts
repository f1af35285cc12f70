import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { sleep } from "../../call/deadline.ts";
import { parseObject } from "../sources/credential-json.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { acquireFileLock } from "./file-lock.ts";
import { replaceFile } from "./replace-file.ts";

/** The members of a file that a sign-in has written. */
export type SignIn = Readonly<Record<string, unknown>>;

/** How a {@link SignInFile} is kept. */
export interface SignInFileOptions {
  /** Path of the file. */
  readonly path: string;
  /**
   * What to do if the file cannot be written: renew and keep the result in memory, or do not renew, because every other
   * program would lose what was renewed.
   */
  readonly whenReadOnly: "keep in memory" | "refuse";
  /** Called when a renewed sign-in could not be stored. Default `process.emitWarning`. */
  readonly onWriteError?: ((error: Error) => void) | undefined;
}

/** A file with a sign-in, shared with the AWS CLI and the SDKs. */
export interface SignInFile {
  /**
   * Reads the sign-in; `undefined` when there is no file, or its content is invalid.
   *
   * @throws `CredentialsProviderError` `ERR_CONFIG_UNREADABLE`.
   */
  readonly read: () => Promise<SignIn | undefined>;
  /**
   * Renews the sign-in while no other program holds our lock; callers at the same moment share one renewal. If
   * another program has renewed it meanwhile, that result is used.
   *
   * @param isFresh - whether a sign-in that was read needs no renewal
   * @param make - creates the renewed sign-in
   * @throws `CredentialsProviderError` `ERR_LOCK_TIMEOUT`, `ERR_SIGN_IN_UNAVAILABLE` when it cannot be stored but
   * must be; whatever `make` throws.
   */
  readonly renew: (
    isFresh: (signIn: SignIn) => boolean,
    make: (signIn: SignIn) => Promise<SignIn>,
  ) => Promise<SignIn | undefined>;
}

/** Creates the access to a sign-in's file. */
export function createSignInFile(options: SignInFileOptions): SignInFile {
  const { path, whenReadOnly, onWriteError = (error: Error) => process.emitWarning(error) } = options;
  // What could not be written, and the text of the file that it renews: when the file changes, someone has signed in again.
  let unwritten: { readonly text: string; readonly signIn: SignIn } | undefined;
  let pending: Promise<SignIn | undefined> | undefined;

  const load = async (): Promise<{ readonly text: string; readonly signIn: SignIn | undefined }> => {
    const { text, signIn } = await readSignIn(path);
    return { text, signIn: unwritten?.text === text ? unwritten.signIn : signIn };
  };
  const lock = async (): Promise<() => Promise<void>> => {
    try {
      return await acquireFileLock(path.replace(/\.json$/, ".lock"), { timeoutMs: 60_000 });
    } catch (cause) {
      if (cause instanceof CredentialsProviderError) throw cause;
      if (whenReadOnly === "keep in memory") return async () => undefined;
      throw new CredentialsProviderError(
        "ERR_SIGN_IN_UNAVAILABLE",
        `${dirname(path)} cannot be written to, so the sign-in in it cannot be renewed: each renewal has to be stored for the next one`,
        { cause, file: path },
      );
    }
  };
  const renew: SignInFile["renew"] = async (isFresh, make) => {
    const release = await lock();
    try {
      const { text, signIn } = await load();
      if (signIn === undefined || isFresh(signIn)) return signIn;
      let renewed: SignIn;
      try {
        renewed = await make(signIn);
      } catch (error) {
        // A program that takes no lock may have used up the refresh token, and stored the result.
        const found = await load();
        if (found.text !== text && found.signIn !== undefined && isFresh(found.signIn)) return found.signIn;
        throw error;
      }
      try {
        await replaceFile(path, `${JSON.stringify(renewed, null, 2)}\n`, { keepMode: true });
        unwritten = undefined;
      } catch (cause) {
        unwritten = { text, signIn: renewed };
        onWriteError(new Error(`sts-client: cannot store the renewed sign-in in ${path}`, { cause }));
      }
      return renewed;
    } finally {
      await release();
    }
  };
  return {
    read: async () => (await load()).signIn,
    renew: (isFresh, make) => {
      pending ??= renew(isFresh, make).finally(() => (pending = undefined));
      return pending;
    },
  };
}

const MAX_FILE_BYTES = 1_048_576;
const READS = 10;

async function readSignIn(
  path: string,
): Promise<{ readonly text: string; readonly signIn: SignIn | undefined }> {
  for (let reads = 1; ; reads += 1) {
    const text = await readText(path);
    const signIn = text === undefined ? undefined : parseObject(text);
    // The AWS CLI writes in place, so a file can be read while it is empty or cut off.
    if (text === undefined || signIn !== undefined || reads === READS) return { text: text ?? "", signIn };
    await sleep(25);
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES) return undefined;
    return await readFile(path, "utf8");
  } catch (cause) {
    // Errors of node:fs carry their code as a string; Deno's have a name.
    const { code, name } = cause as { code?: string; name?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new CredentialsProviderError("ERR_CONFIG_UNREADABLE", `${path} cannot be read (${code ?? name})`, {
      cause,
      file: path,
    });
  }
}

/**
 * Reads a date as written by any of the programs that share these files: with or without fractions of a second, with
 * an offset, or with the `UTC` of AWS CLI versions before 2.1.14; without a zone it is UTC.
 *
 * @returns Milliseconds since 1970; NaN for anything else.
 */
export function parseSignInDate(value: unknown): number {
  if (typeof value !== "string") return NaN;
  const [, time, zone = "Z"] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)\s?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(value.trim()) ?? [];
  if (time === undefined) return NaN;
  return Date.parse(time + (zone === "UTC" ? "Z" : zone.replace(/^(...)(\d\d)$/, "$1:$2")));
}

/** Writes a date as the AWS CLI does; every program that shares these files can read it. */
export function formatSignInDate(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Whether a response's `expiresIn` is a plausible number of seconds, up to 30 years. */
export function isLifetime(seconds: unknown): seconds is number {
  return typeof seconds === "number" && seconds > 0 && seconds < 1e9;
}

/** The command that signs a person in, for an error: its name, and the option that says to what. */
export function signInCommand(command: string, option?: string, value?: string): string {
  if (option === undefined || value === undefined) return command;
  return `${command} ${option} ${/^[\w.@/+-]+$/.test(value) ? value : JSON.stringify(value)}`;
}

/** A member that contains text, if there is one. */
export function textMember(signIn: SignIn, name: string): string | undefined {
  const value = signIn[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
