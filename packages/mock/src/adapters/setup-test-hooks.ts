import type { setupServer as setupServerOfMsw } from "msw/node";

import { callback, checkedElsewhere, objectWith, options as checkAll } from "../check-options.ts";
import { cannedMockChecks, type StsMockOptions } from "../mock-options.ts";
import { createStsMock, type StsMock } from "../mock.ts";
import { handlersOf } from "./msw-handlers.ts";

/** A test runner's hooks. */
export interface TestHooks {
  /** Runs before the first test of the file or block. */
  beforeAll(run: () => Promise<void>): unknown;
  /** Runs before each test. Needed only with {@link SetupStsMockOptions.server}. */
  beforeEach?(run: () => void): unknown;
  /** Runs after each test. */
  afterEach(run: () => void): unknown;
  /** Runs after the last test of the file or block. */
  afterAll(run: () => void): unknown;
}

/** The part of an msw server, as created by `setupServer` of `msw/node`, that is used here. */
export interface MswServer {
  /** Adds handlers before the existing ones. */
  use(...handlers: never[]): void;
  /** The handlers in use. */
  listHandlers(): readonly unknown[];
}

/** Options of {@link setupStsMock}. */
export interface SetupStsMockOptions extends StsMockOptions {
  /** The mock to use, such as a fake of `createFakeSts`. Default: a canned mock created from the other options. */
  readonly mock?: StsMock;
  /**
   * The project's own msw server, which is already listening: the mock's handlers are added to it, again after each
   * `resetHandlers()`. Default: the mock's own server. Two servers in one process take requests away from each other.
   */
  readonly server?: MswServer;
  /** Hooks of the test runner. Default: the global ones of jest, or of vitest with `globals: true`. */
  readonly hooks?: TestHooks;
}

/**
 * Catches every request of the tests to STS, whichever SDK sends it, and resets the mock after each test. Requests to
 * other hosts are not affected. Needs msw.
 *
 * @throws TypeError when there are no global hooks and none are given, for an unknown option, and before the first test when
 * another msw server is already listening.
 *
 * @example
 * import { setupStsMock } from "@org/sts-mock/node";
 * import { afterAll, afterEach, beforeAll } from "vitest";
 *
 * const sts = setupStsMock({ hooks: { beforeAll, afterEach, afterAll } });
 */
export function setupStsMock(options: SetupStsMockOptions = {}): StsMock {
  checkAll<SetupStsMockOptions>({
    ...cannedMockChecks,
    mock: objectWith("handle", "reset"),
    server: objectWith("use", "listHandlers"),
    hooks: checkedElsewhere,
  })(options, "setupStsMock:");
  const { mock: given, server, hooks = globalHooks(), ...mockOptions } = options;
  const [ignored] = Object.keys(mockOptions);
  if (given !== undefined && ignored !== undefined) {
    throw new TypeError(
      `setupStsMock: ${ignored} has no effect beside mock; give it to the function that makes the mock`,
    );
  }
  checkAll<TestHooks>(
    { beforeAll: callback, beforeEach: callback, afterEach: callback, afterAll: callback },
    ["beforeAll", "afterEach", "afterAll", ...(server === undefined ? [] : (["beforeEach"] as const))],
  )(hooks, "setupStsMock: hooks");
  const mock = given ?? createStsMock(mockOptions);
  if (server === undefined) interceptByOwnServer(mock, hooks);
  else interceptByServer(mock, hooks, server);
  hooks.afterEach(() => {
    mock.reset();
  });
  return mock;
}

function interceptByOwnServer(mock: StsMock, hooks: TestHooks): void {
  let close = (): void => {};
  hooks.beforeAll(async () => {
    refuseSecondServer();
    const { setupServer, handlers } = await loadMsw(mock);
    const server = setupServer(...handlers);
    // msw 2 calls the option onUnhandledRequest, msw 3 onUnhandledFrame; each ignores the other's name.
    const listenOptions: object = { onUnhandledRequest: "bypass", onUnhandledFrame: "bypass" };
    server.listen(listenOptions);
    close = () => {
      server.close();
    };
  });
  hooks.afterAll(() => {
    close();
  });
}

/** Loaded here, so that this entry point's server works if msw is not installed; as ES modules, all from one copy. */
async function loadMsw(mock: StsMock): Promise<{
  readonly setupServer: typeof setupServerOfMsw;
  readonly handlers: ReturnType<typeof handlersOf>;
}> {
  try {
    // One after the other: jest on Node.js 20 cannot link two modules that share others at the same time.
    const { setupServer } = await import("msw/node");
    const { http } = await import("msw");
    return { setupServer, handlers: handlersOf(http, mock) };
  } catch (error) {
    if (errorCode(error) !== "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG") throw error;
  }
  // Jest without the flag that makes it import ES modules. It may be configured to compile those that msw needs.
  try {
    const { setupServer, http } = await import("./msw-copy.ts");
    return { setupServer, handlers: handlersOf(http, mock) };
  } catch (error) {
    throw new TypeError(
      "setupStsMock: jest cannot load the ES modules of msw; set NODE_OPTIONS=--experimental-vm-modules, or let jest compile them, or use startStsServer, which needs no msw",
      { cause: error },
    );
  }
}

function errorCode(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

/**
 * msw has no way to ask whether a server is listening, so this checks the `fetch` that its interceptors install: any other
 * `fetch` passes.
 */
function refuseSecondServer(): void {
  if (!/mswjs\/msw|new RequestController/.test(String(globalThis.fetch))) return;
  throw new TypeError(
    "setupStsMock: another msw server listens in this process, and two take requests away from each other; pass it: setupStsMock({ server, hooks }), or give it the handlers: setupServer(...stsHandlers(mock), …)",
  );
}

function interceptByServer(mock: StsMock, hooks: TestHooks, server: MswServer): void {
  let addHandlers = (): void => {};
  hooks.beforeAll(async () => {
    const { handlers } = await loadMsw(mock);
    addHandlers = () => {
      const present = server.listHandlers();
      // Handlers from the project's own copy of msw, whose types this package does not know.
      if (!handlers.every((handler) => present.includes(handler))) server.use(...(handlers as never[]));
    };
    addHandlers();
  });
  hooks.beforeEach?.(() => {
    addHandlers();
  });
}

function globalHooks(): TestHooks {
  // What a runner defines there is checked before it is used.
  const found: Partial<TestHooks> = globalThis as object;
  const { beforeAll, beforeEach, afterEach, afterAll } = found;
  if (beforeAll === undefined || afterEach === undefined || afterAll === undefined) {
    throw new TypeError(
      'setupStsMock: found no global beforeAll, afterEach and afterAll; pass them: setupStsMock({ hooks: { beforeAll, afterEach, afterAll } }) with those of "vitest" or "@jest/globals"',
    );
  }
  return { beforeAll, afterEach, afterAll, ...(beforeEach && { beforeEach }) };
}
