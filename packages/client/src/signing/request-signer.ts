import type { HttpRequest } from "@org/sts-protocol";
import type { HashConstructor, HashFunction } from "@org/sts-signer";

import type { AwsCredentialIdentity } from "../credentials/provider.ts";

/** Smithy's request signer. */
export interface RequestSigner {
  /** Signs a request and returns it, or a copy of it. */
  sign(request: HttpRequest, options?: RequestSigningOptions): Promise<HttpRequest>;
}

/** What the signature depends on, beside the request. */
export interface RequestSigningOptions {
  /** When the request is signed, by the service's clock. */
  readonly signingDate?: Date;
  /** Region of the signature. */
  readonly signingRegion?: string;
  /** Always `sts`. */
  readonly signingService?: string;
  /** Who signs. Signers that bring their own credentials do not look at it. */
  readonly credentials?: AwsCredentialIdentity;
}

/** Creates the client's signer. */
export type CreateSigner = (parameters: SignerParameters) => RequestSigner;

/** What the signer is made with. */
export interface SignerParameters {
  /** Always `sts`. */
  readonly service: string;
  /** Another SHA-256 than that of the entry point. */
  readonly sha256?: HashConstructor | HashFunction | undefined;
}
