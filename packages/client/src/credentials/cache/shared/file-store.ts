import { join } from "node:path";
import { readFile } from "node:fs/promises";

import { CredentialsProviderError } from "../../../errors/credentials-provider-error.ts";
import { parseObject } from "../../sources/credential-json.ts";
import { makePrivate } from "../disk-cache.ts";
import { acquireFileLock } from "../file-lock.ts";
import { replaceFile } from "../replace-file.ts";
import { fenceOf, leasedFor } from "./session-store.ts";
import type { SessionStore } from "./session-store.ts";

/** Options of {@link fileStore}. */
export interface FileStoreOptions {
  /** Folder of the files, on this machine or a file server. It is created if needed, and kept at mode 0700. */
  readonly directory: string;
  /** Clock in milliseconds since 1970. Default `Date.now`. Hosts that share a folder compare theirs. */
  readonly now?: (() => number) | undefined;
}

/**
 * A store in files, like those of `diskCache`: mode 0600 in a folder of mode 0700, replaced in one step, under a lock that
 * a killed process loses after two seconds.
 *
 * It is private to the user, so entries need no sealing key; on a file server, use one.
 *
 * @throws `CredentialsProviderError` `ERR_OPTION_INVALID` when there is no `directory`.
 */
export function fileStore({ directory, now = Date.now }: FileStoreOptions): SessionStore {
  if (!directory) throw new CredentialsProviderError("ERR_OPTION_INVALID", "fileStore: directory is missing");
  const pathOf = (name: string, extension: string): string =>
    join(directory, `${name.replace(/[^\w.-]/g, "_")}.${extension}`);

  const read = async (name: string): Promise<FileRecord> => {
    const content = await readFile(pathOf(name, "json"), "utf8").catch((error: unknown) => {
      // Errors of node:fs carry their code as a string.
      if ((error as { code?: unknown }).code === "ENOENT") return "";
      throw error;
    });
    const { text, end, fence, until } = parseObject(content) ?? {};
    return {
      text: typeof text === "string" ? text : undefined,
      end: Number(end),
      fence: fenceOf(fence),
      until: Number(until),
    };
  };

  // Changes a record while nobody else does; fields that `change` does not return stay as they were.
  const update = async (
    name: string,
    change: (record: FileRecord) => FileRecord | undefined,
  ): Promise<FileRecord | undefined> => {
    await makePrivate(directory);
    const release = await acquireFileLock(pathOf(name, "lock"), LOCK);
    try {
      const changed = change(await read(name));
      if (changed) await replaceFile(pathOf(name, "json"), JSON.stringify(changed));
      return changed;
    } finally {
      await release();
    }
  };

  return {
    name: "file",
    isPrivate: true,
    get: async (name) => {
      const { text, end, fence, until } = await read(name);
      const time = now();
      return { ...(end > time && { text }), fence, leasedForMs: leasedFor(until, time) };
    },
    put: async (name, { text, lifeMs, fence }) => {
      const changed = await update(name, (record) =>
        record.fence === fence ? { text, end: now() + lifeMs, fence, until: 0 } : undefined,
      );
      return changed !== undefined;
    },
    lease: async (name, { lifeMs, fence }) => {
      const changed = await update(name, (record) => {
        const time = now();
        const isRefused = fence === undefined ? leasedFor(record.until, time) > 0 : record.fence !== fence;
        if (isRefused) return undefined;
        return {
          ...record,
          fence: fence ?? Math.max(record.fence + 1, Math.floor(time)),
          until: lifeMs > 0 ? time + lifeMs : 0,
        };
      });
      return changed?.fence;
    },
  };
}

interface FileRecord {
  readonly text: string | undefined;
  readonly end: number;
  readonly fence: number;
  readonly until: number;
}

// Changing a record takes milliseconds. Users of a shared session wait a second for its store and then continue without it.
const LOCK = { timeoutMs: 5000, staleMs: 2000, pollMs: 10 };
