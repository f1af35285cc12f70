import { createStsMock, type StsMock, type StsMockOptions } from "../mock.ts";

/** The hooks of a test runner. */
export interface TestHooks {
  /** Runs before the first test of the file or block. */
  beforeAll(run: () => Promise<void>): unknown;
  /** Runs after each test. */
  afterEach(run: () => void): unknown;
  /** Runs after the last test of the file or block. */
  afterAll(run: () => void): unknown;
}

/** Options of {@link setupStsMock}. */
export interface SetupStsMockOptions extends StsMockOptions {
  /** The mock to use, such as a fake of `createFakeSts`. Default: a canned mock made from the other options. */
  readonly mock?: StsMock;
  /** Hooks of the test runner. Default: the global ones of jest, or of vitest with `globals: true`. */
  readonly hooks?: TestHooks;
}

/**
 * Catches every request of the tests to STS, whichever SDK sends it, and resets the mock after each test. Requests to
 * other hosts go where they went before. Needs msw.
 *
 * @throws TypeError when there are no global hooks and none are given.
 *
 * @example
 * import { setupStsMock } from "@org/sts-mock/node";
 * import { afterAll, afterEach, beforeAll } from "vitest";
 *
 * const sts = setupStsMock({ hooks: { beforeAll, afterEach, afterAll } });
 */
export function setupStsMock(options: SetupStsMockOptions = {}): StsMock {
  const { mock = createStsMock(options), hooks = globalHooks() } = options;
  let close = (): void => {};
  hooks.beforeAll(async () => {
    // Loaded here, so that the server of this entry point works where msw is not installed.
    const [{ setupServer }, { stsHandlers }] = await Promise.all([import("msw/node"), import("./msw.ts")]);
    const server = setupServer(...stsHandlers(mock));
    // msw 2 calls the option onUnhandledRequest, msw 3 onUnhandledFrame; each ignores the other's name.
    const listenOptions: object = { onUnhandledRequest: "bypass", onUnhandledFrame: "bypass" };
    server.listen(listenOptions);
    close = () => {
      server.close();
    };
  });
  hooks.afterEach(() => {
    mock.reset();
  });
  hooks.afterAll(() => {
    close();
  });
  return mock;
}

function globalHooks(): TestHooks {
  // What a runner puts there is looked at before it is used.
  const found: Partial<TestHooks> = globalThis as object;
  const { beforeAll, afterEach, afterAll } = found;
  if (beforeAll === undefined || afterEach === undefined || afterAll === undefined) {
    throw new TypeError(
      'setupStsMock: found no global beforeAll, afterEach and afterAll; pass them: setupStsMock({ hooks: { beforeAll, afterEach, afterAll } }) with those of "vitest" or "@jest/globals"',
    );
  }
  return { beforeAll, afterEach, afterAll };
}
