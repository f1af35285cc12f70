import { bodyText, findHeader, type HttpRequest } from "./http-message.ts";
import { API_VERSION, type OperationSchema } from "./operation.ts";
import { ProtocolError } from "./protocol-error.ts";
import { readQuery } from "./query.ts";
import { readMembers } from "./read-value.ts";
import { redactWhenPrinted } from "./redact-when-printed.ts";

/** The result of {@link decodeRequest}. */
export interface DecodedRequest<Known extends OperationSchema = OperationSchema> {
  /** The operation that `Action` names. */
  readonly operation: Known;
  /** Its input, with the right types but not validated: see {@link validateInput}. */
  readonly input: Record<string, unknown>;
}

/**
 * Decodes a request as the service does: parameters from the query and, for POST, from the form body. Parameters
 * that the operation does not know are ignored.
 *
 * @param operations - the operations that are served
 * @throws {@link ProtocolError} `ERR_REQUEST_ACTION`, `ERR_REQUEST_VERSION` or `ERR_REQUEST_VALUE`, also when the body of a
 *   `Request` has already been read.
 */
export async function decodeRequest<Known extends OperationSchema>(
  request: HttpRequest | Request,
  operations: readonly Known[],
): Promise<DecodedRequest<Known>> {
  // The runtime's own error would show the whole text, which may contain an MFA code.
  if (typeof (request as unknown) !== "object" || (request as unknown) === null)
    throw new TypeError("request: expected a Request, or an object with method, hostname, headers and body");
  // What is there need not be awaited.
  const pairs = "hostname" in request ? plainPairs(request) : await webPairs(request);
  const find = (name: string): string | undefined => pairs.find(([candidate]) => candidate === name)?.[1];
  const action = find("Action");
  const operation = operations.find(({ name }) => name === action);
  if (operation === undefined) {
    const found = action === undefined ? "has no Action" : `has the unknown Action ${quote(action)}`;
    throw new ProtocolError("ERR_REQUEST_ACTION", `The request ${found}`);
  }
  const version = find("Version");
  if (version !== API_VERSION) {
    const found = version === undefined ? "no Version" : `Version ${quote(version)}`;
    throw new ProtocolError(
      "ERR_REQUEST_VERSION",
      `${operation.name}: expected Version ${API_VERSION}, found ${found}`,
    );
  }
  const fail = (path: string, problem: string): ProtocolError =>
    new ProtocolError("ERR_REQUEST_VALUE", `${operation.name}: ${path} ${problem}`);
  const input = readMembers(operation.input, readQuery(pairs), fail, { strict: false });
  return { operation, input: redactWhenPrinted(operation.input, input) };
}

type Pair = readonly [name: string, value: string];

function plainPairs({ method, query = {}, headers, body }: HttpRequest): Pair[] {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? ""]).map((item): Pair => [name, item]),
  );
  if (method === "POST" && isForm(findHeader(headers, "content-type")))
    new URLSearchParams(bodyText(body)).forEach((value, name) => pairs.push([name, value]));
  return pairs;
}

async function webPairs(request: Request): Promise<Pair[]> {
  const query = new URL(request.url).searchParams;
  if (request.method !== "POST" || !isForm(request.headers.get("content-type"))) return [...query];
  if (request.bodyUsed || request.body?.locked === true) {
    throw new ProtocolError(
      "ERR_REQUEST_VALUE",
      "The request's body has been read already: decode the request first, or keep a clone of it",
    );
  }
  return [...query, ...new URLSearchParams(await request.clone().text())];
}

// A missing content type is allowed: some signers send none.
function isForm(contentType: string | null | undefined): boolean {
  return !contentType || contentType.toLowerCase().startsWith("application/x-www-form-urlencoded");
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
