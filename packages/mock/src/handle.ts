import {
  encodeFault,
  encodeResponse,
  type HttpRequest,
  type Operation,
  type OperationSchema,
  STSServiceException,
} from "@org/sts-protocol";

import { exposeToBrowsers, preflight } from "./adapters/cors.ts";
import { type Call, openCall, type OpenCall, outcomeOf } from "./calls.ts";
import { applyOverrides, type Replies } from "./canned/replies.ts";
import type { Clock } from "./fake/clock.ts";
import type { DenialReason } from "./fake/denial-reason.ts";
import type { Identifiers } from "./fake/identifiers.ts";
import { type Fault, faultException, type FaultPlan, retryHeaders } from "./faults.ts";
import type { LogEntry } from "./log-entry.ts";
import type { MockResponse } from "./mock-response.ts";
import { receive } from "./receive.ts";

/** A request whose operation is known, on its way to a response. */
export interface Exchange {
  /** The request as it arrived. */
  readonly request: HttpRequest;
  /** The operation it asks for. */
  readonly operation: OperationSchema;
  /** Decoded input. */
  readonly input: Record<string, unknown>;
  /** Its record. */
  readonly call: Call;
  /** Adds a line that helps the reader of the log; never contains a secret. */
  readonly note: (text: string) => void;
  /** Receives the cause of an `AccessDenied`. */
  readonly explain: (reason: DenialReason) => void;
}

/** What a mock does when the test sets nothing: the fake applies the rules of STS, a canned mock sends its examples. */
export interface Service<Caller> {
  /** Finds out who sent a request, before its parameters are examined. Throws a service exception to refuse. */
  authenticate(exchange: Exchange): Caller | Promise<Caller>;
  /** Checks the decoded input. Throws a service exception to refuse. */
  validate(exchange: Exchange): void;
  /** Produces the operation's output. Throws a service exception to refuse. */
  respond(exchange: Exchange, caller: Caller): object | Promise<object>;
  /** Responds to requests that are not for STS, such as those for a key set; `undefined` for all others. */
  route(request: HttpRequest): Promise<MockResponse> | undefined;
}

/** What a test wants from a mock. */
export interface TestPlan {
  /** Replies instead of the mock's own responses. */
  readonly replies: Replies;
  /** Faults still to happen. */
  readonly faults: FaultPlan;
}

/** What {@link createHandler} needs. */
export interface HandlerParts<Caller> {
  /** Operations that are served. */
  readonly operations: readonly OperationSchema[];
  /** What the mock does when the test sets nothing. */
  readonly service: Service<Caller>;
  /** What the test that sends the request wants instead. */
  plan(): TestPlan;
  /** Receives each call's record. */
  record(call: Call): void;
  /** Time. */
  readonly clock: Clock;
  /** Request ids. */
  readonly identifiers: Identifiers;
  /** Receives one entry per request. */
  readonly log?: ((entry: LogEntry) => void) | undefined;
}

/** Creates the function that turns a request into a response. Its steps are those of {@link produce}. */
export function createHandler<Caller>(
  parts: HandlerParts<Caller>,
): (request: HttpRequest) => Promise<MockResponse> {
  return async function handle(request) {
    if (request.method === "OPTIONS") return preflight(request.headers);
    const routed = parts.service.route(request);
    if (routed !== undefined) return exposeToBrowsers(await routed);

    const arrival = arrive(request, parts);
    let result: object;
    try {
      result = await produce(arrival, parts);
    } catch (error) {
      // Anything else is a bug, most likely in the test's own reply; it must not look like a refusal by the service.
      if (!(error instanceof STSServiceException)) throw error;
      result = error;
    }
    return close(arrival, encode(arrival, result), result, parts);
  };
}

/** A request, and what becomes known about it step by step. */
interface Arrival {
  readonly request: HttpRequest;
  readonly requestId: string;
  readonly time: Date;
  readonly host: string;
  readonly accessKeyId: string | undefined;
  readonly notes: string[];
  operation?: OperationSchema;
  call?: OpenCall;
  fault?: Fault | undefined;
  reason?: DenialReason;
}

function arrive(
  request: HttpRequest,
  { clock, identifiers }: Pick<HandlerParts<unknown>, "clock" | "identifiers">,
): Arrival {
  return {
    request,
    requestId: identifiers.requestId(),
    time: new Date(clock.now()),
    host: request.hostname + (request.port === undefined ? "" : `:${request.port}`),
    accessKeyId: signerOf(request),
    notes: [],
  };
}

/** The steps between a request and its output, in the order of the service. Throws what refuses the request. */
async function produce<Caller>(arrival: Arrival, parts: HandlerParts<Caller>): Promise<object> {
  const { request } = arrival;
  const { service } = parts;
  const { replies, faults } = parts.plan();

  // 1. Read the transport and the Action.
  const { operation, input, undecodable } = await receive(request, parts.operations);
  const call = openCall(operation, input, arrival);
  parts.record(call);
  arrival.operation = operation;
  arrival.call = call;

  // 2. A planned fault: a front end fails before it checks a signature.
  arrival.fault = faults.take(operation.name);
  const failure = arrival.fault && faultException(arrival.fault);
  if (failure !== undefined) throw failure;
  if (arrival.fault && responseInstead(arrival.fault)) return {};

  // 3. Authenticate, where the operation is signed.
  const exchange: Exchange = {
    request,
    operation,
    input,
    call,
    note: (text) => {
      arrival.notes.push(text);
    },
    explain: (reason) => {
      arrival.reason = reason;
    },
  };
  const caller = await service.authenticate(exchange);

  // 4. Decode and validate.
  if (undecodable !== undefined) throw undecodable;
  service.validate(exchange);

  // 5. Reply or rule. An exception from the test replaces the rule; members and functions come after the rule's checks.
  const refusal = replies.takeException(operation);
  if (refusal !== undefined) throw refusal;
  const output = await service.respond(exchange, caller);
  const overrides = await replies.resolve(operation, input, call);
  return overrides === undefined ? output : applyOverrides(output, overrides);
}

/** The response to a request that the fault keeps from taking effect; `undefined` for a fault that comes later. */
function responseInstead(fault: Fault): MockResponse | undefined {
  const nothing = { statusCode: 200, headers: {}, body: "" };
  switch (fault.kind) {
    case "network-error":
      return fault.afterHandling === true ? undefined : { ...nothing, effect: fault };
    case "stall":
      return { ...nothing, effect: { kind: "stall" } };
    case "html":
      return { ...nothing, headers: { "content-type": "text/html" }, body: PORTAL_PAGE };
    case "empty":
      return { ...nothing, statusCode: fault.statusCode ?? 200 };
    default:
      return undefined;
  }
}

/** 6. Encode. */
function encode({ request, requestId, operation, fault }: Arrival, result: object): MockResponse {
  const instead = fault && responseInstead(fault);
  if (instead !== undefined) return instead;
  const { accept } = request.headers;
  const format = accept !== undefined && /\bapplication\/json\b/i.test(accept) ? "json" : "xml";
  if (result instanceof STSServiceException) return encodeFault(result, { requestId, format });
  // The output belongs to the operation that made it.
  return encodeResponse(operation as Operation<object, object>, result, { requestId, format });
}

/** 7. Distort, and close the record. */
function close(
  arrival: Arrival,
  encoded: MockResponse,
  result: object,
  { clock, log }: Pick<HandlerParts<unknown>, "clock" | "log">,
): MockResponse {
  const { fault, call, request, requestId, time, host, accessKeyId, notes } = arrival;
  encoded.headers["date"] = httpDate(clock.now());
  const response = fault === undefined ? encoded : distort(encoded, fault, clock);
  const failure = result instanceof STSServiceException ? result : undefined;
  const isDistorted = fault !== undefined && faultException(fault) === undefined;
  const outcome = isDistorted ? "fault" : failure === undefined ? "ok" : outcomeOf(failure);
  const reason = failure !== undefined && outcome === "AccessDenied" ? reasonOf(arrival, failure) : undefined;
  if (reason !== undefined && reason.message !== failure?.message) notes.push(reason.message);
  if (call !== undefined) {
    call.outcome = outcome;
    call.reason = reason;
  }
  log?.({
    time,
    method: request.method,
    host,
    operation: call?.operation,
    input: call?.input ?? {},
    accessKeyId,
    outcome,
    statusCode: response.statusCode,
    requestId,
    message: failure?.message,
    notes,
  });
  return exposeToBrowsers(response);
}

/** A refusal that no policy explains is explained by its own message. */
function reasonOf({ reason }: Arrival, { message }: STSServiceException): DenialReason {
  return reason ?? { kind: "rule", message, policies: [] };
}

function distort(response: MockResponse, fault: Fault, clock: Clock): MockResponse {
  const withHeaders = (headers: Record<string, string>): MockResponse => ({
    ...response,
    headers: { ...response.headers, ...headers },
  });
  switch (fault.kind) {
    case "throttling":
    case "status":
      return withHeaders(retryHeaders(fault));
    case "network-error":
    case "slow-body":
      return { ...response, effect: fault };
    case "truncated-xml":
      return { ...response, body: response.body.slice(0, Math.ceil(response.body.length / 2)) };
    case "skewed-date":
      return withHeaders({ date: new Date(clock.now() + fault.offsetSeconds * 1000).toUTCString() });
    case "content-type":
      return withHeaders({ "content-type": fault.contentType });
    default:
      return response;
  }
}

/** Writes the date of a response. Most are sent in the same second as the one before. */
function httpDate(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== lastDate.second) lastDate = { second, text: new Date(time).toUTCString() };
  return lastDate.text;
}

let lastDate: { readonly second: number; readonly text: string } = { second: Number.NaN, text: "" };

function signerOf({ headers, query }: HttpRequest): string | undefined {
  const presigned = query?.["X-Amz-Credential"];
  const credential =
    /\bCredential=([^,\s]+)/.exec(headers["authorization"] ?? "")?.[1] ??
    (typeof presigned === "string" ? presigned : undefined);
  const keyId = credential?.split("/")[0];
  // The sender chose this text; logs repeat it only if it looks like a key id.
  return keyId !== undefined && /^\w{4,128}$/.test(keyId) ? keyId : undefined;
}

const PORTAL_PAGE =
  "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to this network</h1></body></html>\n";
