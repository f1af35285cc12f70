import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";

/** How {@link replaceFile} treats the file that was there. */
export interface ReplaceFileOptions {
  /** `private`: mode 0600, whatever it was. `keep`: the mode and, where the system lets us, the owner that it had. */
  readonly mode: "private" | "keep";
}

/**
 * Replaces a file in one step, so that a reader, or a crash, never sees half of it. A new file has mode 0600. A link
 * stays a link, to the new text.
 *
 * @throws Whatever node:fs throws; the file is then as it was.
 */
export async function replaceFile(path: string, text: string, { mode }: ReplaceFileOptions): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const old = mode === "keep" ? await stat(target).catch(() => undefined) : undefined;
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      if (old !== undefined) {
        // Root in a container would otherwise take the file away from the user it belongs to.
        const made = await file.stat();
        if (made.uid !== old.uid || made.gid !== old.gid)
          await file.chown(old.uid, old.gid).catch(() => undefined);
        await file.chmod(old.mode & 0o777);
      }
      // Without it a power cut can leave the new name pointing at nothing.
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
