import type { Binding, NodePath } from "@babel/traverse";
import type { ImportSpecifier, Node, ObjectProperty, StringLiteral } from "@babel/types";

import {
  endOf,
  hasComment,
  newlineOf,
  referencesOf,
  startOf,
  textOf,
  type NeededImport,
} from "../source-file.ts";
import { leave, type V2File } from "./v2-file.ts";

/** A statement that imports names of version 2. */
export interface SdkImport {
  /** The whole statement. */
  readonly statement: Node;
  readonly style: "import" | "require";
  /** The text in quotes. */
  readonly literal: StringLiteral;
  /** Local names with the text that imports each. */
  readonly names: readonly { readonly binding: Binding; readonly text: string; readonly isNamed: boolean }[];
}

/** Finds imports and requires of `aws-sdk`, and records the local names for the SDK and its classes. */
export function findSdkImports(v2: V2File): SdkImport[] {
  const imports: SdkImport[] = [];
  v2.file.program.traverse({
    StringLiteral(path) {
      const { value } = path.node;
      if (value !== "aws-sdk" && !CLIENT_MODULES.has(value)) return;
      const found = readImport(v2, path);
      if (found) imports.push(found);
      else if (!isMention(path)) {
        leave(v2, path.node, `this use of "${value}" cannot be followed; require it into a constant`);
      }
    },
  });
  return imports;
}

const CLIENT_MODULES: ReadonlySet<string> = new Set(["aws-sdk/clients/sts", "aws-sdk/clients/sts.js"]);

/** A text that only happens to name the package. */
function isMention(path: NodePath<StringLiteral>): boolean {
  return !path.parentPath.isCallExpression() && !path.parentPath.isExportDeclaration();
}

function readImport(v2: V2File, literal: NodePath<StringLiteral>): SdkImport | undefined {
  const parent = literal.parentPath;
  const isClient = CLIENT_MODULES.has(literal.node.value);
  if (parent.isImportDeclaration()) {
    const names = parent.node.specifiers.flatMap((specifier) => {
      const binding = parent.scope.getBinding(specifier.local.name);
      if (!binding) return [];
      const className = specifier.type === "ImportSpecifier" ? importedName(specifier) : undefined;
      note(v2, binding, className, isClient);
      const isNamed = specifier.type === "ImportSpecifier";
      return [{ binding, text: textOf(v2.file, specifier), isNamed }];
    });
    return { statement: parent.node, style: "import", literal: literal.node, names };
  }
  if (parent.isTSExternalModuleReference() && parent.parentPath.isTSImportEqualsDeclaration()) {
    const statement = parent.parentPath.node;
    const binding = parent.scope.getBinding(statement.id.name);
    if (!binding) return undefined;
    note(v2, binding, undefined, isClient);
    return {
      statement,
      style: "import",
      literal: literal.node,
      names: [{ binding, text: statement.id.name, isNamed: false }],
    };
  }
  return parent.isCallExpression() ? readRequire(v2, literal, parent, isClient) : undefined;
}

function readRequire(
  v2: V2File,
  literal: NodePath<StringLiteral>,
  call: NodePath,
  isClient: boolean,
): SdkImport | undefined {
  if (call.node.type !== "CallExpression" || call.node.callee.type !== "Identifier") return undefined;
  if (call.node.callee.name !== "require") return undefined;
  // `require("aws-sdk").STS`
  const member = call.parentPath?.isMemberExpression() ? call.parentPath : undefined;
  const declarator = (member ?? call).parentPath;
  const declaration = declarator?.parentPath;
  if (!declarator?.isVariableDeclarator() || !declaration?.isVariableDeclaration()) return undefined;
  if (declaration.node.declarations.length > 1) return undefined;
  const statement = declaration.node;
  const { id } = declarator.node;
  const made = { statement, style: "require", literal: literal.node } as const;
  if (id.type === "Identifier") {
    const binding = declarator.scope.getBinding(id.name);
    const property = member?.node.property;
    const className = property?.type === "Identifier" ? property.name : undefined;
    if (!binding || (member && className === undefined)) return undefined;
    note(v2, binding, className, isClient);
    return { ...made, names: [{ binding, text: id.name, isNamed: false }] };
  }
  if (id.type !== "ObjectPattern" || member) return undefined;
  const names = [];
  for (const property of id.properties) {
    if (!isPlain(property)) return undefined;
    const binding = declarator.scope.getBinding(property.value.name);
    if (!binding) return undefined;
    note(v2, binding, property.key.name, isClient);
    names.push({ binding, text: textOf(v2.file, property), isNamed: true });
  }
  return { ...made, names };
}

function isPlain(
  property: Node,
): property is ObjectProperty & { key: { name: string }; value: { name: string } } {
  return (
    property.type === "ObjectProperty" &&
    !property.computed &&
    property.key.type === "Identifier" &&
    property.value.type === "Identifier"
  );
}

function note(v2: V2File, binding: Binding, className: string | undefined, isClient: boolean): void {
  if (className !== undefined) v2.classes.set(binding, className);
  else if (isClient) v2.classes.set(binding, "STS");
  else v2.namespaces.add(binding);
}

function importedName({ imported }: ImportSpecifier): string {
  return imported.type === "Identifier" ? imported.name : imported.value;
}

/** Removes the imports that are no longer used, and writes those that are needed. */
export function rewriteImports(v2: V2File, imports: readonly SdkImport[]): void {
  const [first] = imports;
  if (!first) return;
  const localNames = localNamesOfSts(v2, imports);
  for (const one of imports) {
    const staying = one.names.filter(({ binding }) => isUsed(v2, binding));
    const lines = one === first ? writeNeeded(v2, one, localNames) : [];
    if (staying.length === one.names.length && lines.length === 0) continue;
    if (
      staying.length < one.names.length &&
      hasComment(v2.file, startOf(one.statement), endOf(one.statement))
    ) {
      leave(
        v2,
        one.statement,
        "this import has to be changed, and the comments in it would be lost; move them out",
      );
      return;
    }
    const kept = writeStaying(v2, one, staying);
    replaceStatement(v2, one.statement, kept === undefined ? lines : [kept, ...lines]);
  }
}

function isUsed(v2: V2File, binding: Binding): boolean {
  return referencesOf(v2.file, binding).some(({ node }) => !v2.consumed.has(node));
}

/** The local names for the class STS in the file. */
function localNamesOfSts(v2: V2File, imports: readonly SdkImport[]): string[] {
  const names = new Set<string>();
  for (const { binding } of imports.flatMap((one) => one.names)) {
    if (v2.classes.get(binding) === "STS") names.add(binding.identifier.name);
    else if (v2.namespaces.has(binding)) names.add("STS");
  }
  return [...names];
}

function writeStaying(
  v2: V2File,
  { statement, style, literal, names }: SdkImport,
  staying: SdkImport["names"],
): string | undefined {
  if (staying.length === 0) return undefined;
  if (staying.length === names.length) return textOf(v2.file, statement);
  const semicolon = textOf(v2.file, statement).endsWith(";") ? ";" : "";
  const source = textOf(v2.file, literal);
  const named = staying.filter((one) => one.isNamed).map((one) => one.text);
  const whole = staying.filter((one) => !one.isNamed).map((one) => one.text);
  if (style === "require")
    return `${keywordOf(statement)} { ${named.join(", ")} } = require(${source})${semicolon}`;
  const list = [...whole, ...(named.length > 0 ? [`{ ${named.join(", ")} }`] : [])].join(", ");
  const keyword =
    statement.type === "ImportDeclaration" && statement.importKind === "type" ? "import type" : "import";
  return `${keyword} ${list} from ${source}${semicolon}`;
}

function writeNeeded(v2: V2File, place: SdkImport, localNamesOfClient: readonly string[]): string[] {
  const semicolon = textOf(v2.file, place.statement).endsWith(";") ? ";" : "";
  const quote = textOf(v2.file, place.literal).charAt(0);
  return [...v2.file.needed].map(([module, names]) => {
    const all = [...names.values()].sort(
      (a, b) => Number(a.isType) - Number(b.isType) || (a.name < b.name ? -1 : 1),
    );
    const source = `${quote}${module}${quote}`;
    const locals = all.flatMap((one) =>
      module === "@org/sts-client" && one.name === "STS"
        ? localNamesOfClient.map((local) => ({ ...one, local }))
        : [{ ...one, local: one.name }],
    );
    if (place.style === "require") {
      const list = locals.map(({ name, local }) => (name === local ? name : `${name}: ${local}`));
      return `${keywordOf(place.statement)} { ${list.join(", ")} } = require(${source})${semicolon}`;
    }
    const areTypes = locals.every(({ isType }) => isType);
    const list = locals.map((one) => writeSpecifier(one, areTypes));
    return `import ${areTypes ? "type " : ""}{ ${list.join(", ")} } from ${source}${semicolon}`;
  });
}

function keywordOf(statement: Node): string {
  return statement.type === "VariableDeclaration" ? statement.kind : "const";
}

function writeSpecifier(
  { name, local, isType }: NeededImport & { local: string },
  areTypes: boolean,
): string {
  return `${isType && !areTypes ? "type " : ""}${name === local ? name : `${name} as ${local}`}`;
}

function replaceStatement(v2: V2File, statement: Node, lines: readonly string[]): void {
  const { code, text } = v2.file;
  const start = startOf(statement);
  const end = endOf(statement);
  if (lines.length > 0) {
    text.overwrite(start, end, lines.join(newlineOf(v2.file)));
    return;
  }
  const lineEnd = /^[ \t]*\r?\n/.exec(code.slice(end))?.[0].length ?? 0;
  text.remove(start, end + lineEnd);
}
