import { STSServiceException } from "@org/sts-protocol";

/**
 * Creates an error for which the service has no class, to throw from a handler.
 *
 * @param code - wire code, such as `"AccessDenied"`
 * @param statusCode - HTTP status; 500 and above are server faults
 * @param message - the service's message
 */
export function serviceError(code: string, statusCode: number, message: string): STSServiceException {
  return new STSServiceException({
    name: code,
    Code: code,
    message,
    $fault: statusCode >= 500 ? "server" : "client",
    $metadata: { httpStatusCode: statusCode },
  });
}

/** `AccessDenied`, 403. */
export function accessDenied(message: string): STSServiceException {
  return serviceError("AccessDenied", 403, message);
}

/** `AccessDenied` in the words of a missing permission. */
export function notAuthorized(callerArn: string, action: string, resource?: string): STSServiceException {
  return accessDenied(
    `User: ${callerArn} is not authorized to perform: ${action}${resource === undefined ? "" : ` on resource: ${resource}`}`,
  );
}

/** `ValidationError`, 400. */
export function validationError(message: string): STSServiceException {
  return serviceError("ValidationError", 400, message);
}
