import { createHeaderSigner } from "@org/sts-signer";

import { adaptSigner } from "./adapt-signer.ts";
import type { RequestSigner, SignerParameters } from "./request-signer.ts";

/** Creates the signer of the default entry point: SHA-256 by `@aws-crypto/sha256-universal`. */
export function createRequestSigner(parameters: SignerParameters): RequestSigner {
  return adaptSigner(createHeaderSigner(parameters));
}
