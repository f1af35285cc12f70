import { type DecodeContext, describeResponse, metadataOf, parseBody } from "./response-body.ts";
import type { ReceivedResponse } from "./http-message.ts";
import type { OperationSchema } from "./operation.ts";
import type { ValueSource } from "./read-value.ts";
import { STSServiceException } from "./service-exception.ts";

/** Decodes a failure that has been read: what {@link decodeFault} does once it has the right decoder. */
export function decodeFaultText(
  operation: OperationSchema,
  response: ReceivedResponse,
  context: DecodeContext,
): STSServiceException {
  const { statusCode } = response;
  const { error, requestId } = readFault(response, context);
  const text = (name: string): string | undefined => error?.member(name)?.text;
  const Code = text("Code")?.trim();
  const Type = text("Type")?.trim();
  const $metadata = metadataOf(response, requestId);
  const $fault = statusCode >= 500 ? "server" : "client";
  if (!Code) {
    const name = statusCode === 404 ? "NotFound" : "Unknown";
    return new STSServiceException({
      name,
      $fault,
      $metadata,
      message: describeResponse(response, context.host),
    });
  }
  const message = text("Message") || text("message") || Code;
  const modelled = operation.errors.find(({ code }) => code === Code);
  return modelled === undefined
    ? new STSServiceException({ name: Code, $fault, $metadata, message, Code, Type })
    : new modelled({ $fault: "client", $metadata, message, Code, Type });
}

interface Fault {
  readonly error: ValueSource | undefined;
  readonly requestId: string | undefined;
}

function readFault(response: ReceivedResponse, context: DecodeContext): Fault {
  let root: ValueSource | undefined;
  try {
    root = parseBody(response, context);
  } catch {
    // A proxy's page: the status is the whole message, and describeResponse shows how the body begins.
  }
  const standard = root?.member("ErrorResponse");
  const gateway = root?.member("Response");
  const holder = standard ?? gateway ?? root;
  return {
    error: gateway?.member("Errors")?.member("Error") ?? holder?.member("Error"),
    requestId: (holder?.member("RequestId") ?? holder?.member("RequestID"))?.text?.trim(),
  };
}
