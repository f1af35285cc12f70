import type { HeaderSigner } from "@org/sts-signer";

import type { AwsCredentialIdentity } from "../credentials/provider.ts";
import type { RequestSigner } from "./request-signer.ts";

/** Wraps our signer in Smithy's interface. */
export function adaptSigner(signer: HeaderSigner): RequestSigner {
  return {
    sign: (request, { signingDate: date, signingRegion: region, credentials } = {}) =>
      signer.sign(request, {
        date,
        region,
        credentials: credentials as AwsCredentialIdentity, // without any, the signer says what is missing
        // The service decides when credentials expire: by a wrong, not yet corrected clock, even new ones have expired.
        allowExpired: true,
      }),
  };
}
