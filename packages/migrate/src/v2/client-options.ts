import type { NodePath } from "@babel/traverse";
import type { NewExpression, Node, ObjectExpression, ObjectProperty } from "@babel/types";

import { endOf, newlineOf, remark, startOf, textOf } from "../source-file.ts";
import { writeCredentials } from "./sdk-credentials.ts";
import { classNamed, leave, overwrite, type V2File } from "./v2-file.ts";

const NO_REGION =
  "without a region, version 2 uses the global endpoint; here the region comes from AWS_REGION or the profile, and a missing region is an error";
const GLOBAL_ENDPOINT =
  'version 2 asks the global endpoint unless AWS_STS_REGIONAL_ENDPOINTS is "regional"; here the region\'s own is asked, as in version 3';

/** Changes the options of `new STS(…)`. */
export function rewriteOptions(v2: V2File, path: NodePath<NewExpression>): void {
  const [options, more] = path.get("arguments");
  if (more) return leave(v2, more.node, "new AWS.STS has one argument");
  if (!options) {
    v2.file.notes.push(remark(path.node, NO_REGION));
    return;
  }
  const object = findObject(v2, options);
  if (!object) {
    return leave(v2, options.node, "the client's options come from where they cannot be followed");
  }
  if (v2.seen.has(object.node)) return;
  v2.seen.add(object.node);
  rewriteProperties(v2, object);
}

/** The object that an expression evaluates to: itself, or the only value of a constant that is used only to create STS clients. */
function findObject(v2: V2File, path: NodePath): NodePath<ObjectExpression> | undefined {
  if (path.isObjectExpression()) return path;
  if (!path.isIdentifier()) return undefined;
  const binding = path.scope.getBinding(path.node.name);
  const declarator = binding?.path;
  if (!binding?.constant || !declarator?.isVariableDeclarator()) return undefined;
  const isOnlyForSts = binding.referencePaths.every(({ parentPath }) => {
    if (!parentPath?.isNewExpression()) return false;
    const callee = parentPath.get("callee");
    return classNamed(v2, callee)?.name === "STS";
  });
  const init = declarator.get("init");
  return isOnlyForSts && init.isObjectExpression() ? init : undefined;
}

interface Option {
  readonly path: NodePath<ObjectProperty>;
  readonly value: NodePath;
}

/** The new text of an option, or `""` if it is removed. */
type Rewrite = (v2: V2File, option: Option) => string | undefined;

function rewriteProperties(v2: V2File, object: NodePath<ObjectExpression>): void {
  const options = new Map<string, Option>();
  for (const property of object.get("properties")) {
    if (!property.isObjectProperty() || property.node.computed) {
      return leave(v2, property.node, "the client's options are spread or computed and cannot be followed");
    }
    const { key } = property.node;
    const name = key.type === "Identifier" ? key.name : key.type === "StringLiteral" ? key.value : "";
    options.set(name, { path: property, value: property.get("value") });
  }
  const names = new Set(options.keys());
  if (!names.has("region")) v2.file.notes.push(remark(object.node, NO_REGION));
  else if (!names.has("endpoint") && !names.has("stsRegionalEndpoints")) {
    v2.file.notes.push(remark(object.node, GLOBAL_ENDPOINT));
  }
  const taken = rewriteKeys(v2, options);
  for (const [name, option] of options) {
    if (taken.has(name)) continue;
    const rewrite = Object.hasOwn(REWRITES, name) ? REWRITES[name] : undefined;
    if (!rewrite) {
      leave(v2, option.path.node, `the option ${name} of AWS.STS has no counterpart`);
      continue;
    }
    const text = rewrite(v2, option);
    if (text === "") removeProperty(v2, object.node, option.path.node);
    else if (text !== undefined && text !== textOf(v2.file, option.path.node))
      overwrite(v2, option.path.node, text);
  }
}

/** `accessKeyId`, `secretAccessKey` and `sessionToken` among the other options become `credentials`. */
function rewriteKeys(v2: V2File, options: ReadonlyMap<string, Option>): ReadonlySet<string> {
  const keys = ["accessKeyId", "secretAccessKey", "sessionToken"].filter((name) => options.has(name));
  const [first] = keys;
  if (first === undefined) return new Set();
  const place = options.get(first);
  if (
    !place ||
    options.has("credentials") ||
    !options.has("accessKeyId") ||
    !options.has("secretAccessKey")
  ) {
    const node = (place ?? [...options.values()][0])?.path.node;
    if (node) leave(v2, node, "the client's keys are incomplete, or given in addition to credentials");
    return new Set(keys);
  }
  const members = keys.map((name) => {
    const option = options.get(name);
    return option ? textOf(v2.file, option.path.node) : name;
  });
  overwrite(v2, place.path.node, `credentials: { ${members.join(", ")} }`);
  for (const name of keys.slice(1)) {
    const option = options.get(name);
    if (option) removeProperty(v2, option.path.parent, option.path.node);
  }
  return new Set(keys);
}

function same(v2: V2File, { path }: Option): string {
  return textOf(v2.file, path.node);
}

function renamed(name: string): Rewrite {
  return function rename(v2, { value }) {
    return `${name}: ${textOf(v2.file, value.node)}`;
  };
}

const REWRITES: Readonly<Record<string, Rewrite>> = {
  region: same,
  apiVersion: same,
  customUserAgent: same,
  systemClockOffset: same,
  useDualstackEndpoint: same,
  useFipsEndpoint: same,
  useDualstack: renamed("useDualstackEndpoint"),
  sslEnabled: renamed("tls"),
  maxRetries(v2, { value }) {
    const { node } = value;
    const attempts =
      node.type === "NumericLiteral" ? String(node.value + 1) : `${inParentheses(v2, node)} + 1`;
    return `maxAttempts: ${attempts}`;
  },
  endpoint(v2, option) {
    const { value } = option;
    if (value.isNewExpression()) {
      const named = classNamed(v2, value.get("callee"));
      const [url, more] = value.node.arguments;
      if (named?.name === "Endpoint" && url && !more) {
        v2.consumed.add(named.root);
        return `endpoint: ${textOf(v2.file, url)}`;
      }
      leave(v2, value.node, "this endpoint cannot be followed; give its URL");
    }
    return same(v2, option);
  },
  credentials(v2, option) {
    const text = writeCredentials(v2, option.value);
    if (text === undefined) return undefined;
    return text === textOf(v2.file, option.value.node) ? same(v2, option) : `credentials: ${text}`;
  },
  logger(v2, option) {
    if (option.value.isIdentifier({ name: "console" })) return same(v2, option);
    leave(v2, option.value.node, "loggers have debug, info, warn and error in version 3, and not log alone");
    return undefined;
  },
  correctClockSkew(v2, { value }) {
    if (value.isBooleanLiteral()) return value.node.value ? "" : "disableClockSkewCorrection: true";
    return `disableClockSkewCorrection: !${inParentheses(v2, value.node)}`;
  },
  signatureVersion(v2, { value }) {
    if (value.isStringLiteral({ value: "v4" })) return "";
    leave(v2, value.node, "requests are signed with version 4, and no other");
    return undefined;
  },
  computeChecksums: () => "",
  stsRegionalEndpoints(v2, { value }) {
    if (value.isStringLiteral({ value: "regional" })) return "";
    if (value.isStringLiteral({ value: "legacy" })) return "useGlobalEndpoint: true";
    return `useGlobalEndpoint: ${inParentheses(v2, value.node)} === "legacy"`;
  },
  paramValidation(v2, { value }) {
    if (value.isBooleanLiteral()) return value.node.value ? "" : 'inputValidation: "off"';
    leave(v2, value.node, 'paramValidation is inputValidation here: "full", "required" or "off"');
    return undefined;
  },
  httpOptions: rewriteHttpOptions,
};

function inParentheses(v2: V2File, node: Node): string {
  const text = textOf(v2.file, node);
  return ["Identifier", "MemberExpression", "CallExpression"].includes(node.type) ? text : `(${text})`;
}

function rewriteHttpOptions(v2: V2File, { path, value }: Option): string | undefined {
  if (!value.isObjectExpression()) {
    leave(v2, value.node, "httpOptions come from where they cannot be followed");
    return undefined;
  }
  const client: string[] = [];
  const handler: string[] = [];
  for (const property of value.get("properties")) {
    const name =
      property.isObjectProperty() && !property.node.computed && property.node.key.type === "Identifier"
        ? property.node.key.name
        : "";
    const content = property.isObjectProperty() ? property.get("value") : property;
    const text = textOf(v2.file, content.node);
    if (name === "timeout") client.push(`requestTimeout: ${text}`);
    else if (name === "connectTimeout") handler.push(`connectionTimeout: ${text}`);
    else if (name === "agent") {
      const kind = agentOption(v2, content);
      if (kind === undefined)
        leave(v2, content.node, "whether this agent is for http or https cannot be found");
      else handler.push(`${kind}: ${text}`);
    } else leave(v2, property.node, `httpOptions.${name} has no counterpart`);
  }
  if (handler.length > 0) {
    client.push(`requestHandler: { ${handler.join(", ")} }`);
  }
  const { code } = v2.file;
  const start = startOf(path.node);
  const indentation = code.slice(code.lastIndexOf("\n", start - 1) + 1, start);
  return client.join(indentation.trim() === "" && start > 0 ? `,${newlineOf(v2.file)}${indentation}` : ", ");
}

function agentOption(v2: V2File, path: NodePath): "httpsAgent" | "httpAgent" | undefined {
  if (path.isIdentifier()) {
    const declarator = path.scope.getBinding(path.node.name)?.path;
    const init = declarator?.isVariableDeclarator() ? declarator.get("init") : undefined;
    return init?.isNewExpression() ? agentOption(v2, init) : undefined;
  }
  if (!path.isNewExpression()) return undefined;
  const callee = textOf(v2.file, path.node.callee);
  if (/https/i.test(callee)) return "httpsAgent";
  return /http/i.test(callee) ? "httpAgent" : undefined;
}

/** Removes a property, with its comma, and with its line if it has one to itself. */
function removeProperty(v2: V2File, object: Node, property: Node): void {
  const { code, text } = v2.file;
  let start = startOf(property);
  let end = endOf(property);
  const comma = /^\s*,/.exec(code.slice(end));
  if (comma) end += comma[0].length;
  const lineStart = code.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = /^[ \t]*\r?\n/.exec(code.slice(end));
  if (code.slice(lineStart, start).trim() === "" && lineEnd) {
    text.remove(lineStart, end + lineEnd[0].length);
    // No comma is left behind if the list had none at its end.
    const before = /,\s*$/.exec(code.slice(startOf(object), lineStart));
    if (!comma && before) text.remove(startOf(object) + before.index, startOf(object) + before.index + 1);
    return;
  }
  if (comma) end += /^[ \t]*/.exec(code.slice(end))?.[0].length ?? 0;
  else {
    const before = code.slice(startOf(object) + 1, start);
    start -= /,?\s*$/.exec(before)?.[0].length ?? 0;
  }
  text.remove(start, end);
}
