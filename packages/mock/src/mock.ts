import { type HttpRequest, operations } from "@org/sts-protocol";

import { documentedResponse } from "./canned/documented-responses.ts";
import { realisticResponse } from "./canned/responses.ts";
import { type Call, containsInput } from "./calls.ts";
import { type Clock, createClock } from "./fake/clock.ts";
import { createFaultPlan, type Fault, type FaultSchedule } from "./faults.ts";
import { createAsyncScope } from "#async-scope";

import { createHandler, type Exchange, type Service, type TestPlan } from "./handle.ts";
import { checkMockOptions, type MockOptions, type StsMockOptions } from "./mock-options.ts";
import type { MockResponse } from "./mock-response.ts";
import { isStsHost } from "./fake/hosts.ts";
import { createIdentifiers, type Identifiers } from "./fake/identifiers.ts";
import { createReplies, type Reply } from "./canned/replies.ts";
import { checkMembers } from "./check-members.ts";
import { type AnyOperation, operationOf, type OperationReference } from "./operation-reference.ts";
import { createRandomBytes } from "./fake/random-bytes.ts";
import { isIssuerHost } from "./fake/web-identity-issuer.ts";
import { plainRequest, readRequest, writeResponse } from "./adapters/web-request.ts";

/** A mock of STS. */
export interface StsMock {
  /**
   * Responds to a request. Knows nothing of servers or interception: everything else is an adapter around this.
   *
   * @returns The response; `Response.error()` for a planned network error.
   */
  handle(request: Request): Promise<Response>;
  /**
   * Use it in place of `fetch`. A planned network error rejects as `fetch` does.
   *
   * @throws TypeError for a host that is not an STS host and not in {@link MockOptions.hosts}: nothing reaches the network.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Responds to a request in plain form; for adapters. */
  respond(request: HttpRequest): Promise<MockResponse>;
  /** Whether the mock serves a host. */
  servesHost(hostname: string): boolean;
  /** Sets the reply to every call of an operation from now on. */
  on<Request extends object, Response extends object>(
    operation: OperationReference<Request, Response>,
    reply: Reply<Request, Response>,
  ): StsMock;
  /** Sets the replies to the next calls of an operation, one each; they override that of {@link StsMock.on}. */
  once<Request extends object, Response extends object>(
    operation: OperationReference<Request, Response>,
    ...replies: readonly Reply<Request, Response>[]
  ): StsMock;
  /** Plans a fault, which happens once unless the schedule says otherwise. */
  fault(fault: Fault, schedule?: FaultSchedule): StsMock;
  /** What was received, oldest first; only of one operation if one is given, with at least this input if one is given. */
  calls(operation?: AnyOperation, input?: object): readonly Call[];
  /**
   * Wraps a function so that it has its own calls, replies and faults, for tests that run at the same time
   * (`test.concurrent`). This works for requests sent through `fetch`, `handle` or msw; an HTTP server cannot know
   * which test a request comes from. What a fake remembers, such as used MFA codes, stays shared.
   *
   * @throws TypeError when the function is called where there is no `AsyncLocalStorage`, as in browsers.
   *
   * @example
   * import { createStsMock } from "@org/sts-mock";
   * import { test } from "vitest";
   *
   * const sts = createStsMock();
   * test.concurrent("survives a refusal", sts.boundary(async () => {
   *   sts.fault({ kind: "throttling" }); // for this test only
   * }));
   */
  boundary<Parameters extends readonly unknown[], Result>(
    callback: (...parameters: Parameters) => Result,
  ): (...parameters: Parameters) => Result;
  /** Clears calls, replies and faults; inside {@link StsMock.boundary} only those of the function. */
  reset(): void;
}

/**
 * Creates a mock that gives every operation a canned response and checks nothing.
 *
 * @throws TypeError for an unknown or invalid option, with the nearest correct name.
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
  checkMockOptions(options);
  const parts = mockParts(options);
  const noted = new Set<string>();
  const respond = ({ operation, input, note }: Exchange): object => {
    if (options.responses === "realistic") return realisticResponse(operation, input, parts);
    const response = documentedResponse(operation.name);
    if ("Credentials" in response) noteAskedAgain(operation.name, noted, note);
    return response;
  };
  return assembleMock<undefined>(options, parts, {
    route: () => undefined,
    authenticate: () => undefined,
    validate: () => {},
    respond,
  });
}

/** The documented credentials have expired, so a program that checks their expiration asks at every use. */
function noteAskedAgain(operation: string, noted: Set<string>, note: (text: string) => void): void {
  if (noted.has(operation) && !noted.has("told")) {
    noted.add("told");
    note(
      `${operation} is called again: the documented example's credentials expired long ago. createStsMock({ responses: "realistic" }) gives credentials that expire in the future.`,
    );
  }
  noted.add(operation);
}

/** The parts of a mock that its options can replace. */
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

/** Assembles a mock around its default behaviour. */
export function assembleMock<Caller>(
  options: MockOptions,
  { clock, identifiers }: Pick<MockParts, "clock" | "identifiers">,
  service: Service<Caller>,
): StsMock {
  const { hosts = [], seed = 1, maxCalls = 10_000, log } = options;
  const shared = createPlan(seed);
  const scope = createAsyncScope<Plan>();
  const plan = (): Plan => scope?.current() ?? shared;

  const respond = createHandler({
    service,
    operations,
    plan,
    record: (call) => {
      const own = plan();
      own.calls.push(call);
      // Dropped in batches, so that a long run does not move the array for every call.
      if (own.calls.length > maxCalls * 1.25) own.calls = own.calls.slice(-maxCalls);
    },
    clock,
    identifiers,
    log,
  });

  const mock: StsMock = {
    respond,
    servesHost: (hostname) => isStsHost(hostname, hosts) || isIssuerHost(hostname),
    handle: async (request) => await writeResponse(await respond(await readRequest(request)), request.signal),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      if (!mock.servesHost(url.hostname)) {
        throw new TypeError(
          `the STS mock does not serve ${url.host}; add the host to its option "hosts", or use another fetch for it`,
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
      const response = await writeResponse(await respond(complete), request.signal);
      if (response.type === "error") throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
      return response;
    },
    on: (operation, reply) => {
      plan().replies.set(operationOf(operation, "on"), reply);
      return mock;
    },
    once: (operation, ...list) => {
      if (list.length === 0) throw new TypeError("once: expected at least one reply");
      const { replies } = plan();
      for (const reply of list) replies.queue(operationOf(operation, "once"), reply);
      return mock;
    },
    fault: (fault, schedule = {}) => {
      plan().faults.add(fault, schedule);
      return mock;
    },
    calls: (reference, input) => {
      const recorded = plan().calls.slice(-maxCalls);
      if (reference === undefined) return recorded;
      const operation = operationOf(reference, "calls");
      if (input !== undefined) checkMembers(operation.input, input, `calls(${operation.name})`);
      return recorded.filter(
        (call) =>
          call.operation === operation.name && (input === undefined || containsInput(call.reveal(), input)),
      );
    },
    boundary:
      (callback) =>
      (...parameters) => {
        if (scope === undefined) {
          throw new TypeError(
            "boundary needs AsyncLocalStorage, which browsers do not have; make a mock for each test",
          );
        }
        return scope.run(createPlan(seed), () => callback(...parameters));
      },
    reset: () => {
      const own = plan();
      own.calls = [];
      own.replies.clear();
      own.faults.clear();
    },
  };
  return mock;
}

/** What one test wants from a mock, and what the mock received from it. */
interface Plan extends TestPlan {
  calls: Call[];
}

function createPlan(seed: number): Plan {
  return { replies: createReplies(), faults: createFaultPlan(seed), calls: [] };
}
