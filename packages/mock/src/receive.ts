import {
  decodeRequest,
  type HttpRequest,
  type OperationSchema,
  ProtocolError,
  type STSServiceException,
} from "@org/sts-protocol";

import { serviceError, validationError } from "./fake/service-errors.ts";

/** What a request asks for. */
export interface ReceivedRequest {
  /** The operation that `Action` names. */
  readonly operation: OperationSchema;
  /** Its input, decoded and not validated; empty when it could not be decoded. */
  readonly input: Record<string, unknown>;
  /** Why the parameters could not be decoded. It is thrown only after authentication. */
  readonly undecodable: STSServiceException | undefined;
}

/** Largest request body that is read. The largest legitimate member, a SAML assertion, has 100,000 characters. */
export const MAX_BODY_BYTES: number = 512 * 1024;

/**
 * Reads the transport and the Action of a request.
 *
 * @throws STSServiceException when the operation cannot be determined: `InvalidAction`, `MissingAction`,
 * `RequestEntityTooLarge`.
 */
export async function receive(
  request: HttpRequest,
  operations: readonly OperationSchema[],
): Promise<ReceivedRequest> {
  if (request.method !== "POST" && request.method !== "GET") {
    throw serviceError(
      "InvalidAction",
      400,
      `The method ${request.method} is not supported, use POST or GET`,
    );
  }
  if ((request.body?.length ?? 0) > MAX_BODY_BYTES) {
    throw serviceError(
      "RequestEntityTooLarge",
      413,
      `The request body is larger than ${MAX_BODY_BYTES} bytes`,
    );
  }
  try {
    return { ...(await decodeRequest(request, operations)), undecodable: undefined };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const operation = error.code === "ERR_REQUEST_VALUE" ? findOperation(request, operations) : undefined;
    if (operation !== undefined) {
      return { operation, input: {}, undecodable: validationError(error.message) };
    }
    const where = `${error.message} (host ${request.hostname})`;
    throw error.code === "ERR_REQUEST_ACTION" && error.message.endsWith("has no Action")
      ? serviceError("MissingAction", 400, where)
      : serviceError("InvalidAction", 400, where);
  }
}

/** Finds the operation of a request whose parameters cannot be decoded, from the first `Action` alone. */
function findOperation(
  { query = {}, body = "" }: HttpRequest,
  operations: readonly OperationSchema[],
): OperationSchema | undefined {
  const given = query["Action"];
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const action = (Array.isArray(given) ? given[0] : given) ?? new URLSearchParams(text).get("Action");
  return operations.find(({ name }) => name === action);
}
