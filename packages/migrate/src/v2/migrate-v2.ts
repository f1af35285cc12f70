import type { Binding, NodePath } from "@babel/traverse";
import type { Node } from "@babel/types";

import { isDeclared, referencesOf, type SourceFile } from "../source-file.ts";
import { followConstruction } from "./client-uses.ts";
import { findSdkImports, rewriteImports } from "./sdk-imports.ts";
import { isInType, rewriteType } from "./sdk-types.ts";
import { leave, overwrite, type V2File } from "./v2-file.ts";

/** Changes the STS client of version 2: constructor options, `.promise()`, callbacks, types, and the imports. */
export function migrateV2(file: SourceFile): void {
  if (!file.code.includes("aws-sdk") || !/\bSTS\b|clients\/sts/.test(file.code)) return;
  const v2: V2File = {
    file,
    namespaces: new Set(),
    classes: new Map(),
    consumed: new Set(),
    seen: new Set(),
  };
  const imports = findSdkImports(v2);
  const uses = findStsUses(v2);
  if (uses.length === 0) {
    // Remarks about imports matter only where STS is used.
    return;
  }
  for (const { path, binding } of uses) followUse(v2, path, binding);
  leaveGlobalConfiguration(v2);
  leaveResponseMembers(v2);
  if (file.left.length === 0) rewriteImports(v2, imports);
}

interface StsUse {
  readonly path: NodePath;
  readonly binding: Binding;
}

/** Identifiers for the class STS, or for the SDK whose member `STS` is used. */
function findStsUses(v2: V2File): StsUse[] {
  const uses: StsUse[] = [];
  for (const [binding, name] of v2.classes) {
    if (name !== "STS") continue;
    for (const path of referencesOf(v2.file, binding)) uses.push({ path, binding });
  }
  for (const binding of v2.namespaces) {
    for (const path of referencesOf(v2.file, binding)) {
      const { parent } = path;
      const isMember =
        parent.type === "MemberExpression" &&
        parent.object === path.node &&
        parent.property.type === "Identifier" &&
        parent.property.name === "STS";
      const isType =
        parent.type === "TSQualifiedName" && parent.left === path.node && parent.right.name === "STS";
      if (isMember || isType) uses.push({ path, binding });
      else if (takesApart(parent, path.node)) {
        leave(v2, path.node, "STS is taken out of the AWS SDK by destructuring here; import it by name");
      }
    }
  }
  return uses;
}

function takesApart(parent: Node, node: Node): boolean {
  return (
    parent.type === "VariableDeclarator" &&
    parent.init === node &&
    parent.id.type === "ObjectPattern" &&
    parent.id.properties.some(
      (property) =>
        property.type === "ObjectProperty" &&
        property.key.type === "Identifier" &&
        property.key.name === "STS",
    )
  );
}

function followUse(v2: V2File, path: NodePath, binding: Binding): void {
  if (isInType(path)) return rewriteType(v2, path, binding);
  const whole = v2.namespaces.has(binding) ? path.parentPath : path;
  const construction = whole?.parentPath;
  if (!whole || !construction?.isNewExpression() || construction.node.callee !== whole.node) {
    return leave(v2, path.node, "the class AWS.STS is passed on here and not called with new");
  }
  if (v2.namespaces.has(binding)) {
    if (isDeclared(v2.file, "STS")) return leave(v2, path.node, "the file declares another STS");
    overwrite(v2, whole.node, "STS");
  }
  v2.consumed.add(path.node);
  followConstruction(v2, construction);
}

function leaveGlobalConfiguration(v2: V2File): void {
  for (const binding of v2.namespaces) {
    for (const { node, parent } of referencesOf(v2.file, binding)) {
      const isConfig =
        parent.type === "MemberExpression" &&
        parent.object === node &&
        parent.property.type === "Identifier" &&
        parent.property.name === "config";
      if (isConfig) {
        leave(
          v2,
          node,
          "AWS.config sets options for every client; give STS its options in the constructor first",
        );
      }
    }
  }
}

function leaveResponseMembers(v2: V2File): void {
  v2.file.program.traverse({
    MemberExpression({ node }) {
      if (node.property.type !== "Identifier") return;
      const { name } = node.property;
      if (name === "ResponseMetadata" || name === "$response") {
        leave(v2, node, `${name} is $metadata in version 3 (requestId, httpStatusCode)`);
      }
    },
  });
}
