import { signCallerIdentity } from "@org/sts-signer/caller-identity";
import type { Signer } from "@org/sts-signer";

import { AUDIENCE_HEADER } from "./api.ts";

/** What {@link logIn} needs. */
export interface LogInOptions {
  /** Signs with the caller's IAM credentials, which stay here. */
  readonly signer: Pick<Signer, "sign">;
  /** The name that the API expects. */
  readonly audience: string;
  /** Sends a request to the API. */
  readonly send: (path: string, init: RequestInit) => Response | Promise<Response>;
  /** The signing date. Default: now. */
  readonly date?: Date | undefined;
}

/** Logs in to the API and returns the cookie of the session. */
export async function logIn({ signer, audience, send, date }: LogInOptions): Promise<string> {
  const proof = await signCallerIdentity(signer, {
    region: "eu-west-1",
    audience: { header: AUDIENCE_HEADER, value: audience },
    date,
  });
  const response = await send("/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(proof),
  });
  if (!response.ok) throw new Error(`login failed: ${response.status} ${await response.text()}`);
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}
