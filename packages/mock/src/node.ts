export {
  createTestIdentityProvider,
  type TestAssertion,
  type TestIdentityProvider,
  type TestIdentityProviderOptions,
} from "./test-identity-provider.ts";
export { startStsServer, type StsServer, type StsServerOptions } from "./server.ts";
export { setupStsMock, type SetupStsMockOptions, type TestHooks } from "./setup.ts";
