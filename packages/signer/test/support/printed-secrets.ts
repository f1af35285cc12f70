import { inspect } from "node:util";

import type { ProofClaim } from "@org/sts-signer/eks";

/** Which of a claim's secrets are shown when it, or the request in it, is printed; throws when nothing could be found. */
export function printedSecrets(claim: ProofClaim, token: string): string[] {
  const values = JSON.stringify(claim);
  const secrets = [token, encodeURIComponent(token), claim.signature].filter((text) => values.includes(text));
  if (secrets.length < 2) throw new Error("the claim's values are to contain its token and its signature");
  const printed = [claim, claim.request, { claim }, [claim.request]].flatMap((value) =>
    [false, true].map((showHidden) => inspect(value, { depth: 9, showHidden })),
  );
  const lacking = printed.find((text) => !text.includes(claim.request.hostname));
  if (lacking !== undefined) throw new Error(`what is no secret is to be printed: ${lacking}`);
  return secrets.filter((secret) => printed.some((text) => text.includes(secret)));
}
