import {
  decodeRequest,
  encodeFault,
  encodeResponse,
  type HttpRequest,
  type EncodedResponse,
  type Operation,
  type OperationSchema,
  ProtocolError,
  STSServiceException,
} from "@org/sts-protocol";

import { type Call, openCall, type OpenCall, outcomeOf } from "./calls.ts";
import type { Clock } from "./fake/clock.ts";
import { exposeToBrowsers, preflight } from "./adapters/cors.ts";
import {
  type Fault,
  faultException,
  type FaultPlan,
  type NetworkFault,
  retryHeaders,
  type SlowBodyFault,
  type StallFault,
} from "./faults.ts";
import type { Identifiers } from "./fake/identifiers.ts";
import { serviceError, validationError } from "./fake/service-errors.ts";

/** An answer, and what happens to the connection on the way. */
export interface Answer extends EncodedResponse {
  /** `network-error`: the connection breaks. `stall`: nothing is ever sent. `slow-body`: the body comes in pieces. */
  effect?: NetworkFault | StallFault | SlowBodyFault | undefined;
}

/** A decoded request on its way to an answer. */
export interface Exchange {
  /** The request as it came. */
  readonly request: HttpRequest;
  /** The operation it asks for. */
  readonly operation: OperationSchema;
  /** Decoded, not validated. */
  readonly input: Record<string, unknown>;
  /** Its record. */
  readonly call: Call;
  /** Adds a line that helps whoever reads the log; never holds a secret. */
  readonly note: (text: string) => void;
}

/** One line of the log. Holds no secret. */
export interface LogEntry {
  /** When the request arrived, by the mock's clock. */
  readonly time: Date;
  /** HTTP method. */
  readonly method: string;
  /** Host that the request was sent to. */
  readonly host: string;
  /** Operation; `undefined` when the request names none that is known. */
  readonly operation: string | undefined;
  /** Decoded input with secrets masked. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Key id that signed the request. */
  readonly accessKeyId: string | undefined;
  /** `"ok"`, the error's wire code, or `"fault"` for a planned fault of connection or bytes. */
  readonly outcome: string;
  /** HTTP status of the answer. */
  readonly statusCode: number;
  /** Request id of the answer. */
  readonly requestId: string;
  /** The error's message. */
  readonly message?: string | undefined;
  /** What helps to find the cause, such as the first difference between two canonical requests. */
  readonly notes: readonly string[];
}

/** What {@link createHandler} needs. */
export interface HandlerParts {
  /** Operations that are served. */
  readonly operations: readonly OperationSchema[];
  /** Makes an operation's output, or throws a service exception. */
  respond(exchange: Exchange): Promise<object>;
  /** Answers requests that are not for STS, such as those for a key set. */
  route?(request: HttpRequest): Promise<Answer | undefined>;
  /** Faults still to happen. */
  readonly faults: FaultPlan;
  /** Receives each call's record. */
  record(call: Call): void;
  /** Time. */
  readonly clock: Clock;
  /** Request ids. */
  readonly identifiers: Identifiers;
  /** Receives one entry per request. */
  readonly log?: ((entry: LogEntry) => void) | undefined;
}

/** Largest request body that is read. The largest legitimate member, a SAML assertion, has 100,000 characters. */
export const MAX_BODY_BYTES: number = 512 * 1024;

/** Creates the function that turns a request into an answer: decode, respond, encode. */
export function createHandler(parts: HandlerParts): (request: HttpRequest) => Promise<Answer> {
  const { clock, identifiers, faults } = parts;
  return async (request) => {
    if (request.method === "OPTIONS") return preflight(request.headers);
    const routed = await parts.route?.(request);
    if (routed !== undefined) return exposeToBrowsers(routed);

    const requestId = identifiers.requestId();
    const time = new Date(clock.now());
    const notes: string[] = [];
    const format = /\bapplication\/json\b/i.test(request.headers["accept"] ?? "") ? "json" : "xml";
    const options = { requestId, format } as const;
    const host = request.hostname + (request.port === undefined ? "" : `:${request.port}`);
    const accessKeyId = signerOf(request);
    let call: OpenCall | undefined;
    let fault: Fault | undefined;
    let failure: STSServiceException | undefined;
    let answer: Answer;
    try {
      const { operation, input } = await decode(request, parts.operations);
      call = openCall(operation, input, { host, accessKeyId, requestId, time });
      parts.record(call);
      fault = faults.take(operation.name);
      const planned = fault && (faultException(fault) ?? brokenConnection(fault));
      if (planned instanceof STSServiceException) throw planned;
      if (planned === undefined) {
        const output = await parts.respond({
          request,
          operation,
          input,
          call,
          note: (text) => notes.push(text),
        });
        answer = encodeResponse(operation as Operation<object, object>, output, options); // the output belongs to the operation
      } else {
        answer = planned;
      }
    } catch (error) {
      if (!(error instanceof STSServiceException)) throw error;
      failure = error;
      answer = encodeFault(error, options);
    }
    answer.headers["date"] = new Date(clock.now()).toUTCString();
    if (fault !== undefined) answer = distort(answer, fault, clock);
    const isDistorted = fault !== undefined && faultException(fault) === undefined;
    const outcome = isDistorted ? "fault" : failure === undefined ? "ok" : outcomeOf(failure);
    if (call !== undefined) call.outcome = outcome;
    parts.log?.({
      time,
      method: request.method,
      host,
      operation: call?.operation,
      input: call?.input ?? {},
      accessKeyId,
      outcome,
      statusCode: answer.statusCode,
      requestId,
      message: failure?.message,
      notes,
    });
    return exposeToBrowsers(answer);
  };
}

async function decode(
  request: HttpRequest,
  operations: readonly OperationSchema[],
): ReturnType<typeof decodeRequest<OperationSchema>> {
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
    return await decodeRequest(request, operations);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const where = `${error.message} (host ${request.hostname})`;
    if (error.code === "ERR_REQUEST_ACTION" && error.message.endsWith("has no Action")) {
      throw serviceError("MissingAction", 400, where);
    }
    if (error.code === "ERR_REQUEST_VALUE") throw validationError(error.message);
    throw serviceError("InvalidAction", 400, where);
  }
}

function brokenConnection(fault: Fault): Answer | undefined {
  const nothing = { statusCode: 200, headers: {}, body: "" };
  switch (fault.kind) {
    case "network-error":
      return fault.afterHandling === true ? undefined : { ...nothing, effect: fault };
    case "stall":
      return { ...nothing, effect: fault };
    case "html":
      return { ...nothing, headers: { "content-type": "text/html" }, body: PORTAL_PAGE };
    case "empty":
      return { ...nothing, statusCode: fault.statusCode ?? 200 };
    default:
      return undefined;
  }
}

function distort(answer: Answer, fault: Fault, clock: Clock): Answer {
  switch (fault.kind) {
    case "throttling":
    case "status":
      return { ...answer, headers: { ...answer.headers, ...retryHeaders(fault) } };
    case "network-error":
    case "slow-body":
      return { ...answer, effect: fault };
    case "truncated-xml":
      return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
    case "skewed-date":
      return {
        ...answer,
        headers: {
          ...answer.headers,
          date: new Date(clock.now() + fault.offsetSeconds * 1000).toUTCString(),
        },
      };
    case "content-type":
      return { ...answer, headers: { ...answer.headers, "content-type": fault.contentType } };
    default:
      return answer;
  }
}

function signerOf({ headers, query }: HttpRequest): string | undefined {
  const presigned = query?.["X-Amz-Credential"];
  const credential =
    /\bCredential=([^,\s]+)/.exec(headers["authorization"] ?? "")?.[1] ??
    (typeof presigned === "string" ? presigned : undefined);
  const keyId = credential?.split("/")[0];
  // What stands there is the sender's; only something that looks like a key id is repeated in logs.
  return keyId !== undefined && /^\w{4,128}$/.test(keyId) ? keyId : undefined;
}

const PORTAL_PAGE =
  "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to this network</h1></body></html>\n";
