import type { Binding, NodePath } from "@babel/traverse";
import type { Node } from "@babel/types";

import { endOf, remark, startOf, type SourceFile } from "../source-file.ts";

/** A file with uses of version 2, and what has been followed so far. */
export interface V2File {
  readonly file: SourceFile;
  /** Local names for the whole SDK, such as `AWS`. */
  readonly namespaces: Set<Binding>;
  /** Local names for single classes, such as `STS`, and the classes' own names. */
  readonly classes: Map<Binding, string>;
  /** Identifiers of the above that the new text no longer contains. */
  readonly consumed: Set<Node>;
  /** Uses that have been handled, so that nothing is changed twice. */
  readonly seen: Set<unknown>;
}

/** Says why the file has to be left alone. */
export function leave(v2: V2File, node: Node, reason: string): void {
  v2.file.left.push(remark(node, reason));
}

/** Replaces the text of a node. */
export function overwrite(v2: V2File, node: Node, text: string): void {
  v2.file.text.overwrite(startOf(node), endOf(node), text);
}

/** The name of the SDK class that an expression such as `AWS.STS` or `STS` names, with the identifier it is based on. */
export function classNamed(v2: V2File, path: NodePath): { name: string; root: Node } | undefined {
  const { node } = path;
  if (node.type === "Identifier") {
    const binding = path.scope.getBinding(node.name);
    const name = binding && v2.classes.get(binding);
    return name === undefined ? undefined : { name, root: node };
  }
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier")
    return undefined;
  if (node.object.type !== "Identifier") return undefined;
  const binding = path.scope.getBinding(node.object.name);
  return binding && v2.namespaces.has(binding) ? { name: node.property.name, root: node.object } : undefined;
}
