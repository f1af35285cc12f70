export { memoize } from "./memoize.ts";

export type { MemoizeOptions, RevivableProvider } from "./memoize.ts";
export type {
  AwsCredentialIdentity,
  CallerClientConfig,
  CredentialsProvider,
  CredentialsProviderOptions,
} from "./provider.ts";
