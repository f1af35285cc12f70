import type { HeaderSigner } from "@org/sts-signer";

import type { AwsCredentialIdentity } from "../credentials/provider.ts";
import type { RequestSigner } from "./request-signer.ts";

/** Puts Smithy's interface in front of our signer. */
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

// The service decides when credentials end: by a clock that is wrong, and not corrected yet, the newest ones have.
function endless(credentials: AwsCredentialIdentity, date: Date | undefined): AwsCredentialIdentity {
  const { expiration, ...keys } = credentials;
  return expiration !== undefined && date !== undefined && expiration <= date ? keys : credentials;
}
