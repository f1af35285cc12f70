import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";

import { sleep as defaultSleep } from "../../call/deadline.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";

/** Options of {@link acquireFileLock}. */
export interface FileLockOptions {
  /** Milliseconds to wait for the lock. Default 300 000. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds without a sign of life after which the holder is assumed dead. Default 10 000. */
  readonly staleMs?: number | undefined;
  /** Milliseconds between checks of a lock that is taken. Default 50. */
  readonly pollMs?: number | undefined;
  /** Waits between checks. Default a timer. */
  readonly sleep?: ((ms: number) => Promise<void>) | undefined;
}

/**
 * Waits until no other process, and no other caller in this one, holds the lock file, then takes it. Returns a function that
 * releases it.
 *
 * The file is created exclusively and touched while held. A holder that stops touching it, because it was killed,
 * loses it. Death is judged by watching the file stay unchanged, never by comparing clocks, so a machine that slept
 * or a file server with a different time does not look dead. The common packages for this patch process functions on
 * load, so none of them is used.
 *
 * @throws {@link CredentialsProviderError} `ERR_LOCK_TIMEOUT` naming the file; whatever node:fs throws when the file
 * cannot be created.
 */
export async function acquireFileLock(
  path: string,
  options: FileLockOptions = {},
): Promise<() => Promise<void>> {
  const { timeoutMs = 300_000, staleMs = 10_000, pollMs = 50, sleep = defaultSleep } = options;
  const id = randomUUID();
  let watched = "";
  let unchangedMs = 0;
  for (let waitedMs = 0; !(await create(path, id)); waitedMs += pollMs) {
    if (waitedMs >= timeoutMs) {
      throw new CredentialsProviderError(
        "ERR_LOCK_TIMEOUT",
        `another process has held ${path} for ${timeoutMs} ms; if none is running, delete the file`,
        { file: path },
      );
    }
    const seen = await signOfLife(path);
    unchangedMs = seen === watched ? unchangedMs + pollMs : 0;
    watched = seen;
    if (unchangedMs >= staleMs) {
      await takeAway(path, seen);
      unchangedMs = 0;
    }
    await sleep(pollMs);
  }

  const touch = setInterval(() => {
    const now = new Date();
    // The file may have been taken away: then there is nothing to keep alive.
    utimes(path, now, now).catch(() => undefined);
  }, staleMs / 4);
  touch.unref();
  return async () => {
    clearInterval(touch);
    if ((await contents(path)) === id) await rm(path, { force: true });
  };
}

async function create(path: string, id: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(id);
    } catch (error) {
      // On a full disk an empty lock file would remain that belongs to nobody.
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    // Errors of node:fs carry their code as a string. Windows says EPERM for a file that is being deleted.
    const code = (error as { code?: unknown }).code;
    if (code === "EEXIST" || (code === "EPERM" && process.platform === "win32")) return false;
    throw error;
  }
}

async function contents(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

async function signOfLife(path: string): Promise<string> {
  const [id, touched] = await Promise.all([
    contents(path),
    stat(path).then(
      (found) => found.mtimeMs,
      () => 0,
    ),
  ]);
  return `${id} ${touched}`;
}

async function takeAway(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  // Someone else may have replaced the dead lock with a live one just before: restore that one.
  if ((await signOfLife(aside)) !== seen) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
