import type { HttpRequest } from "@org/sts-protocol";
import type { HashConstructor, HashFunction } from "@org/sts-signer";

import type { AwsCredentialIdentity } from "../credentials/provider.ts";

/** Smithy's request signer. */
export interface RequestSigner {
  /** Signs a request and returns it or a copy. */
  sign(request: HttpRequest, options?: RequestSigningOptions): Promise<HttpRequest>;
}

/** What the signature depends on, besides the request. */
export interface RequestSigningOptions {
  /** When the request is signed, by the service's clock. */
  readonly signingDate?: Date;
  /** Region of the signature. */
  readonly signingRegion?: string;
  /** Always `sts`. */
  readonly signingService?: string;
  /** Who signs. Signers with their own credentials ignore it. */
  readonly credentials?: AwsCredentialIdentity;
}

/** Creates the client's signer. */
export type CreateSigner = (parameters: SignerParameters) => RequestSigner;

/** Options for creating the signer. */
export interface SignerParameters {
  /** Always `sts`. */
  readonly service: string;
  /** A SHA-256 implementation other than the entry point's. */
  readonly sha256?: HashConstructor | HashFunction | undefined;
}
