import type { Endpoint, HttpRequest } from "./http-message.ts";
import { API_VERSION, type Operation } from "./operation.ts";
import { writeQuery } from "./query.ts";
import { type InputValidation, validateInput } from "./validate.ts";

/** Options of {@link encodeRequest}. */
export interface EncodeRequestOptions {
  /** How much of the input is checked. Default: `"full"`. */
  readonly inputValidation?: InputValidation | undefined;
  /** Format to ask for; the service decides what it sends. Default: `"xml"`. */
  readonly responseFormat?: "xml" | "json" | undefined;
}

/**
 * Encodes an operation's input as an unsigned AWS Query request: `POST /` with a form body in model order.
 *
 * @param endpoint - where the request goes
 * @throws {@link InvalidInputError} when the input breaks a documented rule.
 *
 * @example
 * import { encodeRequest, GetSessionToken } from "@org/sts-protocol";
 *
 * const request = encodeRequest(GetSessionToken, { DurationSeconds: 900 }, { hostname: "sts.eu-west-1.amazonaws.com" });
 * request.body; // "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900"
 */
export function encodeRequest<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  input: NoInfer<Request>,
  endpoint: Endpoint,
  options: EncodeRequestOptions = {},
): HttpRequest {
  const request = encodeWithoutHost(operation, input, endpoint, options);
  const { hostname, port, headers } = request;
  headers["host"] = port === undefined ? hostname : `${hostname}:${port}`;
  return request;
}

/** Does the same, but leaves the header `host` to the caller, who may still change where the request goes. */
export function encodeWithoutHost<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  input: NoInfer<Request>,
  endpoint: Endpoint,
  options: EncodeRequestOptions,
): HttpRequest {
  validateInput(operation, input, options.inputValidation);
  const { hostname, port, protocol = "https:", path = "/" } = endpoint;
  return {
    method: "POST",
    protocol,
    hostname,
    port,
    path: path.endsWith("/") ? path : `${path}/`,
    query: {},
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(options.responseFormat === "json" ? { accept: "application/json" } : {}),
    },
    body: `Action=${operation.name}&Version=${API_VERSION}${writeQuery(operation.input, input)}`,
  };
}
