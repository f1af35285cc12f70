import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, rm } from "node:fs/promises";

/**
 * Reads an object from a JSON file.
 *
 * @param options - `links: "refused"` reads no symbolic link, for a file that contains a key
 * @returns `undefined` when there is no such file.
 * @throws TypeError when the content is something else, Error when the file cannot be read. The message says where, and quotes nothing: the file may contain keys.
 */
export async function readJsonFile(
  file: string,
  { links }: { readonly links: "followed" | "refused" },
): Promise<Readonly<Record<string, unknown>> | undefined> {
  let text: string;
  try {
    // Windows has no such flag, and undefined counts as 0.
    const noFollow = links === "refused" ? constants.O_NOFOLLOW : 0;
    const handle = await open(file, constants.O_RDONLY | noFollow);
    try {
      text = await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP") {
      throw new TypeError(`${file}: is a symbolic link; name the file itself`, { cause: error });
    }
    throw fileError(file, "cannot be read", error);
  }
  const value = parse(text, file);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${file}: expected a JSON object with "users", "roles" or "accounts"`);
  }
  return value as Readonly<Record<string, unknown>>; // a JSON object
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the text, so only its position is used.
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split("\n").length;
    // eslint-disable-next-line preserve-caught-error -- the engine's error quotes the file
    throw new TypeError(`${file}: is not valid JSON${line === undefined ? "" : `, see line ${line}`}`);
  }
}

/**
 * Replaces a file as a whole: readers see either the old text or the new one, even after a crash. Only the owner can read it.
 *
 * @throws Error when it cannot be written.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  // A name that nobody can guess, created here, so that nobody else's file or link is written to.
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileError(file, "cannot be written", error);
  }
}

// The system's message names the temporary file, or no file.
function fileError(file: string, what: string, error: unknown): Error {
  const [reason = ""] = (error instanceof Error ? error.message : String(error)).split(", ");
  return new Error(`${file}: ${what}: ${reason}`, { cause: error });
}
