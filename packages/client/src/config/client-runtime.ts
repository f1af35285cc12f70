import type { DecodeOptions, HttpResponse, MetadataBearer, Operation } from "@org/sts-protocol";

import type { CredentialsProvider } from "../credentials/provider.ts";
import type { CreateSigner } from "../signing/request-signer.ts";
import type { HandlerParameters, RequestHandler } from "../transport/request-handler.ts";

/** What an entry point provides to its client. */
export interface ClientRuntime {
  /** Creates the request signer. */
  readonly createSigner: CreateSigner;
  /** Creates the handler that sends requests if none was given, from options passed in its place. */
  readonly createHandler: (
    send: typeof fetch | undefined,
    parameters: HandlerParameters | undefined,
    caBundle: () => Promise<string | undefined>,
  ) => RequestHandler;
  /** Decodes a response whose body has been read. */
  readonly decodeResponse: DecodeResponse;
  /** Creates an ID that no other call has. */
  readonly createId: () => string;
  /** Loads the provider for a client without credentials. */
  readonly loadDefaultCredentials: (profile: string | undefined) => Promise<CredentialsProvider>;
}

/** Decodes a response whose body has been read, with or without fast-xml-parser as the fallback of the built-in reader. */
export type DecodeResponse = (
  operation: Operation<object, object>,
  response: HttpResponse,
  options: DecodeOptions,
) => MetadataBearer | Promise<MetadataBearer>;
