import type { AwsCredentialIdentity, CredentialsProvider } from "../credentials/provider.ts";

// By provider, not by configuration: an extension may replace a configuration's provider.
/** Credentials that never change, by the provider that returns them: a call need not ask it, nor wait for it. */
export const fixedCredentials: WeakMap<CredentialsProvider, AwsCredentialIdentity> =
  /* @__PURE__ */ new WeakMap();
