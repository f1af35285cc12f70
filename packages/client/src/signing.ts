import type { HttpRequest } from "@org/sts-protocol";
import type { Signer, SignerOptions } from "@org/sts-signer";

import type { AwsCredentialIdentity } from "./credentials/provider.ts";

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

/** `createSigner` of any of the signer's entry points. */
export type CreateSigner = (defaults: SignerOptions) => Signer;

/** Puts Smithy's interface in front of our signer. */
export function createRequestSigner(signer: Signer): RequestSigner {
  return {
    sign: (request, { signingDate: date, signingRegion: region, credentials } = {}) =>
      signer.sign(request, { date, ...(region && { region }), ...(credentials && { credentials }) }),
  };
}
