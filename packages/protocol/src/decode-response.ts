import { decodeFaultBody } from "./decode-fault.ts";
import type { DecodeOptions } from "./decode-options.ts";
import { type HttpResponse, type ReceivedResponse, receiveHttpResponse } from "./http-message.ts";
import type { Operation, OperationSchema } from "./operation.ts";
import { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
import { readMembers, type ValueSource } from "./read-value.ts";
import { redactWhenPrinted } from "./redact-when-printed.ts";
import { describeResponse, hostOf, metadataOf, type ParsedBody, parseBody } from "./response-body.ts";
import type { MetadataBearer } from "./service-exception.ts";

/**
 * Decodes a response whose body has been read, at once: {@link decodeResponse} without fast-xml-parser. XML that the built-in
 * reader declines is an error, whose `cause` names the option `parseXml`.
 *
 * @returns The output with its `$metadata`. Members the service promises are there.
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

  const { result, requestId } = readEnvelope(operation, response, body, options);
  const $metadata = metadataOf(response, requestId);
  const fail = (path: string, problem: string): ProtocolError => {
    const host = hostOf(response, options.host) ?? "the service";
    const message = `${operation.name}: ${path} ${problem} in the response of ${host}`;
    return Object.assign(new ProtocolError("ERR_RESPONSE_MEMBER", message), { $metadata });
  };
  const output = readMembers(operation.output, result, fail, { strict: true, value: { $metadata } });
  // The table that was walked is typed against Response, and required members were found.
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
  const fail = (code: ProtocolErrorCode, problem: string, cause?: unknown): ProtocolError =>
    Object.assign(
      new ProtocolError(code, `${operation.name}: ${problem}: ${describeResponse(response, host)}`, cause),
      { $metadata: metadataOf(response) },
    );
  if (root === undefined) {
    if (response.text.trim() === "") throw fail("ERR_RESPONSE_EMPTY", "the response has no body");
    throw fail("ERR_RESPONSE_NOT_STS", "the response is not an STS response", error);
  }
  const envelope = root.member(`${operation.name}Response`);
  const result = envelope?.member(`${operation.name}Result`);
  if (envelope === undefined || result === undefined) {
    throw fail("ERR_RESPONSE_NOT_STS", `the response has no ${operation.name}Result`);
  }
  return { result, requestId: envelope.member("ResponseMetadata")?.member("RequestId")?.text?.trim() };
}
