import type { Binding, NodePath } from "@babel/traverse";
import type { TSQualifiedName } from "@babel/types";

import { isStsShape } from "../counterparts.ts";
import { isDeclared, need } from "../source-file.ts";
import { followMemberOfThis, followVariable } from "./client-uses.ts";
import { leave, overwrite, type V2File } from "./v2-file.ts";

/** Whether an identifier is part of a type. */
export function isInType(path: NodePath): boolean {
  const { parentPath } = path;
  if (parentPath?.isTSQualifiedName()) return true;
  return parentPath?.isTSTypeReference() === true || parentPath?.isTSTypeQuery() === true;
}

/** Changes a type such as `AWS.STS.AssumeRoleRequest`, and follows what is declared as a client. */
export function rewriteType(v2: V2File, path: NodePath, binding: Binding): void {
  const { whole, names } = readQualifiedName(path);
  const isNamespace = v2.namespaces.has(binding);
  const rest = isNamespace ? names.slice(2) : names.slice(1);
  const [name, ...more] = rest[0] === "Types" ? rest.slice(1) : rest;
  v2.consumed.add(path.node);
  if (name === undefined) {
    if (rest[0] === "Types") return leave(v2, path.node, "STS.Types is a namespace here; name the type");
    if (isNamespace && isDeclared(v2.file, "STS"))
      return leave(v2, path.node, "the file declares another STS");
    if (isNamespace) overwrite(v2, whole.node, "STS");
    need(v2.file, "@org/sts-client", "STS", true);
    return followAnnotation(v2, whole);
  }
  const newName = name === "ClientConfiguration" ? "STSClientConfig" : isStsShape(name) ? name : undefined;
  if (newName === undefined || more.length > 0) {
    return leave(
      v2,
      path.node,
      `the type ${names.join(".")} has no counterpart; write out the type it refers to`,
    );
  }
  if (isDeclared(v2.file, newName)) return leave(v2, path.node, `the file declares another ${newName}`);
  overwrite(v2, whole.node, newName);
  need(v2.file, "@org/sts-client", newName, true);
}

function readQualifiedName(path: NodePath): { whole: NodePath; names: string[] } {
  const names = path.node.type === "Identifier" ? [path.node.name] : [];
  let whole = path;
  while (whole.parentPath?.isTSQualifiedName() && whole.parentPath.node.left === whole.node) {
    whole = whole.parentPath;
    // The loop's condition has checked its type.
    names.push((whole.node as TSQualifiedName).right.name);
  }
  return { whole, names };
}

/** A variable or member whose declared type is the class contains a client. */
function followAnnotation(v2: V2File, type: NodePath): void {
  const reference = type.parentPath;
  if (!reference?.isTSTypeReference()) return;
  const annotation = reference.parentPath;
  const owner = annotation?.isTSTypeAnnotation() ? annotation.parentPath : null;
  if (owner?.isFunction()) return;
  if (owner?.isIdentifier()) {
    const { name } = owner.node;
    if (owner.parentPath?.isTSParameterProperty()) {
      const isPrivate = owner.parentPath.node.accessibility === "private";
      followMemberOfThis(v2, owner, { name, isPrivate });
      const parameter = owner.scope.getBinding(name);
      if (parameter) followVariable(v2, parameter);
      return;
    }
    const binding = owner.scope.getBinding(name);
    if (binding) return followVariable(v2, binding);
  }
  if (owner?.isClassProperty() && owner.node.key.type === "Identifier") {
    return followMemberOfThis(v2, owner, {
      name: owner.node.key.name,
      isPrivate: owner.node.accessibility === "private",
    });
  }
  if (owner?.isClassPrivateProperty()) {
    return followMemberOfThis(v2, owner, { name: `#${owner.node.key.id.name}`, isPrivate: true });
  }
  leave(v2, type.node, "what is declared here to be a client of version 2 cannot be followed");
}
