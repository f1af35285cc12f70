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
