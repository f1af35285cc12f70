/**
 * The mock as a server on 127.0.0.1, and set-up for test runners on Node.js.
 *
 * @module @org/sts-mock/node
 */

// For users.

export {
  type MswServer,
  setupStsMock,
  type SetupStsMockOptions,
  type TestHooks,
} from "./adapters/setup-test-hooks.ts";
export { startStsServer, type StsServer, type StsServerOptions } from "./adapters/server.ts";
export {
  createTestIdentityProvider,
  type TestAssertion,
  type TestIdentityProvider,
  type TestIdentityProviderOptions,
} from "./fake/test-identity-provider.ts";
