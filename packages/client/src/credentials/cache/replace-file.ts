import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";

/** How {@link replaceFile} treats an existing file. */
export interface ReplaceFileOptions {
  /** Keeps the mode and, where the system allows it, the owner. Default: mode 0600, whatever it was before. */
  readonly keepMode?: true;
}

/**
 * Replaces a file in one step, so that neither a reader nor a crash ever sees half of it. A new file has mode 0600. A symbolic
 * link stays a link, and its target gets the new text.
 *
 * @throws Whatever node:fs throws; the file is then as it was.
 */
export async function replaceFile(
  path: string,
  text: string,
  { keepMode }: ReplaceFileOptions = {},
): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const old = keepMode ? await stat(target).catch(() => undefined) : undefined;
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      if (old !== undefined) {
        // Otherwise root in a container would take the file away from the user it belongs to.
        const made = await file.stat();
        if (made.uid !== old.uid || made.gid !== old.gid)
          await file.chown(old.uid, old.gid).catch(() => undefined);
        await file.chmod(old.mode & 0o777);
      }
      // Without this, a power cut can leave the new name pointing at nothing.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
