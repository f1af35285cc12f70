import { describeAnswer, metadataOf } from "./answer.ts";
import type { HttpResponse, ResponseText } from "./http-message.ts";
import { type OperationSchema, XML_NAMESPACE } from "./operation.ts";
import type { ValueSource } from "./read-value.ts";
import { type DecodeOptions, type EncodeResponseOptions, httpResponse, parseBody } from "./response.ts";
import { STSServiceException } from "./service-exception.ts";
import { escapeXml } from "./xml-value.ts";

/**
 * Decodes a failure into the operation's own exception class, or {@link STSServiceException} named by its code.
 *
 * Understands `ErrorResponse/Error`, `Response/Errors/Error` of other gateways, and the JSON form. Without a code in the
 * body the name is `"NotFound"` for status 404 and `"Unknown"` otherwise, and the message tells what answered.
 */
export async function decodeFault(
  operation: OperationSchema,
  answer: ResponseText,
  options: DecodeOptions = {},
): Promise<STSServiceException> {
  const { statusCode } = answer;
  const { error, requestId } = await readFault(answer, options);
  const text = (name: string): string | undefined => error?.member(name)?.text;
  const Code = text("Code")?.trim();
  const Type = text("Type")?.trim();
  const $metadata = metadataOf(answer, requestId);
  const $fault = statusCode >= 500 ? "server" : "client";
  if (!Code) {
    const name = statusCode === 404 ? "NotFound" : "Unknown";
    return new STSServiceException({
      name,
      $fault,
      $metadata,
      message: describeAnswer(answer, options.host),
    });
  }
  const message = text("Message") ?? text("message") ?? Code;
  const modelled = operation.errors.find(({ code }) => code === Code);
  return modelled === undefined
    ? new STSServiceException({ name: Code, $fault, $metadata, message, Code, Type })
    : new modelled({ $fault: "client", $metadata, message, Code, Type });
}

interface Fault {
  readonly error: ValueSource | undefined;
  readonly requestId: string | undefined;
}

async function readFault(answer: ResponseText, options: DecodeOptions): Promise<Fault> {
  let root: ValueSource | undefined;
  try {
    root = answer.text.trim() === "" ? undefined : await parseBody(answer, options);
  } catch {
    // A proxy's page: the status is the whole message, and describeAnswer shows how the body begins.
  }
  const standard = root?.member("ErrorResponse");
  const gateway = root?.member("Response");
  const holder = standard ?? gateway ?? root;
  return {
    error: gateway?.member("Errors")?.member("Error") ?? holder?.member("Error"),
    requestId: (holder?.member("RequestId") ?? holder?.member("RequestID"))?.text?.trim(),
  };
}

/**
 * Encodes an exception as the service answers it. The status is that of `$metadata`, or else the class's own, or else
 * 400 for the caller's faults and 500 for the service's.
 */
export function encodeFault(error: STSServiceException, options: EncodeResponseOptions): HttpResponse {
  const statics = error.constructor as { readonly code?: string; readonly statusCode?: number }; // absent on the base class
  const isServer = error.$fault === "server";
  const statusCode = error.$metadata.httpStatusCode ?? statics.statusCode ?? (isServer ? 500 : 400);
  const Type = error.Type ?? (isServer ? "Receiver" : "Sender");
  const Code = error.Code ?? statics.code ?? error.name;
  if (options.format === "json") {
    const fault = { Error: { Code, Message: error.message, Type }, RequestId: options.requestId };
    return httpResponse(statusCode, JSON.stringify(fault), options);
  }
  const body = `<ErrorResponse xmlns="${XML_NAMESPACE}">
  <Error>
    <Type>${escapeXml(Type)}</Type>
    <Code>${escapeXml(Code)}</Code>
    <Message>${escapeXml(error.message)}</Message>
  </Error>
  <RequestId>${escapeXml(options.requestId)}</RequestId>
</ErrorResponse>
`;
  return httpResponse(statusCode, body, options);
}
