import { createHeaderSigner } from "@org/sts-signer/node";

import { adaptSigner } from "./adapt-signer.ts";
import type { RequestSigner, SignerParameters } from "./request-signer.ts";

/** Creates the signer of the Node.js entry point. */
export function createRequestSigner(parameters: SignerParameters): RequestSigner {
  return adaptSigner(createHeaderSigner(parameters));
}
