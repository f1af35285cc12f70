import type { DecodeOptions, HttpResponse, MetadataBearer, Operation } from "@org/sts-protocol";

import type { CredentialsProvider } from "../credentials/provider.ts";
import type { CreateSigner } from "../signing/request-signer.ts";
import type { HandlerParameters, RequestHandler } from "../transport/request-handler.ts";

/** What an entry point binds its client to. */
export interface ClientRuntime {
  /** Creates the signer of requests. */
  readonly createSigner: CreateSigner;
  /** Creates the handler that sends requests when none was given, from options that stand in its place. */
  readonly createHandler: (
    send: typeof fetch | undefined,
    parameters: HandlerParameters | undefined,
    caBundle: () => Promise<string | undefined>,
  ) => RequestHandler;
  /** Decodes a response that has been read. */
  readonly decodeResponse: DecodeResponse;
  /** Loads the provider of a client that was given no credentials. */
  readonly loadDefaultCredentials: (profile: string | undefined) => Promise<CredentialsProvider>;
}

/** Decodes a response that has been read: with fast-xml-parser behind the built-in reader, or without. */
export type DecodeResponse = (
  operation: Operation<object, object>,
  response: HttpResponse,
  options: DecodeOptions,
) => MetadataBearer | Promise<MetadataBearer>;
