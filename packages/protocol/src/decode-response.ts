import { decodeFaultBody } from "./decode-fault.ts";
import type { DecodeOptions } from "./decode-options.ts";
import { type HttpResponse, type ReceivedResponse, receiveHttpResponse } from "./http-message.ts";
import { jsonSource } from "./json-value.ts";
import type { Operation, OperationSchema } from "./operation.ts";
import { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
import { readMembers, type ValueSource } from "./read-value.ts";
import { redactWhenPrinted } from "./redact-when-printed.ts";
import { describeResponse, hostOf, metadataOf, type ParsedBody, parseBody } from "./response-body.ts";
import type { MetadataBearer } from "./service-exception.ts";

/**
 * Decodes a response whose body has already been read, synchronously: {@link decodeResponse} without fast-xml-parser. XML that the
 * built-in reader declines is an error, whose `cause` names the option `parseXml`.
 *
 * @returns The output with its `$metadata`. Members that the service promises are there.
 * @throws {@link STSServiceException} or a subclass when the service refused the request.
 * @throws {@link ProtocolError} when a success is not an STS response, or lacks what the service promises.
 */
export function decodeResponseText<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  response: HttpResponse,
  options: DecodeOptions = {},
): Response & MetadataBearer {
  const received = receiveHttpResponse(response);
  return decodeBody(operation, received, parseBody(received, options.parseXml), options);
}

/** Decodes a response whose body has been parsed. */
export function decodeBody<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  response: ReceivedResponse,
  body: ParsedBody,
  options: DecodeOptions,
): Response & MetadataBearer {
  if (response.statusCode < 200 || response.statusCode > 299)
    throw decodeFaultBody(operation, response, body, options);

  const isFull = options.outputValidation !== "off";
  const { result, requestId } = isFull
    ? readEnvelope(operation, response, body, options)
    : readAnyEnvelope(operation, response, body, options);
  const $metadata = metadataOf(response, requestId);
  const fail = (path: string, problem: string): ProtocolError => {
    const host = hostOf(response, options.host) ?? "the service";
    const message = `${operation.name}: ${path} ${problem} in the response of ${host}`;
    return Object.assign(new ProtocolError("ERR_RESPONSE_MEMBER", message), { $metadata });
  };
  const output = readMembers(operation.output, result, fail, {
    strict: isFull,
    skipInvalid: !isFull,
    value: { $metadata },
  });
  // The table that was walked is typed against Response, and required members were found unless the check is off.
  return redactWhenPrinted(operation.output, output) as unknown as Response & MetadataBearer;
}

interface Envelope {
  readonly result: ValueSource;
  readonly requestId: string | undefined;
}

function readEnvelope(
  operation: OperationSchema,
  response: ReceivedResponse,
  { root, error }: ParsedBody,
  { host }: DecodeOptions,
): Envelope {
  const fail = (code: ProtocolErrorCode, problem: string): ProtocolError =>
    responseError({ code, problem, operation, response, host, cause: error });
  if (root === undefined) {
    if (response.text.trim() === "") throw fail("ERR_RESPONSE_EMPTY", "the response has no body");
    throw fail("ERR_RESPONSE_NOT_STS", "the response is not an STS response");
  }
  const envelope = root.member(`${operation.name}Response`);
  const result = envelope?.member(`${operation.name}Result`);
  if (envelope === undefined || result === undefined) {
    throw fail("ERR_RESPONSE_NOT_STS", `the response has no ${operation.name}Result`);
  }
  return { result, requestId: envelope.member("ResponseMetadata")?.member("RequestId")?.text?.trim() };
}

/** Finds the result under any names: the first of the document, its root and the root's children that has a member. */
function readAnyEnvelope(
  operation: OperationSchema,
  response: ReceivedResponse,
  { root, error }: ParsedBody,
  { host }: DecodeOptions,
): Envelope {
  if (root === undefined) {
    if (response.text.trim() === "") return { result: jsonSource({}), requestId: undefined };
    const problem = "the response is neither XML nor JSON";
    throw responseError({
      code: "ERR_RESPONSE_NOT_STS",
      problem,
      operation,
      response,
      host,
      cause: error,
    });
  }
  const names = Object.keys(operation.output);
  const elements = [root, ...root.members()];
  const candidates = [...elements, ...elements.flatMap((element) => element.members())];
  const result = candidates.find((candidate) => names.some((name) => candidate.member(name) !== undefined));
  const metadata = elements.map((element) => element.member("ResponseMetadata")).find(Boolean);
  return { result: result ?? root, requestId: metadata?.member("RequestId")?.text?.trim() };
}

interface ResponseProblem {
  readonly code: ProtocolErrorCode;
  readonly problem: string;
  readonly operation: OperationSchema;
  readonly response: ReceivedResponse;
  readonly host: string | undefined;
  readonly cause: unknown;
}

function responseError({ code, problem, operation, response, host, cause }: ResponseProblem): ProtocolError {
  const message = `${operation.name}: ${problem}: ${describeResponse(response, host)}`;
  return Object.assign(new ProtocolError(code, message, cause), { $metadata: metadataOf(response) });
}
