import { type AnswerContext, describeAnswer, metadataOf, parseBody } from "./response-body.ts";
import { conceal } from "./redact-when-printed.ts";
import { decodeFaultAnswer } from "./decode-fault.ts";
import type { ResponseText } from "./http-message.ts";
import type { Operation, OperationSchema } from "./operation.ts";
import { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
import { readMembers, type ValueSource } from "./read-value.ts";
import type { MetadataBearer } from "./service-exception.ts";

/**
 * Decodes an answer that has been read: what {@link decodeResponse} does once it has the right decoder.
 *
 * @throws {@link STSServiceException} or a subclass when the service said no.
 * @throws {@link ProtocolError} when a success is not an STS answer, or lacks what the service promises.
 */
export function decodeAnswer<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  answer: ResponseText,
  context: AnswerContext,
): Response & MetadataBearer {
  if (answer.statusCode < 200 || answer.statusCode > 299) throw decodeFaultAnswer(operation, answer, context);

  const { result, requestId } = readEnvelope(operation, answer, context);
  const fail = (path: string, problem: string): ProtocolError => {
    const message = `${operation.name}: ${path} ${problem} in the answer of ${context.host ?? "the service"}`;
    return Object.assign(new ProtocolError("ERR_RESPONSE_MEMBER", message), {
      $metadata: metadataOf(answer, requestId),
    });
  };
  const output = readMembers(operation.output, result, fail, { strict: true });
  // The table that was walked is typed against Response, and required members were found.
  return conceal(operation.output, {
    $metadata: metadataOf(answer, requestId),
    ...output,
  }) as unknown as Response & MetadataBearer;
}

interface Envelope {
  readonly result: ValueSource;
  readonly requestId: string | undefined;
}

function readEnvelope(operation: OperationSchema, answer: ResponseText, context: AnswerContext): Envelope {
  const fail = (code: ProtocolErrorCode, problem: string, cause?: unknown): ProtocolError =>
    Object.assign(
      new ProtocolError(
        code,
        `${operation.name}: ${problem}: ${describeAnswer(answer, context.host)}`,
        cause,
      ),
      { $metadata: metadataOf(answer) },
    );
  if (answer.text.trim() === "") throw fail("ERR_RESPONSE_EMPTY", "the answer has no body");

  let root: ValueSource;
  try {
    root = parseBody(answer, context);
  } catch (error) {
    throw fail("ERR_RESPONSE_NOT_STS", "the answer is not one of STS", error);
  }
  const response = root.member(`${operation.name}Response`);
  const result = response?.member(`${operation.name}Result`);
  if (response === undefined || result === undefined) {
    throw fail("ERR_RESPONSE_NOT_STS", `the answer has no ${operation.name}Result`);
  }
  return { result, requestId: response.member("ResponseMetadata")?.member("RequestId")?.text?.trim() };
}
