import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { parseObject } from "../sources/credential-json.ts";
import { acquireFileLock } from "./file-lock.ts";
import { formatPythonJson } from "./python-json.ts";
import { replaceFile } from "./replace-file.ts";
import { homeDirectory } from "../files/read-shared-config.ts";
import type { SessionCache } from "./session-cache.ts";

/** Options of {@link diskCache}. */
export interface DiskCacheOptions {
  /** Folder of the files. Default `~/.aws/cli/cache`, the AWS CLI's own. */
  readonly directory?: string | undefined;
  /**
   * Milliseconds to wait for another process that is fetching the same session, perhaps asking a person. Default
   * 300 000.
   */
  readonly lockTimeoutMs?: number | undefined;
  /**
   * Called when the folder cannot be written to. Credentials are returned all the same. Default
   * `process.emitWarning`.
   */
  readonly onWriteError?: ((error: Error) => void) | undefined;
}

/**
 * Sessions on disk, shared with the AWS CLI and between processes.
 *
 * Files have mode 0600 and are replaced in one step, so that neither a reader nor a crash ever sees half a file. If the folder
 * has to be created, it gets mode 0700. A file that cannot be read or parsed counts as absent. Use a folder that is safe for
 * a user's keys, not one that others can read.
 *
 * @throws `CredentialsProviderError` `ERR_OPTION_INVALID` when there is neither a `directory` nor a home directory.
 */
export function diskCache(options: DiskCacheOptions = {}): SessionCache {
  const {
    directory = defaultDirectory(),
    lockTimeoutMs,
    onWriteError = (error) => process.emitWarning(error),
  } = options;
  const pathOf = (key: string, extension: string): string =>
    join(directory, `${key.replace(/[:/\\]/g, "_")}.${extension}`);

  return {
    read: async (key) => {
      try {
        const path = pathOf(key, "json");
        const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
        const value = parseObject(text);
        return value && { value, writtenAt: mtimeMs };
      } catch {
        return undefined;
      }
    },
    write: async (key, value) => {
      try {
        await makePrivate(directory);
        await replaceFile(pathOf(key, "json"), formatPythonJson(value));
      } catch (error) {
        onWriteError(
          new Error(`sts-client: cannot write to the session cache ${directory}`, { cause: error }),
        );
      }
    },
    lock: async (key, work) => {
      let release: (() => Promise<void>) | undefined;
      try {
        await makePrivate(directory);
        release = await acquireFileLock(pathOf(key, "lock"), { timeoutMs: lockTimeoutMs });
      } catch (error) {
        if (error instanceof CredentialsProviderError) throw error;
        onWriteError(new Error(`sts-client: cannot lock the session cache ${directory}`, { cause: error }));
      }
      try {
        return await work();
      } finally {
        await release?.();
      }
    },
  };
}

function defaultDirectory(): string {
  const home = homeDirectory();
  if (home !== undefined) return join(home, ".aws", "cli", "cache");
  throw new CredentialsProviderError(
    "ERR_OPTION_INVALID",
    "diskCache: there is no home directory; pass directory",
  );
}

/** Creates a folder that is closed to others. An existing folder keeps its mode; the files in it are closed to others anyway. */
export async function makePrivate(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
}
