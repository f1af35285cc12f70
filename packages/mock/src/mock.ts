import { type HttpRequest, operations } from "@org/sts-protocol";

import { exampleAnswer, realisticAnswer } from "./canned/responses.ts";
import { type Call, containsInput } from "./calls.ts";
import { type Clock, createClock } from "./fake/clock.ts";
import { createFaultPlan, type Fault, type FaultSchedule } from "./faults.ts";
import { type Answer, createHandler, type Exchange, type HandlerParts, type LogEntry } from "./handle.ts";
import { type HostPattern, isStsHost } from "./fake/hosts.ts";
import { createIdentifiers, type Identifiers } from "./fake/identifiers.ts";
import {
  type AnyOperation,
  applyOverrides,
  createReplies,
  operationOf,
  type OperationReference,
  type Reply,
} from "./canned/replies.ts";
import { createRandomBytes } from "./fake/random-bytes.ts";
import { isIssuerHost } from "./fake/web-identity-issuer.ts";
import { plainRequest, readRequest, writeResponse } from "./adapters/web-request.ts";

/** Options that canned and strict mocks share. */
export interface MockOptions {
  /** Hosts besides those of STS that the mock answers for, such as that of a custom endpoint. Default: none. */
  readonly hosts?: readonly HostPattern[];
  /** Time. Default: a clock that runs with the system's. */
  readonly clock?: Clock;
  /** Source of random bytes. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: (length: number) => Uint8Array;
  /** Seed of the faults that happen by chance. Default: 1. */
  readonly seed?: number;
  /** Receives one entry per request, without secrets. */
  readonly log?: (entry: LogEntry) => void;
  /** How many calls are remembered; the oldest are forgotten first. Default: 10,000. */
  readonly maxCalls?: number;
}

/** Options of {@link createStsMock}. */
export interface StsMockOptions extends MockOptions {
  /**
   * What is answered where the test says nothing: the documentation's examples to the letter, whose dates are long past,
   * or answers with fresh keys and future expirations. Default: `"documented"`.
   */
  readonly answers?: "documented" | "realistic";
}

/** A mock of STS. */
export interface StsMock {
  /**
   * Answers a request. Knows nothing of servers or interception: everything else is an adapter around this.
   *
   * @returns The answer; `Response.error()` for a planned network error.
   */
  handle(request: Request): Promise<Response>;
  /**
   * Takes the place of `fetch`. A planned network error rejects as `fetch` does.
   *
   * @throws TypeError for a host that is neither of STS nor in {@link MockOptions.hosts}: nothing reaches the network.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Answers a request in plain form; for adapters. */
  answer(request: HttpRequest): Promise<Answer>;
  /** Whether the mock answers for a host. */
  answersHost(hostname: string): boolean;
  /** Answers every call of an operation from now on. */
  on<Request extends object, Response extends object>(
    operation: OperationReference<Request, Response>,
    reply: Reply<Request, Response>,
  ): StsMock;
  /** Answers the next calls of an operation, one reply each, before what {@link StsMock.on} says. */
  once<Request extends object, Response extends object>(
    operation: OperationReference<Request, Response>,
    ...replies: readonly Reply<Request, Response>[]
  ): StsMock;
  /** Plans a fault: once unless the schedule says otherwise. */
  fault(fault: Fault, schedule?: FaultSchedule): StsMock;
  /** What was received, oldest first; of one operation if one is given, with at least this input if some is given. */
  calls(operation?: AnyOperation, input?: object): readonly Call[];
  /** Forgets calls, replies and faults. */
  reset(): void;
}

/**
 * Creates a mock that answers every operation with a canned answer and checks nothing.
 *
 * @example
 * import { STSClient } from "@org/sts-client";
 * import { createStsMock } from "@org/sts-mock";
 * import { GetSessionToken } from "@org/sts-protocol";
 *
 * const mock = createStsMock();
 * mock.on(GetSessionToken, ({ DurationSeconds = 43_200 }) => ({
 *   Credentials: { Expiration: new Date(Date.now() + DurationSeconds * 1000) },
 * }));
 * const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const client = new STSClient({ region: "us-east-1", credentials, fetch: mock.fetch });
 */
export function createStsMock(options: StsMockOptions = {}): StsMock {
  const parts = mockParts(options);
  const base =
    options.answers === "realistic"
      ? ({ operation, input }: Exchange) => realisticAnswer(operation, input, parts)
      : ({ operation }: Exchange) => exampleAnswer(operation.name);
  return assembleMock(options, parts, { respond: (exchange) => Promise.resolve(base(exchange)) });
}

/** The parts of a mock that come in through its options. */
export interface MockParts {
  /** Time. */
  readonly clock: Clock;
  /** Random bytes. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Ids, keys and tokens. */
  readonly identifiers: Identifiers;
}

/** Reads the shared options. */
export function mockParts(options: MockOptions): MockParts {
  const randomBytes = options.randomBytes ?? createRandomBytes();
  return {
    clock: options.clock ?? createClock(),
    randomBytes,
    identifiers: createIdentifiers(randomBytes),
  };
}

/** Puts a mock together around what it answers by itself. */
export function assembleMock(
  options: MockOptions,
  { clock, identifiers }: Pick<MockParts, "clock" | "identifiers">,
  service: Pick<HandlerParts, "respond" | "route">,
): StsMock {
  const { hosts = [], seed = 1, maxCalls = 10_000, log } = options;
  const replies = createReplies();
  const faults = createFaultPlan(seed);
  let calls: Call[] = [];

  const answer = createHandler({
    ...service,
    operations,
    respond: async (exchange) => {
      const { operation, input, call } = exchange;
      const overrides = await replies.resolve(operation.name, input, call);
      const output = await service.respond(exchange);
      return overrides === undefined ? output : applyOverrides(output, overrides);
    },
    faults,
    record: (call) => {
      calls.push(call);
      // Dropped in lots, so that a long run does not move the array for every call.
      if (calls.length > maxCalls * 1.25) calls = calls.slice(-maxCalls);
    },
    clock,
    identifiers,
    log,
  });

  const mock: StsMock = {
    answer,
    answersHost: (hostname) => isStsHost(hostname, hosts) || isIssuerHost(hostname),
    handle: async (request) => await writeResponse(await answer(await readRequest(request)), request.signal),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      if (!mock.answersHost(url.hostname)) {
        throw new TypeError(
          `the STS mock does not answer for ${url.host}; add the host to its option "hosts", or use another fetch for it`,
        );
      }
      request.signal.throwIfAborted();
      // The headers as they were given: a Request drops those that a browser reserves, and a signature may cover them.
      const headers = Object.fromEntries(new Headers(init?.headers ?? request.headers));
      const plain = await readRequest(request);
      const complete = plainRequest({
        method: plain.method,
        url,
        headers: { ...plain.headers, ...headers },
        body: plain.body ?? "",
      });
      const response = await writeResponse(await answer(complete), request.signal);
      if (response.type === "error") throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
      return response;
    },
    on: (operation, reply) => {
      replies.set(operationOf(operation).name, reply);
      return mock;
    },
    once: (operation, ...list) => {
      for (const reply of list) replies.queue(operationOf(operation).name, reply);
      return mock;
    },
    fault: (fault, schedule = {}) => {
      faults.add(fault, schedule);
      return mock;
    },
    calls: (operation, input) =>
      calls
        .slice(-maxCalls)
        .filter(
          (call) =>
            (operation === undefined || call.operation === operationOf(operation).name) &&
            (input === undefined || containsInput(call.reveal(), input)),
        ),
    reset: () => {
      calls = [];
      replies.clear();
      faults.clear();
    },
  };
  return mock;
}
