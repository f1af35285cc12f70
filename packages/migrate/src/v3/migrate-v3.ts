import type { Binding, NodePath } from "@babel/traverse";
import type {
  CallExpression,
  ExportNamedDeclaration,
  ImportDeclaration,
  ImportSpecifier,
  Node,
  ObjectPattern,
  StringLiteral,
  VariableDeclarator,
} from "@babel/types";

import { findCounterpart, PROVIDER_OPTIONS, V3_MODULES, type Counterpart } from "../counterparts.ts";
import {
  bindingOf,
  endOf,
  hasComment,
  newlineOf,
  referencesOf,
  remark,
  startOf,
  textOf,
  type SourceFile,
} from "../source-file.ts";

/** Changes imports and requires of version 3's packages, and the options of providers that have another name. */
export function migrateV3(file: SourceFile): void {
  file.program.traverse({
    StringLiteral(path) {
      const module = path.node.value;
      if (V3_MODULES.includes(module)) migrateMention(file, path, module);
      else if (V3_MODULES.some((known) => module.startsWith(`${known}/`))) {
        file.left.push(remark(path.node, `"${module}" is an inner file of the AWS SDK's package`));
      }
    },
  });
}

function migrateMention(file: SourceFile, path: NodePath<StringLiteral>, module: string): void {
  const parent = path.parentPath;
  if (parent.isImportDeclaration()) return migrateImport(file, parent, module);
  if (parent.isExportNamedDeclaration()) return migrateExport(file, parent, module);
  if (parent.isTSExternalModuleReference() && parent.parentPath.isTSImportEqualsDeclaration()) {
    return migrateNamespace(file, path, bindingOf(path, parent.parentPath.node.id.name), module);
  }
  if (parent.isTSImportType() && parent.node.qualifier?.type === "Identifier") {
    return migrateSingle(file, path, parent.node.qualifier.name, parent.node.qualifier, module);
  }
  if (parent.isCallExpression() && parent.node.arguments[0] === path.node) {
    if (parent.get("callee").isImport() || isRequire(parent)) return migrateCall(file, path, parent, module);
  }
  const what = parent.isExportAllDeclaration() ? "export * of" : "this use of";
  file.left.push(remark(path.node, `${what} "${module}" cannot be followed; change it by hand`));
}

function isRequire(call: NodePath<CallExpression>): boolean {
  const callee = call.get("callee");
  return callee.isIdentifier({ name: "require" }) && !call.scope.hasBinding("require", true);
}

function migrateImport(file: SourceFile, path: NodePath<ImportDeclaration>, module: string): void {
  const { specifiers, source } = path.node;
  const [first] = specifiers;
  if (!first) {
    file.left.push(remark(path.node, `the import of "${module}" has no names`));
    return;
  }
  const other = specifiers.find((specifier) => specifier.type !== "ImportSpecifier");
  if (other?.type === "ImportDefaultSpecifier") {
    file.left.push(remark(other, `"${module}" is imported as a default; import the names that are used`));
    return;
  }
  if (other) {
    migrateNamespace(file, path.get("source"), bindingOf(path, other.local.name), module);
    return;
  }
  const moved = moveNames(
    file,
    module,
    (specifiers as readonly ImportSpecifier[]).map((specifier) => ({
      node: specifier,
      name: nameOf(specifier.imported),
      rewrite: (name) =>
        `${specifier.importKind === "type" ? "type " : ""}${name === specifier.local.name ? name : `${name} as ${specifier.local.name}`}`,
    })),
  );
  if (!moved) return;
  for (const specifier of specifiers as readonly ImportSpecifier[]) {
    checkProviderCalls(file, module, nameOf(specifier.imported), bindingOf(path, specifier.local.name));
  }
  const keyword = path.node.importKind === "type" ? "import type" : "import";
  writeGroups(
    file,
    moved,
    path.node,
    source,
    module,
    ({ names, literal }) => `${keyword} { ${names} } from ${literal}`,
  );
}

function migrateExport(file: SourceFile, path: NodePath<ExportNamedDeclaration>, module: string): void {
  const { specifiers, source } = path.node;
  if (!source) return;
  const names = [];
  for (const specifier of specifiers) {
    if (specifier.type !== "ExportSpecifier") {
      file.left.push(remark(specifier, `"${module}" is exported as a whole; export the names that are used`));
      return;
    }
    const exported = nameOf(specifier.exported);
    const kind = specifier.exportKind === "type" && path.node.exportKind !== "type" ? "type " : "";
    names.push({
      node: specifier,
      name: specifier.local.name,
      rewrite: (name: string) => `${kind}${name === exported ? name : `${name} as ${exported}`}`,
    });
  }
  const moved = moveNames(file, module, names);
  if (!moved) return;
  const keyword = path.node.exportKind === "type" ? "export type" : "export";
  writeGroups(
    file,
    moved,
    path.node,
    source,
    module,
    (group) => `${keyword} { ${group.names} } from ${group.literal}`,
  );
}

/** `require(…)` and `import(…)`. */
function migrateCall(
  file: SourceFile,
  literal: NodePath<StringLiteral>,
  call: NodePath<CallExpression>,
  module: string,
): void {
  const value = call.parentPath.isAwaitExpression() ? call.parentPath : call;
  const parent = value.parentPath;
  if (parent?.isMemberExpression() && parent.node.object === value.node && !parent.node.computed) {
    return migrateSingle(file, literal, nameOf(parent.node.property), parent.node.property, module);
  }
  if (parent?.isVariableDeclarator() && parent.node.id.type === "Identifier") {
    return migrateNamespace(file, literal, bindingOf(parent, parent.node.id.name), module);
  }
  if (parent?.isVariableDeclarator() && parent.node.id.type === "ObjectPattern") {
    return migratePattern(file, literal, parent, parent.node.id, module);
  }
  file.left.push(
    remark(literal.node, `"${module}" is passed on as a whole here; take the names that are used`),
  );
}

function migratePattern(
  file: SourceFile,
  literal: NodePath<StringLiteral>,
  declarator: NodePath<VariableDeclarator>,
  pattern: ObjectPattern,
  module: string,
): void {
  const names = [];
  for (const property of pattern.properties) {
    if (
      property.type !== "ObjectProperty" ||
      property.computed ||
      property.key.type !== "Identifier" ||
      property.value.type !== "Identifier"
    ) {
      file.left.push(remark(property, `"${module}" is taken apart in a way that cannot be followed`));
      return;
    }
    const local = property.value.name;
    names.push({
      node: property,
      name: property.key.name,
      rewrite: (name: string) => (name === local ? name : `${name}: ${local}`),
    });
    checkProviderCalls(file, module, property.key.name, bindingOf(declarator, local));
  }
  const moved = moveNames(file, module, names);
  if (!moved) return;
  const declaration = declarator.parentPath;
  if (!declaration.isVariableDeclaration()) return;
  if (moved.size > 1 && declaration.node.declarations.length > 1) {
    file.left.push(remark(literal.node, "declare what comes from this module in a separate statement"));
    return;
  }
  const init = declarator.node.init ? textOf(file, declarator.node.init) : "";
  writeGroups(
    file,
    moved,
    declaration.node,
    literal.node,
    module,
    (group) =>
      `${declaration.node.kind} { ${group.names} } = ${init.replace(textOf(file, literal.node), () => group.literal)}`,
  );
}

/** One name at the place where the module is named. */
function migrateSingle(
  file: SourceFile,
  literal: NodePath<StringLiteral>,
  name: string,
  nameNode: Node,
  module: string,
): void {
  const counterpart = findCounterpart(module, name);
  if (typeof counterpart === "string") {
    (module === "@aws-sdk/client-sts" ? file.left : file.kept).push(remark(literal.node, counterpart));
    return;
  }
  overwriteLiteral(file, literal.node, counterpart.module);
  if (counterpart.name !== name) file.text.overwrite(startOf(nameNode), endOf(nameNode), counterpart.name);
}

/** A name for the whole module: every member that is used must be in the same new module. */
function migrateNamespace(
  file: SourceFile,
  literal: NodePath<StringLiteral>,
  binding: Binding | undefined,
  module: string,
): void {
  if (!binding) {
    file.left.push(remark(literal.node, `the uses of "${module}" cannot be found`));
    return;
  }
  const targets = new Set<string>();
  const renamed: { node: Node; name: string }[] = [];
  for (const reference of referencesOf(file, binding)) {
    const member = memberOf(reference);
    if (!member) {
      file.left.push(
        remark(reference.node, `"${module}" is passed on as a whole here; import the names that are used`),
      );
      return;
    }
    const counterpart = findCounterpart(module, member.name);
    if (typeof counterpart === "string") {
      file.left.push(remark(reference.node, counterpart));
      return;
    }
    targets.add(counterpart.module);
    if (counterpart.name !== member.name) renamed.push({ node: member.node, name: counterpart.name });
    if (reference.parentPath) checkProviderCall(file, module, member.name, reference.parentPath);
  }
  const [target] = targets;
  if (targets.size > 1 || target === undefined) {
    const reason =
      target === undefined
        ? `nothing of "${module}" is used`
        : `its names come from ${[...targets].join(" and ")} here`;
    file.left.push(
      remark(
        literal.node,
        `"${module}" is imported as a whole and ${reason}; import the names that are used`,
      ),
    );
    return;
  }
  overwriteLiteral(file, literal.node, target);
  for (const { node, name } of renamed) file.text.overwrite(startOf(node), endOf(node), name);
}

function memberOf(reference: NodePath): { name: string; node: Node } | undefined {
  const parent = reference.parent;
  if (
    (parent.type === "MemberExpression" || parent.type === "OptionalMemberExpression") &&
    parent.object === reference.node
  ) {
    return parent.computed || parent.property.type !== "Identifier"
      ? undefined
      : { name: parent.property.name, node: parent.property };
  }
  if (parent.type === "TSQualifiedName" && parent.left === reference.node) {
    return { name: parent.right.name, node: parent.right };
  }
  return undefined;
}

interface NameToMove {
  readonly node: Node;
  readonly name: string;
  /** Writes the specifier with the new name and its existing local name. */
  readonly rewrite: (name: string) => string;
}

interface MovedName {
  readonly node: Node;
  readonly renamed: boolean;
  readonly text: string;
}

/** Sorts names by the module they come from; `undefined` if the file has to be left alone. */
function moveNames(
  file: SourceFile,
  module: string,
  names: readonly NameToMove[],
): ReadonlyMap<string, readonly MovedName[]> | undefined {
  const groups = new Map<string, MovedName[]>();
  for (const { node, name, rewrite } of names) {
    const found = findCounterpart(module, name);
    if (typeof found === "string") {
      if (module === "@aws-sdk/client-sts") {
        file.left.push(remark(node, found));
        return undefined;
      }
      file.kept.push(remark(node, found));
    }
    const { module: target, name: newName }: Counterpart =
      typeof found === "string" ? { module, name } : found;
    const group = groups.get(target) ?? [];
    groups.set(target, group);
    group.push({ node, renamed: newName !== name, text: rewrite(newName) });
  }
  return groups;
}

function writeGroups(
  file: SourceFile,
  groups: ReadonlyMap<string, readonly MovedName[]>,
  statement: Node,
  literal: StringLiteral,
  module: string,
  write: (group: { names: string; literal: string }) => string,
): void {
  const [only] = groups;
  if (groups.size === 1 && only) {
    const [target, names] = only;
    if (target !== module) overwriteLiteral(file, literal, target);
    for (const { node, renamed, text } of names) {
      if (renamed) file.text.overwrite(startOf(node), endOf(node), text);
    }
    return;
  }
  if (hasComment(file, startOf(statement), endOf(statement))) {
    file.left.push(
      remark(statement, "this import has to be split, and the comments in it would be lost; move them out"),
    );
    return;
  }
  const semicolon = textOf(file, statement).endsWith(";") ? ";" : "";
  const lines = [...groups].map(
    ([target, names]) =>
      write({ names: names.map(({ text }) => text).join(", "), literal: quote(file, literal, target) }) +
      semicolon,
  );
  const indentation = /[ \t]*$/.exec(file.code.slice(0, startOf(statement)))?.[0] ?? "";
  file.text.overwrite(startOf(statement), endOf(statement), lines.join(newlineOf(file) + indentation));
}

function overwriteLiteral(file: SourceFile, literal: StringLiteral, target: string): void {
  file.text.overwrite(startOf(literal), endOf(literal), quote(file, literal, target));
}

function quote(file: SourceFile, literal: StringLiteral, target: string): string {
  const mark = file.code[startOf(literal)] ?? '"';
  return `${mark}${target}${mark}`;
}

function checkProviderCalls(
  file: SourceFile,
  module: string,
  name: string,
  binding: Binding | undefined,
): void {
  for (const reference of binding?.referencePaths ?? []) checkProviderCall(file, module, name, reference);
}

/** Renames options of a provider's call, and leaves the file alone if one has no counterpart. */
function checkProviderCall(file: SourceFile, module: string, name: string, callee: NodePath): void {
  const call = callee.parentPath;
  if (
    module !== "@aws-sdk/credential-providers" ||
    !call?.isCallExpression() ||
    call.node.callee !== callee.node
  )
    return;
  const [options, more] = call.node.arguments;
  if (name === "fromTemporaryCredentials" && more) {
    file.left.push(
      remark(
        more,
        "the second argument of fromTemporaryCredentials has no counterpart; give masterCredentials or clientConfig.region",
      ),
    );
  }
  if (name === "fromHttp" && !options) {
    file.left.push(
      remark(call.node, "fromHttp without a URL reads the container's variables; use fromContainerMetadata"),
    );
  }
  const known = PROVIDER_OPTIONS[name];
  if (!known || !options) return;
  if (options.type !== "ObjectExpression") {
    file.notes.push(
      remark(options, `check these options of ${name}: ${Object.keys(known).join(", ")} differ`),
    );
    return;
  }
  for (const property of options.properties) {
    if (property.type !== "ObjectProperty" || property.computed || property.key.type !== "Identifier")
      continue;
    const key = property.key.name;
    const renamed = Object.hasOwn(known, key) ? known[key] : undefined;
    if (renamed === null) file.left.push(remark(property, `the option ${key} of ${name} has no counterpart`));
    if (typeof renamed !== "string") continue;
    if (property.shorthand) file.text.appendLeft(startOf(property), `${renamed}: `);
    else file.text.overwrite(startOf(property.key), endOf(property.key), renamed);
  }
}

function nameOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "StringLiteral" ? node.value : "";
}
