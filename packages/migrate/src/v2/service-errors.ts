import type { Binding, NodePath } from "@babel/traverse";
import type { Node } from "@babel/types";

import { remark } from "../source-file.ts";
import { leave, overwrite, type V2File } from "./v2-file.ts";

/** Follows what a call rejects with into the nearest `catch`, and changes the members that are read there. */
export function followErrors(v2: V2File, call: NodePath): void {
  let path: NodePath = call;
  for (;;) {
    const member = path.parentPath;
    const outer = member?.parentPath;
    if (!member?.isMemberExpression() || !outer?.isCallExpression() || outer.node.callee !== member.node)
      break;
    const name = member.node.property.type === "Identifier" ? member.node.property.name : "";
    const handler = outer.get("arguments")[name === "catch" ? 0 : 1];
    if ((name === "catch" || name === "then") && handler?.isFunction()) {
      const [error] = handler.node.params;
      if (error?.type === "Identifier") followErrorsOf(v2, handler.scope.getBinding(error.name));
    }
    path = outer;
  }
  const owner = path.getFunctionParent()?.node;
  const attempt = path.findParent(
    (parent) =>
      parent.isTryStatement() &&
      parent.getFunctionParent()?.node === owner &&
      isInside(path.node, parent.node.block),
  );
  if (!attempt?.isTryStatement()) return;
  const handler = attempt.get("handler");
  if (!handler.isCatchClause()) return;
  const { param } = handler.node;
  if (param?.type === "Identifier") followErrorsOf(v2, handler.scope.getBinding(param.name));
}

function isInside(node: Node, outer: Node): boolean {
  return (node.start ?? 0) >= (outer.start ?? 0) && (node.end ?? 0) <= (outer.end ?? 0);
}

/** Changes the members of version 2's errors that are read from a variable. */
export function followErrorsOf(v2: V2File, binding: Binding | undefined): void {
  if (!binding || v2.seen.has(binding)) return;
  v2.seen.add(binding);
  for (const { parentPath } of binding.referencePaths) {
    if (parentPath?.isTSAsExpression()) {
      leave(
        v2,
        parentPath.node,
        "the error is read as a type of version 2; its members have other names in version 3",
      );
    }
    if (!parentPath?.isMemberExpression() && !parentPath?.isOptionalMemberExpression()) continue;
    const { property, computed } = parentPath.node;
    if (computed || property.type !== "Identifier") continue;
    if (property.name === "code") rewriteCode(v2, parentPath, property);
    else if (property.name === "statusCode") overwrite(v2, property, "$metadata?.httpStatusCode");
    else if (property.name === "requestId") overwrite(v2, property, "$metadata?.requestId");
    else if (OTHER_MEMBERS.has(property.name)) {
      leave(
        v2,
        property,
        `errors have no ${property.name} in version 3; see $metadata, $retryable and cause`,
      );
    }
  }
}

const OTHER_MEMBERS: ReadonlySet<string> = new Set([
  "retryable",
  "retryDelay",
  "extendedRequestId",
  "originalError",
  "cfId",
]);

/** The wire code is `Code` of a service exception; elsewhere version 2's `code` is the error's name. */
function rewriteCode(v2: V2File, member: NodePath, property: Node): void {
  const parent = member.parentPath;
  const compared: Node[] = [];
  if (parent?.isBinaryExpression() && /^[!=]==?$/.test(parent.node.operator)) {
    compared.push(parent.node.left === member.node ? parent.node.right : parent.node.left);
  }
  if (parent?.isSwitchStatement() && parent.node.discriminant === member.node) {
    compared.push(...parent.node.cases.flatMap(({ test }) => (test ? [test] : [])));
  }
  if (compared.length === 0) {
    overwrite(v2, property, "name");
    v2.file.notes.push(
      remark(property, "the error's code is its name in version 3, which ends in Exception for some"),
    );
    return;
  }
  for (const value of compared) {
    if (value.type !== "StringLiteral")
      return leave(v2, value, "the error's code is compared with a value that cannot be followed");
    const instead = CLIENT_CODES[value.value];
    if (instead !== undefined) return leave(v2, value, `${value.value} is ${instead} in version 3`);
    // Codes of the operating system belong to other calls in the same block.
    if (/^E[A-Z0-9_]+$/.test(value.value)) {
      v2.file.notes.push(
        remark(value, `network errors of the client are not ${value.value} but ERR_NETWORK`),
      );
      return;
    }
  }
  overwrite(v2, property, "Code");
}

const CLIENT_CODES: Readonly<Record<string, string>> = {
  ConfigError: 'an STSClientError whose code is "ERR_CONFIG" or "ERR_REGION_MISSING"',
  CredentialsError: "a CredentialsProviderError (compare error.name)",
  NetworkingError: 'an STSClientError whose code is "ERR_NETWORK"',
  RequestAbortedError: "the reason of the abort signal",
  TimeoutError: 'an STSClientError whose code is "ERR_TIMEOUT"',
  UnknownEndpoint: "an STSClientError (compare error.code)",
  MissingRequiredParameter: "an InvalidInputError (see its issues)",
  InvalidParameterType: "an InvalidInputError (see its issues)",
  UnexpectedParameter: "an InvalidInputError (see its issues)",
  MultipleValidationErrors: "an InvalidInputError (see its issues)",
};
