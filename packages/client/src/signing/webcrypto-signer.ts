import { createHeaderSigner } from "@org/sts-signer/webcrypto";

import { adaptSigner } from "./adapt-signer.ts";
import type { RequestSigner, SignerParameters } from "./request-signer.ts";

/** Creates the signer of the WebCrypto entry point. */
export function createRequestSigner(parameters: SignerParameters): RequestSigner {
  return adaptSigner(createHeaderSigner(parameters));
}
