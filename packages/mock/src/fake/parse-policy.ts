import { findValueCheck } from "./conditions.ts";
import { list, type PolicyDocument } from "./policy-document.ts";

/**
 * Reads a policy of a user or a role.
 *
 * @param source - JSON, or the document itself
 * @throws SyntaxError when IAM would refuse the policy. The message says where and why.
 */
export function parseIdentityPolicy(source: string | PolicyDocument): PolicyDocument {
  return parsePolicy(source, "identity");
}

/**
 * Reads the trust policy of a role.
 *
 * @param source - JSON, or the document itself
 * @throws SyntaxError when IAM would refuse the policy. The message says where and why.
 */
export function parseTrustPolicy(source: string | PolicyDocument): PolicyDocument {
  return parsePolicy(source, "trust");
}

type PolicyKind = "identity" | "trust";
type Elements = Readonly<Record<string, unknown>>;

function parsePolicy(source: unknown, kind: PolicyKind): PolicyDocument {
  const document: unknown = typeof source === "string" ? JSON.parse(source) : source;
  if (!isObject(document)) throw refuse("a policy is an object with Statement");
  checkNames(document, "", ["Version", "Id", "Statement"]);
  const { Version, Id, Statement } = document;
  if (Version !== undefined && Version !== "2012-10-17" && Version !== "2008-10-17") {
    throw refuse('Version is "2012-10-17" or "2008-10-17"');
  }
  if (Id !== undefined && typeof Id !== "string") throw refuse("Id is a text");
  if (Statement === undefined) throw refuse("the policy has no Statement");
  const statements = list(Statement);
  if (statements.length === 0) throw refuse("Statement is empty");
  const sids = new Set<unknown>();
  for (const [index, statement] of statements.entries()) {
    const where = Array.isArray(Statement) ? `Statement[${index}]` : "Statement";
    if (!isObject(statement)) throw refuse(`${where} is not an object`);
    checkStatement(statement, where, kind);
    const { Sid } = statement;
    if (Sid !== undefined && Sid !== "" && sids.has(Sid)) throw refuse(`${where}.Sid names two statements`);
    sids.add(Sid);
  }
  return document as object as PolicyDocument; // every member was checked above
}

const ELEMENTS = [
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

function checkStatement(statement: Elements, where: string, kind: PolicyKind): void {
  if (Object.hasOwn(statement, "NotPrincipal")) {
    throw refuse(
      `${where}.NotPrincipal is not allowed here; deny by a condition on aws:PrincipalArn instead`,
    );
  }
  checkNames(statement, `${where}.`, ELEMENTS);
  const { Sid, Effect, Principal, Action, NotAction, Resource, NotResource, Condition } = statement;
  if (Sid !== undefined && typeof Sid !== "string") throw refuse(`${where}.Sid is a text`);
  if (Effect !== "Allow" && Effect !== "Deny") throw refuse(`${where}.Effect is neither "Allow" nor "Deny"`);

  const [actionName, actions] = oneOf({ Action, NotAction }, where);
  if (actions === undefined) throw refuse(`${where} has no Action`);
  for (const action of texts(actions, `${where}.${actionName}`)) checkAction(action, where, kind);

  const [resourceName, resources] = oneOf({ Resource, NotResource }, where);
  if (kind === "trust") {
    if (resources !== undefined) {
      throw refuse(`${where}.${resourceName} is not allowed in a trust policy: its resource is the role`);
    }
    if (Principal === undefined) throw refuse(`${where} has no Principal, which says who is trusted`);
    checkPrincipal(Principal, `${where}.Principal`);
  } else {
    if (Principal !== undefined) {
      throw refuse(
        `${where}.Principal is allowed in trust policies only: policy document should not specify a principal`,
      );
    }
    if (resources === undefined) throw refuse(`${where} has no Resource; "*" stands for all`);
    for (const resource of texts(resources, `${where}.${resourceName}`)) {
      if (resource === "*" || resource.startsWith("arn:")) continue;
      throw refuse(`${where}.${resourceName} is an ARN or "*"; found ${quote(resource)}`);
    }
  }
  if (Condition !== undefined) checkCondition(Condition, `${where}.Condition`);
}

function checkAction(action: string, where: string, kind: PolicyKind): void {
  if (action === "*") return;
  const colon = action.indexOf(":");
  if (colon < 1 || colon === action.length - 1) {
    throw refuse(
      `${where}: an action is a service, a colon and a name, such as "sts:AssumeRole"; found ${quote(action)}`,
    );
  }
  if (kind === "trust" && action.slice(0, colon).toLowerCase() !== "sts") {
    throw refuse(`${where}: a trust policy takes actions of sts only; found ${quote(action)}`);
  }
}

const PRINCIPAL_KINDS = ["AWS", "Federated", "Service", "CanonicalUser"];
const AWS_PRINCIPAL =
  /^(\*|\d{12}|A[A-Z0-9]{15,127}|arn:[\w-]+:(iam::\d{12}:(root|user\/[^*?]+|role\/[^*?]+)|sts::\d{12}:(assumed-role|federated-user)\/[^*?]+))$/;

function checkPrincipal(principal: unknown, where: string): void {
  if (principal === "*") return;
  if (!isObject(principal)) throw refuse(`${where} is "*", or an object such as { "AWS": "123456789012" }`);
  const entries = Object.entries(principal);
  if (entries.length === 0) throw refuse(`${where} names nobody`);
  checkNames(principal, `${where}.`, PRINCIPAL_KINDS);
  for (const [kind, names] of entries) {
    for (const name of texts(names, `${where}.${kind}`)) {
      if (kind !== "AWS" || AWS_PRINCIPAL.test(name)) continue;
      throw refuse(
        `${where}.AWS is an account number, the ARN of a root user, user, role or session, or "*"; a wildcard cannot stand for a part of it; found ${quote(name)}`,
      );
    }
  }
}

function checkCondition(condition: unknown, where: string): void {
  if (!isObject(condition)) throw refuse(`${where} is not an object`);
  for (const [operator, keys] of Object.entries(condition)) {
    const isValue = findValueCheck(operator);
    if (isValue === undefined) throw refuse(`${where}: there is no condition operator ${quote(operator)}`);
    if (!isObject(keys)) throw refuse(`${where}.${operator} is not an object of condition keys`);
    for (const [key, values] of Object.entries(keys)) {
      if (key.indexOf(":") < 1) {
        throw refuse(
          `${where}.${operator}: a condition key has a prefix, such as aws:username; found ${quote(key)}`,
        );
      }
      for (const value of list(values)) {
        if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
          throw refuse(
            `${where}.${operator}[${quote(key)}] is a text, a number, true or false, or a list of them`,
          );
        }
        if (!isValue(String(value))) {
          throw refuse(`${where}.${operator}[${quote(key)}] cannot compare with ${quote(String(value))}`);
        }
      }
    }
  }
}

/** Returns the one that is present of two elements that exclude each other. */
function oneOf(elements: Elements, where: string): readonly [name: string, value: unknown] {
  const found = Object.entries(elements).filter(([, value]) => value !== undefined);
  const [first, second] = found;
  if (first !== undefined && second !== undefined)
    throw refuse(`${where} has both ${first[0]} and ${second[0]}`);
  return first ?? ["", undefined];
}

function texts(value: unknown, where: string): readonly string[] {
  const items = list(value);
  if (items.length === 0) throw refuse(`${where} is empty`);
  return items.map((item) => {
    if (typeof item !== "string" || item === "")
      throw refuse(`${where} is a text or a list of texts, none of them empty`);
    return item;
  });
}

function checkNames(object: Elements, where: string, known: readonly string[]): void {
  const unknown = Object.keys(object).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = known.find((name) => name.toLowerCase().slice(0, 6) === unknown.toLowerCase().slice(0, 6));
  throw refuse(
    `there is no ${where}${clip(unknown)}${near === undefined ? "" : `; ${near} is meant, perhaps`}`,
  );
}

function isObject(value: unknown): value is Elements {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(message: string): SyntaxError {
  return new SyntaxError(`policy: ${message}`);
}

function quote(text: string): string {
  return JSON.stringify(clip(text));
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
