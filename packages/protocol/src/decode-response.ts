import { type DecodeContext, describeResponse, metadataOf, parseBody } from "./response-body.ts";
import { redactWhenPrinted } from "./redact-when-printed.ts";
import { decodeFaultText } from "./decode-fault.ts";
import type { ReceivedResponse } from "./http-message.ts";
import type { Operation, OperationSchema } from "./operation.ts";
import { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
import { readMembers, type ValueSource } from "./read-value.ts";
import type { MetadataBearer } from "./service-exception.ts";

/**
 * Decodes a response that has been read: what {@link decodeResponse} does once it has the right decoder.
 *
 * @throws {@link STSServiceException} or a subclass when the service refused the request.
 * @throws {@link ProtocolError} when a success is not an STS response, or lacks what the service promises.
 */
export function decodeResponseText<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  response: ReceivedResponse,
  context: DecodeContext,
): Response & MetadataBearer {
  if (response.statusCode < 200 || response.statusCode > 299)
    throw decodeFaultText(operation, response, context);

  const { result, requestId } = readEnvelope(operation, response, context);
  const fail = (path: string, problem: string): ProtocolError => {
    const message = `${operation.name}: ${path} ${problem} in the response of ${context.host ?? "the service"}`;
    return Object.assign(new ProtocolError("ERR_RESPONSE_MEMBER", message), {
      $metadata: metadataOf(response, requestId),
    });
  };
  const output = readMembers(operation.output, result, fail, { strict: true });
  // The table that was walked is typed against Response, and required members were found.
  return redactWhenPrinted(operation.output, {
    $metadata: metadataOf(response, requestId),
    ...output,
  }) as unknown as Response & MetadataBearer;
}

interface Envelope {
  readonly result: ValueSource;
  readonly requestId: string | undefined;
}

function readEnvelope(
  operation: OperationSchema,
  response: ReceivedResponse,
  context: DecodeContext,
): Envelope {
  const fail = (code: ProtocolErrorCode, problem: string, cause?: unknown): ProtocolError =>
    Object.assign(
      new ProtocolError(
        code,
        `${operation.name}: ${problem}: ${describeResponse(response, context.host)}`,
        cause,
      ),
      { $metadata: metadataOf(response) },
    );
  if (response.text.trim() === "") throw fail("ERR_RESPONSE_EMPTY", "the response has no body");

  let root: ValueSource;
  try {
    root = parseBody(response, context);
  } catch (error) {
    throw fail("ERR_RESPONSE_NOT_STS", "the response is not an STS response", error);
  }
  const envelope = root.member(`${operation.name}Response`);
  const result = envelope?.member(`${operation.name}Result`);
  if (envelope === undefined || result === undefined) {
    throw fail("ERR_RESPONSE_NOT_STS", `the response has no ${operation.name}Result`);
  }
  return { result, requestId: envelope.member("ResponseMetadata")?.member("RequestId")?.text?.trim() };
}
