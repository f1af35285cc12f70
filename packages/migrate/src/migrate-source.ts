import { openSourceFile, type Remark, type SourceFile } from "./source-file.ts";
import { V3_MODULES } from "./counterparts.ts";
import { migrateV2 } from "./v2/migrate-v2.ts";
import { migrateV3 } from "./v3/migrate-v3.ts";

/** The result of {@link migrateSource}. */
export interface Migration {
  /** The new text; the original, byte for byte, if `changed` is false. */
  readonly code: string;
  /** Whether anything was changed. */
  readonly changed: boolean;
  /** Why the file was left alone. Empty if it could be followed, or if nothing in it concerns STS. */
  readonly left: readonly Remark[];
  /** Names that stay with the AWS SDK in a file that was followed. */
  readonly kept: readonly Remark[];
  /** What may behave differently after the change and should be reviewed. */
  readonly notes: readonly Remark[];
}

/**
 * Moves one file from the AWS SDK to `@org/sts-client` and `@org/sts-signer`. A file is changed as a whole or not at all:
 * if one use of the SDK's STS client cannot be followed, the original text is returned, and `left` says where and why.
 * Text that no change touches keeps its format and comments. A second run changes nothing.
 *
 * @param code - the text of the file
 * @param fileName - its name; the extension distinguishes TypeScript, JSX and modules
 *
 * @example
 * import { migrateSource } from "@org/sts-migrate";
 *
 * const { code } = migrateSource('import { STSClient } from "@aws-sdk/client-sts";\n', "client.ts");
 * console.log(code); // import { STSClient } from "@org/sts-client";
 */
export function migrateSource(code: string, fileName: string): Migration {
  const unchanged = { code, changed: false, left: [], kept: [], notes: [] };
  if (!mentionsSdk(code)) return unchanged;
  let file: SourceFile;
  try {
    file = openSourceFile(code, fileName);
  } catch (error) {
    return { ...unchanged, left: [parseFailure(error)] };
  }
  migrateV3(file);
  migrateV2(file);
  const left = inOrder(file.left);
  const kept = inOrder(file.kept);
  if (left.length > 0) return { ...unchanged, left };
  const changedCode = file.text.toString();
  const changed = changedCode !== code;
  return { code: changedCode, changed, left, kept, notes: changed ? inOrder(file.notes) : [] };
}

function mentionsSdk(code: string): boolean {
  return (
    V3_MODULES.some((module) => code.includes(module)) ||
    (code.includes("aws-sdk") && code.includes("STS")) ||
    code.includes("aws-sdk/clients/sts")
  );
}

function parseFailure(error: unknown): Remark {
  // The parser's errors contain the position.
  const { loc } = error as { loc?: { line: number } };
  const message = error instanceof Error ? error.message : String(error);
  return { line: loc?.line ?? 1, reason: `the file cannot be parsed: ${message}` };
}

function inOrder(remarks: readonly Remark[]): readonly Remark[] {
  const unique = new Map(remarks.map((one) => [`${one.line} ${one.reason}`, one]));
  return [...unique.values()].sort((a, b) => a.line - b.line);
}
