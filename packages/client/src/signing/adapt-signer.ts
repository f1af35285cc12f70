import type { HeaderSigner } from "@org/sts-signer";

import type { AwsCredentialIdentity } from "../credentials/provider.ts";
import type { RequestSigner } from "./request-signer.ts";

/** Wraps our signer in Smithy's interface. */
export function adaptSigner(signer: HeaderSigner): RequestSigner {
  return {
    sign: (request, { signingDate: date, signingRegion: region, credentials } = {}) =>
      signer.sign(request, {
        date,
        ...(region && { region }),
        ...(credentials && { credentials: endless(credentials, date) }),
      }),
  };
}

// The service decides when credentials expire: by a wrong, not yet corrected clock, even new ones have expired.
function endless(credentials: AwsCredentialIdentity, date: Date | undefined): AwsCredentialIdentity {
  if (!credentials.expiration || !date || !(credentials.expiration <= date)) return credentials;
  const { expiration: _expiration, ...keys } = credentials;
  return keys;
}
