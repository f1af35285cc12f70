import type { NodePath } from "@babel/traverse";
import type { Node, ObjectExpression } from "@babel/types";

import { need, textOf } from "../source-file.ts";
import { classNamed, leave, overwrite, type V2File } from "./v2-file.ts";

/**
 * Writes the replacement for credentials of version 2: an object with keys, or a provider.
 *
 * @returns The text, or `undefined` if the file has to be left alone.
 */
export function writeCredentials(v2: V2File, path: NodePath): string | undefined {
  if (path.isObjectExpression()) return textOf(v2.file, path.node);
  if (path.isIdentifier()) return writeVariable(v2, path);
  if (path.isNewExpression()) {
    const named = classNamed(v2, path.get("callee"));
    const convert = named && Object.hasOwn(CLASSES, named.name) ? CLASSES[named.name] : undefined;
    if (named && convert) {
      const text = convert(v2, path.get("arguments"));
      v2.consumed.add(named.root);
      if (text === undefined) leave(v2, path.node, `these arguments of ${named.name} have no counterpart`);
      return text;
    }
    if (named) {
      leave(v2, path.node, `${named.name} has no counterpart${REASONS[named.name] ?? ""}`);
      return undefined;
    }
  }
  leave(
    v2,
    path.node,
    "the credentials may be an object of version 2; give keys or a provider of @org/sts-client/credentials",
  );
  return undefined;
}

/** A constant that only provides credentials to STS clients is changed where it is declared. */
function writeVariable(v2: V2File, path: NodePath): string | undefined {
  const { node } = path;
  const name = node.type === "Identifier" ? node.name : "";
  const binding = path.scope.getBinding(name);
  const declarator = binding?.path;
  if (!binding?.constant || !declarator?.isVariableDeclarator()) {
    leave(
      v2,
      node,
      `${name} may hold credentials of version 2; give keys or a provider of @org/sts-client/credentials`,
    );
    return undefined;
  }
  const init = declarator.get("init");
  if (init.isObjectExpression()) return name;
  const isOnlyForCredentials = binding.referencePaths.every(
    ({ parentPath }) =>
      parentPath?.isObjectProperty() === true &&
      !parentPath.node.computed &&
      parentPath.node.key.type === "Identifier" &&
      ["credentials", "masterCredentials"].includes(parentPath.node.key.name) &&
      isOptionOfSts(v2, parentPath),
  );
  if (!isOnlyForCredentials || !init.isNewExpression()) {
    leave(v2, node, `${name} is used for more than the credentials of an STS client`);
    return undefined;
  }
  if (v2.seen.has(init.node)) return name;
  v2.seen.add(init.node);
  const text = writeCredentials(v2, init);
  if (text === undefined) return undefined;
  overwrite(v2, init.node, text);
  return name;
}

function isOptionOfSts(v2: V2File, property: NodePath): boolean {
  const owner = property.parentPath?.parentPath;
  // Options in a constant: the code that reads them there has checked that only STS clients use them.
  if (owner?.isVariableDeclarator()) return v2.seen.has(property.parent);
  if (!owner?.isNewExpression()) return false;
  const name = classNamed(v2, owner.get("callee"))?.name;
  return name === "STS" || name === "ChainableTemporaryCredentials";
}

type Convert = (v2: V2File, parameters: readonly NodePath[]) => string | undefined;

const PROVIDERS = "@org/sts-client/credentials";
const NODE_PROVIDERS = "@org/sts-client/credentials/node";

/** A provider that takes options, some of which mean the same. */
function provider(module: string, name: string, options: Readonly<Record<string, string>> = {}): Convert {
  return function writeProvider(v2, [parameter, more]) {
    if (more) return undefined;
    const members = parameter ? writeMembers(v2, parameter, options) : [];
    if (!members) return undefined;
    need(v2.file, module, name);
    return members.length === 0 ? `${name}()` : `${name}({ ${members.join(", ")} })`;
  };
}

function writeMembers(
  v2: V2File,
  parameter: NodePath,
  options: Readonly<Record<string, string>>,
): string[] | undefined {
  if (!parameter.isObjectExpression()) return undefined;
  const members: string[] = [];
  for (const property of parameter.node.properties) {
    if (property.type !== "ObjectProperty" || property.computed || property.key.type !== "Identifier")
      return undefined;
    const name = Object.hasOwn(options, property.key.name) ? options[property.key.name] : undefined;
    if (name === undefined) return undefined;
    const value = textOf(v2.file, property.value);
    members.push(name === value ? name : `${name}: ${value}`);
  }
  return members;
}

const CLASSES: Readonly<Record<string, Convert>> = {
  Credentials(v2, parameters) {
    const [first, second, third] = parameters;
    if (first?.isObjectExpression() && !second) return textOf(v2.file, first.node);
    if (!first || !second || parameters.some((one) => one.isSpreadElement())) return undefined;
    const members = [
      `accessKeyId: ${textOf(v2.file, first.node)}`,
      `secretAccessKey: ${textOf(v2.file, second.node)}`,
      ...(third ? [`sessionToken: ${textOf(v2.file, third.node)}`] : []),
    ];
    return `{ ${members.join(", ")} }`;
  },
  EnvironmentCredentials(v2, [prefix, more]) {
    if (!prefix?.isStringLiteral({ value: "AWS" }) || more) return undefined;
    need(v2.file, PROVIDERS, "fromEnv");
    return "fromEnv()";
  },
  SharedIniFileCredentials: provider(NODE_PROVIDERS, "fromIni", { profile: "profile", filename: "filepath" }),
  ProcessCredentials: provider(NODE_PROVIDERS, "fromProcess", { profile: "profile", filename: "filepath" }),
  SsoCredentials: provider(NODE_PROVIDERS, "fromSSO", { profile: "profile", filename: "filepath" }),
  TokenFileWebIdentityCredentials: provider(NODE_PROVIDERS, "fromTokenFile"),
  ECSCredentials: provider(NODE_PROVIDERS, "fromContainerMetadata"),
  RemoteCredentials: provider(NODE_PROVIDERS, "fromContainerMetadata"),
  EC2MetadataCredentials: provider(PROVIDERS, "fromInstanceMetadata"),
  WebIdentityCredentials: provider(PROVIDERS, "fromWebToken", {
    RoleArn: "roleArn",
    RoleSessionName: "roleSessionName",
    WebIdentityToken: "webIdentityToken",
    ProviderId: "providerId",
    PolicyArns: "policyArns",
    Policy: "policy",
    DurationSeconds: "durationSeconds",
  }),
  ChainableTemporaryCredentials(v2, [options, more]) {
    if (!options?.isObjectExpression() || more) return undefined;
    const members: string[] = [];
    for (const property of options.get("properties")) {
      if (!property.isObjectProperty() || property.node.computed || property.node.key.type !== "Identifier")
        return undefined;
      const { name } = property.node.key;
      const value = property.get("value");
      if (name === "params") {
        if (!value.isObjectExpression() || !hasRole(value.node)) return undefined;
        members.push(textOf(v2.file, property.node));
      } else if (name === "masterCredentials") {
        const text = writeCredentials(v2, value);
        if (text === undefined) return undefined;
        members.push(text === name ? name : `${name}: ${text}`);
      } else return undefined;
    }
    need(v2.file, PROVIDERS, "fromTemporaryCredentials");
    return `fromTemporaryCredentials({ ${members.join(", ")} })`;
  },
  TemporaryCredentials(v2, [params, master, more]) {
    if (!params?.isObjectExpression() || !hasRole(params.node) || more) return undefined;
    const text = master && writeCredentials(v2, master);
    if (master && text === undefined) return undefined;
    need(v2.file, PROVIDERS, "fromTemporaryCredentials");
    const source = text === undefined ? "" : `, masterCredentials: ${text}`;
    return `fromTemporaryCredentials({ params: ${textOf(v2.file, params.node)}${source} })`;
  },
};

/** Without a role these classes call GetSessionToken, which `fromMfaSession` does with a code. */
function hasRole({ properties }: ObjectExpression): boolean {
  return properties.some(
    (property) => property.type === "ObjectProperty" && isNamed(property.key, "RoleArn"),
  );
}

function isNamed(node: Node, name: string): boolean {
  return node.type === "Identifier" && node.name === name;
}

const REASONS: Readonly<Record<string, string>> = {
  SAMLCredentials: " that can be written for you; use fromSaml, which takes the assertion as an option",
  CognitoIdentityCredentials: "; use fromCognitoIdentityPool of @aws-sdk/credential-providers",
  FileSystemCredentials: "; read the file, and give its keys",
};
