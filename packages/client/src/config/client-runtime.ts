import type { CredentialsProvider } from "../credentials/provider.ts";
import type { CreateSigner } from "../signing/request-signer.ts";
import type { RequestHandler } from "../transport/request-handler.ts";

/** What an entry point binds its client to. */
export interface ClientRuntime {
  /** Creates the signer of requests. */
  readonly createSigner: CreateSigner;
  /** Creates the handler that sends requests when none was given. */
  readonly createHandler: (
    send: typeof fetch | undefined,
    caBundle: () => Promise<string | undefined>,
  ) => RequestHandler;
  /** Loads the provider of a client that was given no credentials. */
  readonly loadDefaultCredentials: (profile: string | undefined) => Promise<CredentialsProvider>;
}
