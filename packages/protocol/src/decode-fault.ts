import type { DecodeOptions } from "./decode-options.ts";
import { type HttpResponse, type ReceivedResponse, receiveHttpResponse } from "./http-message.ts";
import type { OperationSchema } from "./operation.ts";
import type { ValueSource } from "./read-value.ts";
import { describeResponse, metadataOf, type ParsedBody, parseBody } from "./response-body.ts";
import { STSServiceException } from "./service-exception.ts";

/** Decodes a failure whose body has already been read, synchronously: {@link decodeFault} without fast-xml-parser. */
export function decodeFaultText(
  operation: OperationSchema,
  response: HttpResponse,
  options: DecodeOptions = {},
): STSServiceException {
  const received = receiveHttpResponse(response);
  return decodeFaultBody(operation, received, parseBody(received, options.parseXml), options);
}

/** Decodes a failure whose body has been parsed. */
export function decodeFaultBody(
  operation: OperationSchema,
  response: ReceivedResponse,
  body: ParsedBody,
  { host }: DecodeOptions,
): STSServiceException {
  const { statusCode } = response;
  const { error, requestId } = findFault(body);
  const text = (name: string): string | undefined => error?.member(name)?.text;
  const Code = text("Code")?.trim();
  const Type = text("Type")?.trim();
  const $metadata = metadataOf(response, requestId);
  const $fault = statusCode >= 500 ? "server" : "client";
  if (!Code) {
    const name = statusCode === 404 ? "NotFound" : "Unknown";
    return new STSServiceException({ name, $fault, $metadata, message: describeResponse(response, host) });
  }
  const message = text("Message") || text("message") || Code;
  const modelled = operation.errors.find(({ code }) => code === Code);
  const exception =
    modelled === undefined
      ? new STSServiceException({ name: Code, $fault, $metadata, message, Code, Type })
      : new modelled({ $fault: "client", $metadata, message, Code, Type });
  exception.Error = { ...(Type === undefined ? {} : { Type }), Code, Message: message };
  return exception;
}

interface Fault {
  readonly error?: ValueSource | undefined;
  readonly requestId?: string | undefined;
}

/**
 * Finds `Error` or `Errors/Error`, as the document itself or inside a root element of any name. A proxy's page has neither:
 * then the status is all there is, and the exception shows how the body begins.
 */
function findFault({ root }: ParsedBody): Fault {
  if (root === undefined) return {};
  for (const holder of [root, ...root.members()]) {
    const error = holder.member("Error") ?? holder.member("Errors")?.member("Error");
    if (error === undefined) continue;
    const id = holder.member("RequestId") ?? holder.member("RequestID") ?? error.member("RequestId");
    return { error, requestId: id?.text?.trim() };
  }
  return {};
}
