import type { Binding, NodePath } from "@babel/traverse";
import type { CallExpression, Function as FunctionNode, NewExpression, Node, Identifier } from "@babel/types";

import { OPERATIONS } from "../counterparts.ts";
import { endOf, hasComment, need, remark, startOf } from "../source-file.ts";
import { rewriteOptions } from "./client-options.ts";
import { followErrors, followErrorsOf } from "./service-errors.ts";
import { leave, type V2File } from "./v2-file.ts";

/** Changes `new STS(…)` and follows the client to every call. */
export function followConstruction(v2: V2File, path: NodePath<NewExpression>): void {
  need(v2.file, "@org/sts-client", "STS");
  rewriteOptions(v2, path);
  followClient(v2, path);
}

/** Follows a variable that holds a client. */
export function followVariable(v2: V2File, binding: Binding): void {
  if (v2.seen.has(binding)) return;
  v2.seen.add(binding);
  for (const change of binding.constantViolations) {
    const isClient = change.isAssignmentExpression() && change.node.right.type === "NewExpression";
    if (!isClient)
      leave(v2, change.node, `${binding.identifier.name} holds a client of version 2 and is assigned here`);
  }
  for (const reference of binding.referencePaths) {
    if (!reference.parentPath?.isTSQualifiedName()) followClient(v2, reference);
  }
}

/** A member of a class that holds a client. */
export interface ClientMember {
  readonly name: string;
  /** Whether only the class can use it. */
  readonly isPrivate: boolean;
}

/** Follows a member of a class through the class. */
export function followMemberOfThis(v2: V2File, inside: NodePath, { name, isPrivate }: ClientMember): void {
  const owner = inside.findParent((parent) => parent.isClassBody());
  if (!owner) return leave(v2, inside.node, "the client becomes a member of this outside of a class");
  const key = `${startOf(owner.node)} ${name}`;
  if (v2.seen.has(key)) return;
  v2.seen.add(key);
  if (!isPrivate) {
    v2.file.notes.push(
      remark(
        inside.node,
        `${name} can be used from outside of the class; calls with .promise() elsewhere are not changed`,
      ),
    );
  }
  owner.traverse({
    MemberExpression(path) {
      const { object, property, computed } = path.node;
      if (computed || object.type !== "ThisExpression") return;
      const itsName =
        property.type === "PrivateName" ? `#${property.id.name}` : "name" in property ? property.name : "";
      if (itsName !== name) return;
      const { parent } = path;
      if (parent.type === "AssignmentExpression" && parent.left === path.node) {
        const { right } = parent;
        const binding = right.type === "Identifier" ? path.scope.getBinding(right.name) : undefined;
        const isKnown = right.type === "NewExpression" || (binding !== undefined && v2.seen.has(binding));
        if (!isKnown) leave(v2, parent, `this.${name} holds a client of version 2 and is assigned here`);
        return;
      }
      followClient(v2, path);
    },
  });
}

/** Follows an expression that evaluates to a client to where it is used. */
function followClient(v2: V2File, path: NodePath): void {
  if (v2.seen.has(path.node)) return;
  v2.seen.add(path.node);
  const parent = path.parentPath;
  const { node } = path;
  if (parent?.isMemberExpression() && parent.node.object === node) return followMethod(v2, parent);
  if (parent?.isVariableDeclarator() && parent.node.init === node) {
    if (parent.parentPath.parentPath?.isExportNamedDeclaration()) {
      return leave(v2, node, "the client is exported, and files that import it may call .promise()");
    }
    if (parent.node.id.type === "Identifier") return followName(v2, path, parent.node.id.name);
  }
  if (parent?.isAssignmentExpression() && parent.node.right === node) {
    const { left } = parent.node;
    if (left.type === "Identifier") return followName(v2, path, left.name);
    if (left.type === "MemberExpression" && left.object.type === "ThisExpression")
      return followLeft(v2, path, left);
  }
  if (parent?.isAssignmentPattern() && parent.node.left.type === "Identifier") {
    return followName(v2, path, parent.node.left.name);
  }
  if (parent?.isClassProperty() && parent.node.key.type === "Identifier") {
    return followMemberOfThis(v2, path, {
      name: parent.node.key.name,
      isPrivate: parent.node.accessibility === "private",
    });
  }
  if (parent?.isClassPrivateProperty()) {
    return followMemberOfThis(v2, path, { name: `#${parent.node.key.id.name}`, isPrivate: true });
  }
  if (parent?.isReturnStatement() || (parent?.isArrowFunctionExpression() && parent.node.body === node)) {
    return followFactory(v2, path);
  }
  if (parent?.isCallExpression() && parent.node.callee !== node) return followArgument(v2, path, parent);
  if (parent?.isNewExpression() && parent.node.callee !== node) return followConstructor(v2, path, parent);
  leave(v2, node, "the client is passed on here, to where it cannot be followed");
}

function followLeft(v2: V2File, path: NodePath, left: Extract<Node, { type: "MemberExpression" }>): void {
  const { property } = left;
  if (property.type === "PrivateName") {
    return followMemberOfThis(v2, path, { name: `#${property.id.name}`, isPrivate: true });
  }
  if (property.type === "Identifier" && !left.computed) {
    return followMemberOfThis(v2, path, { name: property.name, isPrivate: false });
  }
  leave(v2, left, "the client is stored under a name that cannot be followed");
}

function followName(v2: V2File, path: NodePath, name: string): void {
  const binding = path.scope.getBinding(name);
  if (binding) followVariable(v2, binding);
  else leave(v2, path.node, `${name} is not declared in this file`);
}

/** A function that returns a client: each of its calls is one. */
function followFactory(v2: V2File, path: NodePath): void {
  const binding = bindingOfFunction(path.getFunctionParent());
  const callee = path.getFunctionParent()?.node;
  if (!binding || callee?.async === true)
    return leave(v2, path.node, "the client is returned to where it cannot be followed");
  if (v2.seen.has(binding)) return;
  v2.seen.add(binding);
  if (isExported(binding)) leave(v2, path.node, "the function that returns the client is exported");
  for (const reference of binding.referencePaths) {
    const call = reference.parentPath;
    if (call?.isCallExpression() && call.node.callee === reference.node) followClient(v2, call);
    else leave(v2, reference.node, "the function that returns the client is passed on here");
  }
}

/** A client that is passed to a function of this file. */
function followArgument(v2: V2File, path: NodePath, call: NodePath<CallExpression>): void {
  const { callee } = call.node;
  const index = call.node.arguments.findIndex((argument) => argument === path.node);
  const binding = callee.type === "Identifier" ? call.scope.getBinding(callee.name) : undefined;
  const declared = binding?.path.isVariableDeclarator() ? binding.path.get("init") : binding?.path;
  const single = Array.isArray(declared) ? undefined : declared;
  if (single?.isFunction()) {
    const parameter = single.node.params[index];
    const name = parameter?.type === "AssignmentPattern" ? parameter.left : parameter;
    const held = name?.type === "Identifier" ? single.scope.getBinding(name.name) : undefined;
    if (held && binding && (!isExported(binding) || isAnnotated(name))) return followVariable(v2, held);
  }
  leave(v2, path.node, "the client is passed on here, to where it cannot be followed");
}

/** A client that is passed to the constructor of a class in this file. */
function followConstructor(v2: V2File, path: NodePath, construction: NodePath<NewExpression>): void {
  const { callee } = construction.node;
  const index = construction.node.arguments.findIndex((argument) => argument === path.node);
  const owner = callee.type === "Identifier" ? construction.scope.getBinding(callee.name)?.path : undefined;
  const members = owner?.isClassDeclaration() ? owner.get("body").get("body") : [];
  const maker = members.find((member) => member.isClassMethod({ kind: "constructor" }));
  const parameter = maker?.isClassMethod() ? maker.get("params")[index] : undefined;
  if (maker && parameter?.isIdentifier()) return followName(v2, parameter, parameter.node.name);
  if (parameter?.isTSParameterProperty() && parameter.node.parameter.type === "Identifier") {
    const { name } = parameter.node.parameter;
    return followMemberOfThis(v2, parameter, { name, isPrivate: parameter.node.accessibility === "private" });
  }
  leave(v2, path.node, "the client is passed on here, to where it cannot be followed");
}

function isAnnotated(node: Node | undefined): boolean {
  return node?.type === "Identifier" && node.typeAnnotation !== null && node.typeAnnotation !== undefined;
}

function bindingOfFunction(path: NodePath<FunctionNode> | null): Binding | undefined {
  if (path?.isFunctionDeclaration() && path.node.id)
    return path.parentPath.scope.getBinding(path.node.id.name);
  const parent = path?.parentPath;
  return parent?.isVariableDeclarator() && parent.node.id.type === "Identifier"
    ? parent.scope.getBinding(parent.node.id.name)
    : undefined;
}

function isExported(binding: Binding): boolean {
  const declaration = binding.path.isVariableDeclarator() ? binding.path.parentPath : binding.path;
  return (
    declaration?.parentPath?.isExportDeclaration() === true ||
    binding.referencePaths.some(
      ({ parentPath }) =>
        parentPath?.isExportSpecifier() === true ||
        parentPath?.isExportDefaultDeclaration() === true ||
        (parentPath?.isAssignmentExpression() === true && parentPath.node.left.type === "MemberExpression") ||
        parentPath?.isObjectProperty() === true,
    )
  );
}

/** `sts.assumeRole…` */
function followMethod(v2: V2File, member: NodePath<Extract<Node, { type: "MemberExpression" }>>): void {
  const { property, computed } = member.node;
  const name = property.type === "Identifier" && !computed ? property.name : "";
  if (!METHODS.has(name)) {
    return leave(
      v2,
      member.node,
      OTHER_MEMBERS[name] ?? `the member ${name || "[…]"} of the client has no counterpart`,
    );
  }
  const call = member.parentPath;
  if (!call.isCallExpression() || call.node.callee !== member.node) {
    return leave(v2, member.node, `the method ${name} is passed on here and not called`);
  }
  followCall(v2, call, name);
}

const METHODS: ReadonlySet<string> = new Set(
  OPERATIONS.map((name) => name.charAt(0).toLowerCase() + name.slice(1)),
);

const OTHER_MEMBERS: Readonly<Record<string, string>> = {
  credentialsFrom:
    "credentialsFrom has no counterpart; use fromTemporaryCredentials, or name the members of Credentials",
  makeRequest: "makeRequest has no counterpart; call the operation's method",
  makeUnauthenticatedRequest: "makeUnauthenticatedRequest has no counterpart; call the operation's method",
  setupRequestListeners: "setupRequestListeners has no counterpart; add middleware to client.middlewareStack",
  config: "the client's config has functions instead of values in version 3",
  endpoint: "client.endpoint is await client.config.endpoint() in version 3",
};

function followCall(v2: V2File, call: NodePath<CallExpression>, name: string): void {
  const chained = call.parentPath;
  const after = chained?.parentPath;
  if (chained?.isMemberExpression() && chained.node.object === call.node) {
    const { property } = chained.node;
    const next = property.type === "Identifier" && !chained.node.computed ? property.name : "";
    if (after?.isCallExpression() && after.node.callee === chained.node) {
      if (next === "promise") return rewritePromise(v2, call, after);
      if (next === "send") return rewriteSend(v2, call, after);
    }
    return leave(v2, chained.node, `the request that ${name} returns has no ${next} in version 3`);
  }
  rewriteCallback(v2, call, name);
}

function rewritePromise(v2: V2File, call: NodePath<CallExpression>, promise: NodePath<CallExpression>): void {
  const start = endOf(call.node);
  const end = endOf(promise.node);
  if (hasComment(v2.file, start, end)) {
    return leave(v2, promise.node, "there is a comment in front of .promise() that would be lost; move it");
  }
  const [input] = call.node.arguments;
  if (input?.type === "SpreadElement") return leave(v2, input, "the input is spread and cannot be followed");
  v2.file.text.remove(start, end);
  followErrors(v2, promise);
}

/** `sts.assumeRole(input).send(callback)` becomes `sts.assumeRole(input, callback)`. */
function rewriteSend(v2: V2File, call: NodePath<CallExpression>, send: NodePath<CallExpression>): void {
  const [callback, ...more] = send.get("arguments");
  const [input, second] = call.node.arguments;
  if (!callback || more.length > 0 || second || !isCallback(v2, callback)) {
    return leave(
      v2,
      send.node,
      "send without a callback, or with one that cannot be found, cannot be followed",
    );
  }
  const start = input ? endOf(input) : endOf(call.node) - 1;
  if (hasComment(v2.file, start, startOf(callback.node))) {
    return leave(v2, send.node, "there is a comment in front of .send() that would be lost; move it");
  }
  v2.file.text.overwrite(start, startOf(callback.node), input ? ", " : "{}, ");
}

function rewriteCallback(v2: V2File, call: NodePath<CallExpression>, name: string): void {
  const [first, second, more] = call.get("arguments");
  const callback = second ?? first;
  // If the only argument is a parameter, it may be the input or the callback.
  const isUnclear = !second && callback?.isIdentifier() && isParameter(callback);
  if (more || !callback || isUnclear || !isCallback(v2, callback)) {
    return leave(
      v2,
      call.node,
      `${name} is called without .promise() and without a callback that can be found`,
    );
  }
  if (!call.parentPath.isExpressionStatement() && !call.parentPath.isReturnStatement()) {
    return leave(v2, call.node, `the request that ${name} returns is used in addition to its callback`);
  }
  if (!second) v2.file.text.appendLeft(startOf(callback.node), "{}, ");
}

/** Whether an argument is a function in this file, and one that the new client can call. */
function isCallback(v2: V2File, argument: NodePath): boolean {
  if (v2.file.isTypeScript) {
    leave(
      v2,
      argument.node,
      "callbacks have other types in version 3 (data may be undefined); use await first",
    );
    return true;
  }
  if (argument.isIdentifier()) {
    const binding = argument.scope.getBinding(argument.node.name);
    if (isParameter(argument)) return true;
    const declared = binding?.path.isVariableDeclarator() ? binding.path.get("init") : binding?.path;
    const single = Array.isArray(declared) ? undefined : declared;
    return single?.isFunction() === true && followCallback(v2, single);
  }
  return argument.isFunction() && followCallback(v2, argument);
}

function isParameter(path: NodePath<Identifier>): boolean {
  return path.scope.getBinding(path.node.name)?.kind === "param";
}

function followCallback(v2: V2File, callback: NodePath<FunctionNode>): boolean {
  if (!callback.isArrowFunctionExpression()) {
    callback.traverse({
      Function(inner) {
        if (!inner.isArrowFunctionExpression()) inner.skip();
      },
      ThisExpression(path) {
        leave(v2, path.node, "`this` is the response in a callback of version 2, and is not in version 3");
      },
    });
  }
  const [error] = callback.node.params;
  if (error?.type === "Identifier") followErrorsOf(v2, callback.scope.getBinding(error.name));
  return true;
}
