import { inspect } from "node:util";

import type { ProofClaim } from "@org/sts-signer/eks";
import { expect } from "vitest";

/** Expects that printing a claim, or the request in it, shows neither the session token nor the signature. */
export function expectNoSecrets(claim: ProofClaim, token: string): void {
  // Otherwise nothing could be found.
  const values = JSON.stringify(claim);
  const forms = [token, encodeURIComponent(token)];
  expect(forms.some((form) => values.includes(form))).toBe(true);
  expect(values).toContain(claim.signature);
  for (const value of [claim, claim.request, { claim }, [claim.request]]) {
    for (const showHidden of [false, true]) {
      const printed = inspect(value, { depth: 9, showHidden });
      for (const secret of [...forms, claim.signature]) expect(printed).not.toContain(secret);
      expect(printed).toContain(claim.request.hostname);
    }
  }
  expect(inspect(claim)).toContain(claim.accessKeyId);
}
