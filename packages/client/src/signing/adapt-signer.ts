import type { HeaderSigner } from "@org/sts-signer";

import type { RequestSigner } from "./request-signer.ts";

/** Puts Smithy's interface in front of our signer. */
export function adaptSigner(signer: HeaderSigner): RequestSigner {
  return {
    sign: (request, { signingDate: date, signingRegion: region, credentials } = {}) =>
      signer.sign(request, { date, ...(region && { region }), ...(credentials && { credentials }) }),
  };
}
