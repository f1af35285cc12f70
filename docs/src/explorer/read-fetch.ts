import { type Expression, type Node, parseExpressionAt, type Property, type SpreadElement } from "acorn";

import { plainRequest, type Reading, ReadingError } from "./plain-request.ts";

/** Where a call of fetch begins, also in the middle of a statement. */
export const FETCH_CALL: RegExp = /\b(?:fetch|new Request)\s*\(/;

/**
 * Reads a call of `fetch` or `new Request` whose parameters are written out, as browsers copy it. The code is read, never run.
 *
 * @throws {@link ReadingError} where a value is not written out, such as a variable.
 */
export function readFetch(text: string): Reading {
  const start = FETCH_CALL.exec(text)?.index ?? 0;
  let call: Expression;
  try {
    call = parseExpressionAt(text, start, { ecmaVersion: "latest" });
  } catch (error) {
    throw new ReadingError(
      `the JavaScript has an error: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (call.type !== "CallExpression" && call.type !== "NewExpression")
    throw new ReadingError("expected a call of fetch");
  const [address, init = {}] = call.arguments.map(evaluate);
  if (typeof address !== "string") throw new ReadingError("fetch: expected the address as text");
  const { method = "GET", headers, body } = init as Record<string, unknown>;
  if (body !== undefined && body !== null && typeof body !== "string")
    throw new ReadingError("body: expected text; other bodies cannot be read here");
  // `fetch` corrects the case of the usual methods.
  const upper = String(method).toUpperCase();
  const request = plainRequest({
    method: /^(?:DELETE|GET|HEAD|OPTIONS|POST|PUT)$/.test(upper) ? upper : String(method),
    address,
    headers: readPairs(headers),
    body: body ?? "",
  });
  return { kind: "call of fetch", request, notes: [] };
}

function readPairs(headers: unknown): [string, string][] {
  if (headers === undefined || headers === null) return [];
  const pairs = Array.isArray(headers) ? (headers as [unknown, unknown][]) : Object.entries(headers);
  return pairs.map(([name, value]) => [String(name), String(value)]);
}

/** The value of an expression that is written out. */
function evaluate(node: Expression | SpreadElement): unknown {
  switch (node.type) {
    case "Literal":
      return node.value;
    case "TemplateLiteral":
      if (node.expressions.length > 0) break;
      return node.quasis[0]?.value.cooked ?? "";
    case "ParenthesizedExpression":
      return evaluate(node.expression);
    case "ArrayExpression":
      return node.elements.map((element) => (element ? evaluate(element) : undefined));
    case "ObjectExpression":
      return Object.fromEntries(node.properties.map(readProperty));
    case "BinaryExpression":
      if (node.operator !== "+" || node.left.type === "PrivateIdentifier") break;
      return `${String(evaluate(node.left))}${String(evaluate(node.right))}`;
    case "Identifier":
      if (node.name !== "undefined") break;
      return undefined;
    case "NewExpression":
    case "CallExpression":
      return evaluateCall(nameOf(node.callee), node.arguments.map(evaluate), node);
    default:
  }
  throw notWrittenOut(node);
}

function evaluateCall(name: string, [value]: unknown[], node: Node): unknown {
  if (name === "JSON.stringify") return JSON.stringify(value);
  if (name === "Headers") return value;
  if (name === "URL") return String(value);
  if (name === "URLSearchParams") {
    return new URLSearchParams(typeof value === "string" ? value : readPairs(value)).toString();
  }
  throw notWrittenOut(node);
}

function readProperty(property: Property | SpreadElement): [string, unknown] {
  if (property.type !== "Property" || property.computed || property.kind !== "init")
    throw notWrittenOut(property);
  const { key, value } = property;
  const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : undefined;
  if (name === undefined) throw notWrittenOut(property);
  return [name, evaluate(value)];
}

function nameOf(callee: Node): string {
  const { type, name, object, property } = callee as {
    type: string;
    name?: string;
    object?: Node;
    property?: Node;
  };
  return type === "MemberExpression" && object && property
    ? `${nameOf(object)}.${nameOf(property)}`
    : (name ?? "");
}

function notWrittenOut({ start, end }: Node): ReadingError {
  return new ReadingError(
    `the value at character ${start + 1} to ${end} is not written out; put its text there`,
  );
}
