import type { HeaderSigner } from "@org/sts-signer";

import type { RequestSigner } from "./request-signer.ts";

/** Wraps our signer in Smithy's interface. */
export function adaptSigner(signer: HeaderSigner): RequestSigner {
  return {
    sign: (request, { signingDate: date, signingRegion: region, credentials } = {}) =>
      signer.sign(request, {
        date,
        ...(region && { region }),
        ...(credentials && { credentials }),
        // The service decides when credentials expire: by a wrong, not yet corrected clock, even new ones have expired.
        allowExpired: true,
      }),
  };
}
