/** A name that a piece of code declares or imports at its top level. */
export interface DeclaredName {
  readonly name: string;
  /** It is there for types only. */
  readonly isType: boolean;
  /** The code exports it by itself. */
  readonly isExported: boolean;
}

const DECLARATION =
  /^(export )?(?:declare )?(?:async )?(const|let|var|function|(?:abstract )?class|interface|type)\*? (\w+|\{[^}]*\}|\[[^\]]*\])/gm;
const IMPORT = /^import (type )?([^"';]+?) from ["']/gm;

/** Lists what formatted code declares: whatever begins in the first column. */
export function declaredNames(code: string): DeclaredName[] {
  const imported = [...code.matchAll(IMPORT)].flatMap(([, type, clause = ""]) =>
    bindings(
      clause
        .replaceAll(/[{}]/g, ",")
        .replaceAll(/\w+ as /g, "")
        .replaceAll("* as ", ""),
    ).map((binding): DeclaredName => ({
      name: binding.replace(/^type /, ""),
      isType: type !== undefined || binding.startsWith("type "),
      isExported: false,
    })),
  );
  const declared = [...code.matchAll(DECLARATION)].flatMap(([, exported, kind = "", pattern = ""]) =>
    bindings(
      pattern
        .replaceAll(/[{}[\]]/g, "")
        .replaceAll(/\w+:/g, "")
        .replaceAll(/=[^,]*/g, ""),
    ).map((name): DeclaredName => ({
      name,
      isType: kind === "interface" || kind === "type",
      isExported: exported !== undefined,
    })),
  );
  return [...imported, ...declared];
}

function bindings(list: string): string[] {
  return list
    .split(",")
    .map((binding) => binding.replace("...", "").trim())
    .filter((binding) => binding !== "");
}
